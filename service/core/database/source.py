"""One engine, and statements that it runs in one round trip each."""

from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TypeAlias

from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine

from service.core.database.engine import RECYCLE_SECONDS
from service.core.database.leases import Leases, Rows
from service.core.database.sqlstate import is_disconnect
from service.core.database.statement import AnySelect, AnyWrite, Statement

OnError: TypeAlias = Callable[[Exception], None]


def ignore(_: Exception) -> None:
    """Nobody wants to know."""


class Source:
    """Runs statements on one engine, each outside any other transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.on_error: OnError = ignore
        self._schemas = engine.sync_engine.get_execution_options().get("schema_translate_map")
        self._statements: dict[Hashable, Statement] = {}
        self.pool = engine.pool if isinstance(engine.pool, QueuePool) else None
        # The driver's own fetch costs a fifth of what a Core execute does.
        self.leases = (
            Leases(self.pool, seconds=RECYCLE_SECONDS)
            if self.pool and engine.dialect.driver == "asyncpg"
            else None
        )

    async def fetch(
        self,
        shape: Hashable,
        build: Callable[[], AnySelect] | Callable[[], AnyWrite],
        values: Mapping[str, object],
    ) -> Rows:
        """The rows. `build` is called once for each `shape`; later calls reuse its SQL with other `values`.

        A write is committed when its rows are here.

        Where a connection turns out to be lost, those that are as old are not used again.
        """
        statement = self._statements.get(shape)
        if statement is None:
            statement = self._statements[shape] = Statement(build(), self.engine.dialect, self._schemas)
        try:
            if self.leases:
                return await self.leases.fetch(statement.sql, statement.arguments(values))
            return await self._fetch_core(statement, values)
        except Exception as error:
            self.on_error(error)
            if self.leases and is_disconnect(error):
                self.leases.lose()
            raise

    async def dispose(self) -> None:
        """Close every connection."""
        if self.leases:
            self.leases.give_back()
        await self.engine.dispose()

    def in_use(self) -> int:
        """How many connections somebody works with."""
        idle = self.leases.idle if self.leases else 0
        return self.pool.checkedout() - idle if self.pool else 0

    def shared(self) -> AbstractContextManager[None]:
        """While somebody else wants connections of the pool."""
        return self.leases.shared() if self.leases else nullcontext()

    async def _fetch_core(self, statement: Statement, values: Mapping[str, object]) -> Rows:
        async with self.engine.begin() as connection:
            rows = await connection.execute(statement.clause, dict(values))
            return [tuple(row) for row in rows]
