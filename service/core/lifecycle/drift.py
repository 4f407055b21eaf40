"""Compares the database with the models, again and again while the process lives."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from loguru import logger
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from service.core.database import Database
from service.core.database.sqlstate import driver_error
from service.core.private_data import without_data
from service.models import Base, ViewBase
from service.prisma.drift import ColumnName, Drift, find_drift
from service.prisma.live import read_live_tables, read_migration_state
from service.prisma.migrations import Migration, MirrorError, read_migrations

LOOK_EVERY = 60.0
"""For how many seconds a database that has all that resources need is not compared again."""


class DriftWatch:
    """Compares the database with the models and the mirrored migrations, and never changes the database."""

    def __init__(
        self, database: Database, needed: frozenset[ColumnName], *, every: float = LOOK_EVERY
    ) -> None:
        self._database = database
        self._needed = needed
        self._every = every
        self._last = Drift()
        self._good_until = 0.0
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def begun(self) -> AsyncGenerator[None]:
        """Compare once, in the background: the process serves meanwhile, whatever the result."""
        first = asyncio.create_task(self._first_look())
        try:
            yield
        finally:
            first.cancel()
            await asyncio.wait([first])

    async def look(self) -> Drift:
        """How the database differs. A result is kept for a minute, unless something that is needed is missing."""
        async with self._one_at_a_time:
            if time.monotonic() >= self._good_until:
                async with self._database.probe() as connection:
                    await self.read(connection)
            return self._last

    async def read(self, connection: AsyncConnection) -> Drift:
        """How the database differs at this moment; `look` keeps this result too."""
        try:
            mirrored = await asyncio.to_thread(read_migrations)
        except MirrorError as error:
            mirrored = f"migrations were not compared: {error}"
        found = await connection.run_sync(self._compare, mirrored)
        self._good_until = 0.0 if found.missing else time.monotonic() + self._every
        self._tell(found)
        return found

    def _compare(self, connection: Connection, mirrored: list[Migration] | str) -> Drift:
        tables = [*Base.metadata.tables.values(), *ViewBase.metadata.tables.values()]
        live = read_live_tables(connection, tables)
        state = mirrored if isinstance(mirrored, str) else read_migration_state(connection, live, mirrored)
        return find_drift(tables, live, self._needed, state)

    async def _first_look(self) -> None:
        try:
            await self.look()
        except Exception as error:  # noqa: BLE001  # readiness will say it; a start never fails for it
            cause = driver_error(error)
            logger.warning(
                "The database cannot be compared yet: {} {}", type(cause).__name__, without_data(str(cause))
            )

    def _tell(self, found: Drift) -> None:
        """Log what was found, once, and again when it changes."""
        last, self._last = self._last, found
        if (found.missing, found.differences) == (last.missing, last.differences):
            return
        lacks = [f"{name} is missing, and this version needs it" for name in found.missing]
        if findings := [*lacks, *found.differences]:
            logger.warning("The database has drifted from the models: {}", "; ".join(findings))
        else:
            logger.info("The database is again as the models say")
