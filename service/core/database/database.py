"""Reads that survive a lost connection, and the one commit policy."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeAlias, TypeVar

from advanced_alchemy.routing.context import set_sticky_primary
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_scoped_session,
    async_sessionmaker,
)
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from service.core.database.replicas import Replicas
from service.core.database.source import OnError, Rows, Source, ignore
from service.core.database.sqlstate import is_away, is_disconnect, is_transient
from service.core.database.statement import AnySelect, AnyWrite

T = TypeVar("T")
Session: TypeAlias = AsyncSession | async_scoped_session[AsyncSession]
"""What Advanced Alchemy's repositories hold."""

WRITE_ATTEMPTS = 3


class Database:
    """The primary, and the replicas that take reads, for the life of the process."""

    def __init__(self, engine: AsyncEngine, replicas: Iterable[AsyncEngine] = ()) -> None:
        self.engine = engine
        self.session = async_sessionmaker(engine, expire_on_commit=False)
        self.replicas = Replicas(replicas)
        self._primary = Source(engine)
        self._on_error: OnError = ignore

    async def fetch(
        self,
        shape: Hashable,
        build: Callable[[], AnySelect],
        values: Mapping[str, object],
        *,
        primary: bool = False,
    ) -> Rows:
        """Rows in one round trip, outside any transaction.

        They come from a replica, unless this request has written or wants the `primary`.
        `build` is called once for each `shape`; later calls reuse its SQL with other `values`.
        A read whose connection was lost is repeated once, on a fresh one.
        """
        if self.replicas.sources and not primary:
            for replica in self.replicas.in_turn():
                try:
                    return await replica.fetch(shape, build, values)
                except Exception as error:
                    if not is_away(error) and not is_transient(error):
                        raise
                    if is_away(error):
                        self.replicas.pass_over(replica)
        try:
            return await self._primary.fetch(shape, build, values)
        except Exception as error:
            if not is_disconnect(error):
                raise
        return await self._primary.fetch(shape, build, values)

    async def transaction(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run `work` in a session of its own and commit; on any error roll back.

        A deadlock or a serialisation failure runs `work` again, three times at most: nothing was acknowledged.
        """
        set_sticky_primary()
        return await _retried(partial(self._attempt, work))

    async def write(
        self, shape: Hashable, build: Callable[[], AnyWrite], values: Mapping[str, object]
    ) -> Rows:
        """Run one statement that is a transaction by itself, in one round trip: the rows that it wrote.

        Shapes and retries are those of `fetch` and `transaction`.
        """
        set_sticky_primary()
        return await _retried(partial(self._primary.fetch, shape, build, values))

    def observe(self, on_error: OnError) -> None:
        """Tell `on_error` of each error from here on, also of those that a retry overcomes."""
        self._on_error = on_error
        for source in self.sources:
            source.on_error = on_error

    @property
    def sources(self) -> list[Source]:
        """The primary, then the replicas."""
        return [self._primary, *self.replicas.sources.values()]

    async def dispose(self) -> None:
        """Close every connection."""
        for source in self.sources:
            await source.dispose()

    @asynccontextmanager
    async def connect(self) -> AsyncGenerator[AsyncConnection]:
        """A connection to the primary, for what is more than statements."""
        with self._primary.shared():
            async with self.engine.connect() as connection:
                yield connection

    async def _attempt(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        try:
            with self._primary.shared():
                async with self.session() as session:
                    result = await work(session)
                    await session.commit()
                    return result
        except Exception as error:
            self._on_error(error)
            raise


async def _retried(run: Callable[[], Awaitable[T]]) -> T:
    """Run again, after a random moment, what may succeed then: `WRITE_ATTEMPTS` in all."""
    try:
        return await run()
    except Exception as error:
        if not is_transient(error):
            raise
        failures = [error]

    async def again() -> T:
        if failures:
            raise failures.pop()
        return await run()

    # It costs 23 µs, so what succeeds at once does without; the failure above counts as its first attempt.
    retries = AsyncRetrying(
        retry=retry_if_exception(is_transient),
        stop=stop_after_attempt(WRITE_ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.02, max=0.5),
        reraise=True,
    )
    return await retries(again)
