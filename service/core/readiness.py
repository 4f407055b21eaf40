"""Whether this process should be sent requests."""

import asyncio
import time

from service.core.columns import missing_columns
from service.core.database import Database
from service.core.errors import Unavailable
from service.core.shutdown import Shutdown

REMEMBER_SECONDS = 5.0
"""Probes come often and from many sides; the catalogue is not asked each time."""


class Readiness:
    """Asks the database whether it has what the models map."""

    def __init__(self, database: Database, shutdown: Shutdown) -> None:
        self._database = database
        self._shutdown = shutdown
        self._good_until = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def check(self) -> None:
        """Raises `Unavailable` during shutdown, or where the database is away or lacks mapped columns."""
        if self._shutdown.begun:
            raise Unavailable("This process is shutting down. Ask another one.")
        async with self._one_at_a_time:
            if time.monotonic() < self._good_until:
                return
            async with self._database.engine.connect() as connection:
                missing = await connection.run_sync(missing_columns)
            if missing:
                raise Unavailable(
                    "The database lacks columns that this version needs. Deploy its migrations first."
                )
            self._good_until = time.monotonic() + REMEMBER_SECONDS
