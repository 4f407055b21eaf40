"""One database server, which runs statements in one round trip each, outside any other transaction."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import Context
from typing import TypeAlias

from loguru import logger
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from service.core.database.coalescing import CoalescedReads
from service.core.database.connection import Connection
from service.core.database.driver import Rows
from service.core.database.engine import prepare_nothing
from service.core.database.lookups import Key, Lookup, Row, bound_key, bound_keys
from service.core.database.queue import ConnectionQueue
from service.core.database.sqlstate import is_disconnect, is_pooler, is_read_only
from service.core.database.statement import Build, Shape, Statement, Statements
from service.core.database.watch import Watch, watch_engine

OnError: TypeAlias = Callable[[Exception], None]
READ_ONLY_SECONDS = 1.0
"""How long a connection to a server that takes no writes is kept at least after it was opened."""


def ignore(_: Exception) -> None:
    """The `on_error` of a server that nobody observes."""


class Server:
    """An engine, its connections, and the statements that were compiled for it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.queue = ConnectionQueue(engine)
        self.statements = Statements(engine)
        self.on_error: OnError = ignore
        self._watch: Watch | None = None
        self._coalesced = CoalescedReads(self.queue, self.read_one, self.read_many)
        self._has_arrays = engine.driver == "asyncpg"

    async def fetch(
        self, shape: Shape, build: Build, values: Mapping[str, object], *, seconds: float | None = None
    ) -> Rows:
        """The rows of a statement, within `seconds`, which may be less than the statement timeout.

        `build` is called once for each `shape`; later calls reuse its SQL with other `values`. A write is committed by
        the time its rows are returned.
        """
        statement = self.statements.get(shape, build)
        try:
            connection = await self.queue.acquire()
            try:
                return await self._run(connection, statement, values, seconds)
            finally:
                self.queue.release(connection)
        except Exception as error:
            self.note(error)
            raise

    async def fetch_one(
        self, lookup: Lookup, key: Key, values: Mapping[str, object], *, seconds: float | None = None
    ) -> Row | None:
        """The row with this key. A read that has to wait for a connection is joined with others of its kind."""
        if self.queue.is_busy and seconds is None and (canonical := self._joinable(lookup, key)):
            try:
                return await self._coalesced.read(lookup, canonical, values)
            except PoolTimeoutError as error:
                self.note(error)
                raise
        return await self.read_one(lookup, key, values, seconds=seconds)

    async def read_many(
        self,
        connection: Connection | None,
        lookup: Lookup,
        keys: Sequence[Key],
        values: Mapping[str, object],
        callers: Sequence[Context],
    ) -> Rows | None:
        """The rows of all these keys, each followed by its key, for the callers of these contexts.

        `connection` is what the queue handed out; None is the permission to open one. It is given back at the end.
        Returns None where the server takes no more connections and those that are open are in use.
        """
        try:
            connection = connection or await self.queue.fill()
            if connection is None:
                return None
            try:
                statement = self.statements.get(lookup.many_shape, lookup.many)
                return await self._run(connection, statement, {**values, **bound_keys(keys)}, None, callers)
            finally:
                # Given back before the callers are woken, so that it has its next work while they answer.
                self.queue.release(connection)
        except Exception as error:
            self.note(error)
            raise

    async def read_one(
        self, lookup: Lookup, key: Key, values: Mapping[str, object], *, seconds: float | None = None
    ) -> Row | None:
        """The row of one key, on a connection of its own."""
        rows = await self.fetch(lookup.one_shape, lookup.one, {**values, **bound_key(key)}, seconds=seconds)
        return rows[0] if rows else None

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[AsyncConnection]:
        """A connection for what a single statement cannot do."""
        try:
            async with self.queue.connection() as connection:
                yield connection
        except Exception as error:
            self.note(error)
            raise

    def watch(self, watch: Watch) -> None:
        """From here on, run each statement within what `watch` returns for it."""
        self._watch = watch
        watch_engine(self.engine, watch)

    def note(self, error: Exception) -> None:
        """Report an error to the observer, and stop lending the connections that the error shows to be useless."""
        self.on_error(error)
        if is_disconnect(error):
            self.queue.invalidate()
        elif is_read_only(error):
            # Another server may be the primary by now. New connections are kept: to a server that stays read-only, each
            # write would otherwise close the connections that reads need.
            self.queue.invalidate(older_than=READ_ONLY_SECONDS)
        elif is_pooler(error) and prepare_nothing(self.engine):
            self.queue.invalidate()
            logger.warning(
                "A connection pooler gives each transaction another session, so that prepared statements are lost: "
                "add pgbouncer=true to DATABASE_URL. Until then this process prepares no statements."
            )

    async def dispose(self) -> None:
        """Close every connection."""
        await self._coalesced.cancel()
        await self.queue.close()
        await self.engine.dispose()

    async def _run(
        self,
        connection: Connection,
        statement: Statement,
        values: Mapping[str, object],
        seconds: float | None,
        callers: Sequence[Context] = (),
    ) -> Rows:
        if connection.driver is None:
            async with connection.sqlalchemy.begin():
                rows = await connection.sqlalchemy.execute(statement.clause, dict(values))
                return [tuple(row) for row in rows]
        if self._watch is None:
            return await statement.fetch(connection.driver, values, seconds=seconds)
        with self._watch(statement.sql, callers):
            return await statement.fetch(connection.driver, values, seconds=seconds)

    def _joinable(self, lookup: Lookup, key: Key) -> Key | None:
        """The key in its canonical form, where Python can tell its row from those of other keys; else None."""
        if not (self._has_arrays and lookup.is_joinable):
            return None
        try:
            return lookup.canonical(key)
        except ValueError:
            return None
