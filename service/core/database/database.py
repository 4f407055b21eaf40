"""The database as the rest of the service uses it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import TypeVar

from advanced_alchemy.routing.context import set_sticky_primary
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from service.core.database.driver import Rows
from service.core.database.engine import make_engine, make_unpooled_engine
from service.core.database.lookups import Key, Lookup, Row
from service.core.database.replicas import Replicas
from service.core.database.retry import retried
from service.core.database.server import OnError, Server
from service.core.database.sqlstate import (
    CannotConnectError,
    OutcomeUnknownError,
    cannot_connect,
    is_away,
    is_disconnect,
    is_timeout,
    is_transient,
)
from service.core.database.statement import AnySelect, AnyWrite, Shape
from service.core.database.unit_of_work import UnitOfWork
from service.core.database.watch import Watch
from service.prisma.url import DatabaseUrl

T = TypeVar("T")

PROBE_SECONDS = 3.0


class Database:
    """The primary, and the replicas that take reads, for the life of the process."""

    def __init__(
        self, primary: DatabaseUrl, replicas: Iterable[DatabaseUrl] = (), *, statement_timeout: float
    ) -> None:
        self._timeout = statement_timeout
        self._primary = Server(make_engine(primary, statement_timeout=statement_timeout))
        self.replicas = Replicas(make_engine(url, statement_timeout=statement_timeout) for url in replicas)
        self._probe = make_unpooled_engine(primary, statement_timeout=PROBE_SECONDS)

    @property
    def servers(self) -> list[Server]:
        """The primary, then the replicas."""
        return [self._primary, *self.replicas.servers]

    @property
    def is_connected(self) -> bool:
        """Whether connections to the primary are open; whether they still work is not checked."""
        return self._primary.queue.open > 0

    async def fetch(
        self,
        shape: Shape,
        build: Callable[[], AnySelect],
        values: Mapping[str, object],
        *,
        primary: bool = False,
    ) -> Rows:
        """The rows of a statement, in one round trip outside any transaction.

        They come from a replica, unless this request has written or wants the `primary`.
        `build` is called once for each `shape`; later calls reuse its SQL with other `values`.
        A read whose connection was lost is repeated once, on a fresh one.
        """
        return await self._read(
            lambda server, seconds: server.fetch(shape, build, values, seconds=seconds), primary=primary
        )

    async def fetch_one(
        self,
        lookup: Lookup,
        key: Key,
        values: Mapping[str, object] | None = None,
        *,
        primary: bool = False,
    ) -> Row | None:
        """The row with this key, one value for each of the key's columns; None where there is none.

        It is read as by `fetch`. Where many callers wait for a connection, one statement reads for those with the same
        `lookup` and `values`.
        """
        return await self._read(
            lambda server, seconds: server.fetch_one(lookup, key, values or {}, seconds=seconds),
            primary=primary,
        )

    async def transaction(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run `work` in a session of its own and commit; on any error roll back.

        After a deadlock or a serialisation failure `work` runs again, three times in all at most: nothing was acknowledged.
        Raises `OutcomeUnknownError` when nobody knows whether the commit succeeded.
        """
        set_sticky_primary()
        return await retried(partial(self._attempt, work))

    async def write(self, shape: Shape, build: Callable[[], AnyWrite], values: Mapping[str, object]) -> Rows:
        """Run one statement that is a transaction by itself, in one round trip, and return the rows that it wrote.

        `shape` and `build` are as in `fetch`; retries and errors are as in `transaction`.
        """
        set_sticky_primary()
        try:
            return await retried(partial(self._primary.fetch, shape, build, values))
        except Exception as error:
            if _is_unknown(error) and not cannot_connect(error):
                raise OutcomeUnknownError from error
            raise

    def within(self, session: AsyncSession) -> UnitOfWork:
        """What runs statements as part of the session's transaction."""
        return UnitOfWork(session, self._primary.statements)

    def observe(self, on_error: OnError) -> None:
        """Tell `on_error` of each error from here on, including those that a retry overcomes."""
        for server in self.servers:
            server.on_error = on_error

    def watch(self, watching: Callable[[AsyncEngine], Watch]) -> None:
        """From here on, run the statements of each server within the `Watch` that `watching` makes for its engine."""
        for server in self.servers:
            server.watch(watching(server.engine))

    def connect(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection to the primary, for what single statements cannot do."""
        return self._primary.connection()

    @asynccontextmanager
    async def probe(self) -> AsyncGenerator[AsyncConnection]:
        """A connection outside the pool, which waits for nobody else's work, for `PROBE_SECONDS` at most.

        Raises `CannotConnectError` when the time is over.
        """
        try:
            async with asyncio.timeout(PROBE_SECONDS), self._probe.connect() as connection:
                yield connection
        except TimeoutError:
            raise CannotConnectError("the database did not answer a probe in time") from None

    async def dispose(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(server.dispose() for server in self.servers))

    async def _read(self, ask: Callable[[Server, float | None], Awaitable[T]], *, primary: bool) -> T:
        """Ask one server after the other until one answers.

        Once one has failed, the next gets what is left of the time that a statement may take, counted from the beginning
        of the first; where nothing is left, none is asked.
        """
        began = time.monotonic()
        replicas = [] if primary else self.replicas.in_turn()
        candidates = [self._primary, self._primary, *reversed(replicas)]
        seconds: float | None = None
        while True:
            server = candidates.pop()
            if self.replicas.is_away(server):
                continue
            self.replicas.reserve(server)
            try:
                found = await ask(server, seconds)
            except Exception as error:
                # Always called, since it notes that a replica is away even where no time is left to ask another server.
                may_repeat = self._may_repeat(server, error)
                seconds = self._timeout - (time.monotonic() - began)
                if seconds <= 0 or not candidates or not may_repeat:
                    raise
            else:
                self.replicas.restore(server)
                return found

    def _may_repeat(self, server: Server, error: Exception) -> bool:
        if server is self._primary:
            return is_disconnect(error) or is_transient(error)
        if is_away(error):
            self.replicas.pass_over(server)
            return True
        return is_transient(error)

    async def _attempt(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        async with (
            self._primary.connection() as connection,
            AsyncSession(bind=connection, expire_on_commit=False) as session,
        ):
            result = await work(session)
            try:
                await session.commit()
            except Exception as error:
                if _is_unknown(error):
                    raise OutcomeUnknownError from error
                raise
            return result


def _is_unknown(error: Exception) -> bool:
    """Whether a change that failed with this error may have been committed all the same."""
    return is_disconnect(error) or is_timeout(error)
