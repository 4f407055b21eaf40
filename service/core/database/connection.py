"""A connection as the queue lends it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from service.core.database.driver import Driver


class Connection:
    """A connection that is checked out of SQLAlchemy's pool for as long as it lives, and the driver's own inside it."""

    __slots__ = ("driver", "opened", "sqlalchemy")

    def __init__(self, connection: AsyncConnection, driver: Driver | None, *, opened: float) -> None:
        self.sqlalchemy = connection
        self.driver = driver
        """None for a driver that cannot run a statement with its arguments in one call."""
        self.opened = opened
        """When opening began, by the monotonic clock; the connection has the engine's settings of that moment."""

    @property
    def is_lost(self) -> bool:
        """Whether the connection is known to be unusable, without asking the server."""
        if self.driver is None:
            return self.sqlalchemy.closed or self.sqlalchemy.invalidated
        return self.driver.is_closed()

    def terminate(self) -> None:
        """Close the connection without another word to the server, and take it out of the pool."""
        sync = self.sqlalchemy.sync_connection
        if sync is not None and not sync.closed:
            sync.invalidate()
            sync.close()

    async def close(self) -> None:
        """Close the connection; a server that does not answer is given up after 2 seconds."""
        if not self.sqlalchemy.closed:
            # The pool's own way to close would wait for the server as long as a statement may.
            await self.sqlalchemy.invalidate()
            await self.sqlalchemy.close()

    async def undo(self) -> None:
        """Roll back after an error. A connection whose rollback fails is terminated."""
        try:
            await self.sqlalchemy.rollback()
        except Exception:  # noqa: BLE001  # the first error is the one to report
            self.terminate()
        except BaseException:
            # Cancelled during the rollback: nobody knows whether a transaction is still open on the connection.
            self.terminate()
            raise
