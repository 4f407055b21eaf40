"""A connection as the queue lends it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from service.core.database.driver import Driver


class Connection:
    """A connection that is checked out of SQLAlchemy's pool for as long as it lives, and the driver's own in it."""

    __slots__ = ("driver", "opened", "sqlalchemy")

    def __init__(self, connection: AsyncConnection, driver: Driver | None, *, opened: float) -> None:
        self.sqlalchemy = connection
        self.driver = driver
        """None where the driver cannot run a statement with its arguments in one go."""
        self.opened = opened
        """When it began to be opened, by the settings of that moment."""

    @property
    def is_lost(self) -> bool:
        """Whether it is known, without asking, that it cannot be used."""
        return self.sqlalchemy.invalidated if self.driver is None else self.driver.is_closed()

    def terminate(self) -> None:
        """Close it without another word to the server, and let the pool forget it."""
        sync = self.sqlalchemy.sync_connection
        if sync is not None and not sync.closed:
            sync.invalidate()
            sync.close()

    async def close(self) -> None:
        """Close it; a server that does not hear of it is given up after 2 seconds."""
        if not self.sqlalchemy.closed:
            # The pool's own way to close waits for an answer as long as for a statement's.
            await self.sqlalchemy.invalidate()
            await self.sqlalchemy.close()

    async def undo(self) -> None:
        """Roll back after an error; a connection that cannot even do that is of no more use."""
        try:
            await self.sqlalchemy.rollback()
        except Exception:  # noqa: BLE001  # the error before is the one to tell
            self.terminate()
        except BaseException:
            # Cancelled once more: nobody knows whether a transaction is open on it.
            self.terminate()
            raise
