"""Facts about the database, for diagnostics."""

import time

from sqlalchemy import func, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import QueuePool

from service.api.v1.private.dto import DatabaseDiagnostics, MigrationFigures, PoolFigures
from service.core.columns import missing_columns
from service.core.database import Database
from service.models import Base
from service.prisma.migrations import APPLIED, TABLE, compare, read_migrations

EXPOSED = ("Page", "PageRevision", "Topic", "_PageToTopic")
VERSION = {"postgresql": "SHOW server_version", "sqlite": "SELECT sqlite_version()"}
SIZE = {
    "postgresql": "SELECT pg_database_size(current_database())",
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
}


class DiagnosticsRepository:
    """Reads what a developer wants to know of the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def read(self) -> DatabaseDiagnostics:
        dialect = self.database.engine.dialect.name
        async with self.database.engine.connect() as connection:
            began = time.perf_counter()
            await connection.execute(select(1))
            round_trip = time.perf_counter() - began
            return DatabaseDiagnostics(
                server_version=str(await connection.scalar(text(VERSION[dialect]))),
                round_trip_ms=round(round_trip * 1000, 3),
                pool=self._pool(),
                size_bytes=await connection.scalar(text(SIZE[dialect])) or 0,
                rows=await self._rows(connection),
                migrations=await self._migrations(connection),
                missing_columns=await connection.run_sync(missing_columns),
            )

    async def _rows(self, connection: AsyncConnection) -> dict[str, int]:
        there = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
        tables = [Base.metadata.tables[name] for name in EXPOSED if name in there]
        return {
            table.name: await connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables
        }

    def _pool(self) -> PoolFigures:
        pool = self.database.engine.pool
        if not isinstance(pool, QueuePool):
            return PoolFigures(size=0, in_use=0, idle=0)
        return PoolFigures(size=pool.size(), in_use=pool.checkedout(), idle=pool.checkedin())

    async def _migrations(self, connection: AsyncConnection) -> MigrationFigures:
        applied: list[tuple[str, str]] = []
        if await connection.run_sync(lambda sync: inspect(sync).has_table(TABLE)):
            applied = [(row[0], row[1]) for row in await connection.execute(text(APPLIED))]
        state = compare(read_migrations(), applied)
        return MigrationFigures(
            applied=state.applied, missing=state.missing, unknown=state.unknown, changed=state.changed
        )
