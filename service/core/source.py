"""One engine, and statements that it runs in one round trip each."""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from service.core.sqlstate import is_disconnect
from service.core.statement import AnySelect, AnyWrite, Statement

Rows: TypeAlias = Sequence[Sequence[Any]]
OnError: TypeAlias = Callable[[Exception], None]
SINCE = "since"


def ignore(_: Exception) -> None:
    """Nobody wants to know."""


class Driver(Protocol):
    """What reads ask of asyncpg's connection."""

    async def fetch(self, query: str, *args: object) -> Rows:
        """Run a query in one round trip."""
        ...


class Source:
    """Runs statements on one engine, each outside any other transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.on_error: OnError = ignore
        self._schemas = engine.sync_engine.get_execution_options().get("schema_translate_map")
        self._statements: dict[Hashable, Statement] = {}
        self._lost_at = 0.0
        self._fetch = self._fetch_core
        if engine.dialect.driver == "asyncpg":
            self._fetch = self._fetch_driver
            event.listen(engine.sync_engine, "connect", _note_birth)
            event.listen(engine.sync_engine, "checkout", self._replace_lost)

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
            return await self._fetch(statement, values)
        except Exception as error:
            self.on_error(error)
            if is_disconnect(error):
                self._lost_at = time.monotonic()
            raise

    async def _fetch_driver(self, statement: Statement, values: Mapping[str, object]) -> Rows:
        """SQLAlchemy's pool with the driver's own fetch, at a fifth of what a Core execute costs."""
        connection = await greenlet_spawn(self.engine.sync_engine.pool.connect)
        try:
            driver: Driver | None = connection.driver_connection
            if driver is None:
                raise DisconnectionError
            return await driver.fetch(statement.sql, *statement.arguments(values))
        finally:
            connection.close()

    async def _fetch_core(self, statement: Statement, values: Mapping[str, object]) -> Rows:
        async with self.engine.begin() as connection:
            rows = await connection.execute(statement.clause, dict(values))
            return [tuple(row) for row in rows]

    def _replace_lost(
        self, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        """A connection that the server closed while it lay in the pool is known without asking."""
        if connection.driver_connection.is_closed() or record.info[SINCE] < self._lost_at:
            raise DisconnectionError


def _note_birth(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    record.info[SINCE] = time.monotonic()
