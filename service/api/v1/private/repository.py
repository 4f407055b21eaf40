"""Facts about the database, for diagnostics."""

import time
from dataclasses import asdict

from sqlalchemy import Select, Table, func, literal, select, text

from service.api.v1.private.dto import DatabaseDiagnostics, DriftFigures, MigrationFigures, PoolFigures
from service.core.database import Database
from service.core.lifecycle.drift import DriftWatch
from service.models import Base

MAX_TABLES = 100
MAX_COUNT = 100_000
VERSION = text("SELECT current_setting('server_version')")
SIZE = text("SELECT pg_database_size(current_database())")


class DiagnosticsRepository:
    """Reads what a developer wants to know of the database."""

    def __init__(self, database: Database, drift: DriftWatch) -> None:
        self.database = database
        self.drift = drift

    async def read(self) -> DatabaseDiagnostics:
        async with self.database.connect() as connection:
            began = time.perf_counter()
            await connection.execute(select(1))
            round_trip = time.perf_counter() - began
            drift = await self.drift.read(connection)
            return DatabaseDiagnostics(
                server_version=str(await connection.scalar(VERSION)),
                round_trip_ms=round(round_trip * 1000, 3),
                pool=self._pool(),
                size_bytes=await connection.scalar(SIZE) or 0,
                rows={
                    name: await connection.scalar(_count(Base.metadata.tables[name])) or 0
                    for name in sorted(drift.readable & Base.metadata.tables.keys())[:MAX_TABLES]
                },
                migrations=MigrationFigures(**asdict(drift.migrations)),
                drift=DriftFigures(missing=list(drift.missing), differences=list(drift.differences)),
            )

    def _pool(self) -> PoolFigures:
        queue = self.database.servers[0].queue
        return PoolFigures(size=queue.size, in_use=queue.in_use, idle=queue.idle)


def _count(table: Table) -> Select[int]:
    """The statement that counts a table's rows, up to `MAX_COUNT`."""
    some = select(literal(1)).select_from(table).limit(MAX_COUNT).subquery()
    return select(func.count()).select_from(some)
