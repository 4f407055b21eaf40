"""Facts about the database, for diagnostics."""

import time
from dataclasses import asdict

from sqlalchemy import Select, Table, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from service.api.v1.private.dto import DatabaseDiagnostics, DriftFigures, MigrationFigures, PoolFigures
from service.core.database import Database
from service.core.lifecycle.drift import DriftWatch
from service.models import Base
from service.prisma.live import read_live_tables

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
                rows=await self._rows(connection),
                migrations=MigrationFigures(**asdict(drift.migrations)),
                drift=DriftFigures(missing=list(drift.missing), differences=list(drift.differences)),
            )

    async def _rows(self, connection: AsyncConnection) -> dict[str, int]:
        tables = list(Base.metadata.tables.values())
        there = await connection.run_sync(read_live_tables, tables)
        readable = [
            table for table in tables if table.fullname in there and there[table.fullname].is_readable
        ]
        return {
            table.fullname: await connection.scalar(_count(table)) or 0
            for table in sorted(readable, key=str)[:MAX_TABLES]
        }

    def _pool(self) -> PoolFigures:
        queue = self.database.servers[0].queue
        return PoolFigures(size=queue.size, in_use=queue.in_use, idle=queue.idle)


def _count(table: Table) -> Select[int]:
    """The statement that counts a table's rows, up to `MAX_COUNT`."""
    some = select(literal(1)).select_from(table).limit(MAX_COUNT).subquery()
    return select(func.count()).select_from(some)
