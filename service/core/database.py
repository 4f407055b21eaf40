"""The engine and its pool, reads in one round trip, and the one commit policy."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_scoped_session, async_sessionmaker
from sqlalchemy.util import greenlet_spawn
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from service.core.read import AnySelect, Read
from service.core.sqlstate import is_disconnect, is_transient

T = TypeVar("T")
Rows = Sequence[Sequence[Any]]
Session: TypeAlias = AsyncSession | async_scoped_session[AsyncSession]
"""What Advanced Alchemy's repositories hold."""

WRITE_ATTEMPTS = 3


class Driver(Protocol):
    """What reads ask of asyncpg's connection."""

    async def fetch(self, query: str, *args: object) -> Rows:
        """Run a query in one round trip."""
        ...


class Database:
    """One engine for the life of the process."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.session = async_sessionmaker(engine, expire_on_commit=False)
        self._schemas = engine.sync_engine.get_execution_options().get("schema_translate_map")
        self._reads: dict[Hashable, Read] = {}
        self._fetch = self._fetch_driver if engine.dialect.driver == "asyncpg" else self._fetch_core

    async def fetch(
        self, shape: Hashable, build: Callable[[], AnySelect], values: Mapping[str, object]
    ) -> Rows:
        """Rows in one round trip, outside any transaction.

        `build` is called once for each `shape`; later calls reuse its SQL with other `values`.
        A read whose connection was lost is repeated once, on a fresh one.
        """
        read = self._reads.get(shape)
        if read is None:
            read = self._reads[shape] = Read(build(), self.engine.dialect, self._schemas)
        try:
            return await self._fetch(read, values)
        except Exception as error:
            if not is_disconnect(error):
                raise
        return await self._fetch(read, values)

    async def transaction(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run `work` in a session of its own and commit; on any error roll back.

        A deadlock or a serialisation failure runs `work` again, three times at most: nothing was acknowledged.
        """
        retries = AsyncRetrying(
            retry=retry_if_exception(is_transient),
            stop=stop_after_attempt(WRITE_ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.02, max=0.5),
            reraise=True,
        )
        return await retries(self._attempt, work)

    async def _attempt(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        async with self.session() as session:
            result = await work(session)
            await session.commit()
            return result

    async def _fetch_driver(self, read: Read, values: Mapping[str, object]) -> Rows:
        """SQLAlchemy's pool with the driver's own fetch, at a fifth of what a Core execute costs."""
        connection = await greenlet_spawn(self.engine.sync_engine.pool.connect)
        try:
            driver: Driver | None = connection.driver_connection
            if driver is None:
                raise DisconnectionError
            return await driver.fetch(read.sql, *read.arguments(values))
        finally:
            connection.close()

    async def _fetch_core(self, read: Read, values: Mapping[str, object]) -> Rows:
        async with self.engine.connect() as connection:
            rows = await connection.execute(read.select, dict(values))
            return [tuple(row) for row in rows]
