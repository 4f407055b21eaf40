"""Whether this process should be sent requests."""

import asyncio
import time

from loguru import logger
from sqlalchemy import select

from service.core.database import Database
from service.core.database.sqlstate import CannotConnectError, is_full, is_refused
from service.core.errors import Unavailable
from service.core.lifecycle.drift import DriftWatch
from service.core.lifecycle.shutdown import Shutdown

REMEMBER_SECONDS = 5.0
"""How long a good answer is remembered: probes come often and from many sides, and not each is to ask the database."""


class Readiness:
    """Asks the database whether it answers and has all that the resources need."""

    def __init__(self, database: Database, drift: DriftWatch, shutdown: Shutdown) -> None:
        self._database = database
        self._drift = drift
        self._shutdown = shutdown
        self._good_until = 0.0
        self._asking: asyncio.Task[None] | None = None

    async def check(self) -> None:
        """Raises `Unavailable` during shutdown, or where the database is away or lacks what resources need."""
        if self._shutdown.begun:
            raise Unavailable("This process is shutting down. Ask another one.")
        if time.monotonic() < self._good_until:
            return
        # Probes that come meanwhile share the answer: otherwise they would queue up where the database gives none.
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
            self._asking.add_done_callback(self._answered)
        await asyncio.shield(self._asking)

    def _answered(self, asking: asyncio.Task[None]) -> None:
        self._asking = None
        if not asking.cancelled() and asking.exception() is None:
            self._good_until = time.monotonic() + REMEMBER_SECONDS

    async def _ask(self) -> None:
        try:
            drift = await self._drift.look()
            if drift.missing:
                raise Unavailable(
                    f"The database lacks what this version needs: {', '.join(drift.missing)}. "
                    "Deploy its migrations; no restart is needed."
                )
            async with self._database.probe() as connection:
                await connection.execute(select(1))
        except CannotConnectError as error:
            # Were this process unready now, so would be every other, and none would be left to serve: while a password
            # is being changed, say, the connections that are open still work.
            if not (is_full(error) or (is_refused(error) and self._database.is_connected)):
                raise
            logger.warning("The database refuses new connections, but this process stays ready: {}", error)
