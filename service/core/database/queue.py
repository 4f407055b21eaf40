"""The connections of one engine, and who waits for them: first come, first served."""

import asyncio
import math
import time
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Protocol

from sqlalchemy import QueuePool
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from service.core.database.connection import Connection
from service.core.database.sqlstate import is_full, is_refused

RECYCLE_SECONDS = 1800


class Waiter(Protocol):
    """A place in the queue, of one caller or of several who wait together."""

    @property
    def deadline(self) -> float | None:
        """The moment, by the loop's clock, until which it waits; None is for ever."""
        ...

    def serve(self, connection: Connection | None) -> bool:
        """Take a connection, or with None the permission to open one. Returns False where nobody wants it any more."""
        ...

    def expire(self, now: float) -> bool:
        """Turn away callers who have waited too long. Returns whether nobody is left waiting."""
        ...


class SingleWaiter:
    """One caller, who is handed the connection."""

    __slots__ = ("connection", "deadline")

    def __init__(self, deadline: float | None) -> None:
        self.deadline = deadline
        self.connection: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()

    def serve(self, connection: Connection | None) -> bool:
        if self.connection.done():
            return False
        self.connection.set_result(connection)
        return True

    def expire(self, now: float) -> bool:
        if self.deadline is not None and self.deadline <= now and not self.connection.done():
            self.connection.set_exception(pool_timeout())
        return self.connection.done()


class ConnectionQueue:
    """Lends connections: a free one at once, else in the order in which callers asked."""

    def __init__(self, engine: AsyncEngine) -> None:
        pool = engine.pool
        assert isinstance(pool, QueuePool)  # noqa: S101  # `make_engine` makes no other
        self.size = pool.size()
        self._engine = engine
        self._timeout: float | None = pool.timeout()
        self._idle: list[Connection] = []
        self._taken = 0
        self._open = 0
        self._waiting: deque[Waiter] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._due = math.inf
        """When the timer ends, by the loop's clock."""
        self._valid_from = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether a caller who asks now has to wait."""
        return not self._idle and self._taken >= self.size

    @property
    def open(self) -> int:
        """How many connections are open, in use or not; whether they still work is not checked."""
        return self._open

    @property
    def in_use(self) -> int:
        """How many connections are lent to callers, or being opened for them."""
        return self._taken - len(self._idle)

    @property
    def idle(self) -> int:
        """How many connections are open, and lent to nobody."""
        return len(self._idle)

    @property
    def waiting(self) -> int:
        """How many places of the queue are taken; reads that were joined take one together."""
        return len(self._waiting)

    def deadline(self) -> float | None:
        """Until when, by the loop's clock, a caller who asks now waits; None is for ever."""
        return None if self._timeout is None else asyncio.get_running_loop().time() + self._timeout

    async def acquire(self) -> Connection:
        """Borrow a connection: an idle one, else a new one where there is room, else the next that is given back.

        Raises SQLAlchemy's `TimeoutError` when none becomes free within the pool's timeout.
        """
        if connection := self._take_idle():
            return connection
        if self._taken < self.size:
            self._taken += 1
            if connection := await self.fill():
                return connection
        return await self._stand(self.deadline())

    async def fill(self) -> Connection | None:
        """Open a connection whose place is counted already. Where that fails, the next waiter in the queue may try.

        Where the server takes no more connections while this process has others, these must suffice: returns an idle
        one, or None where all are in use.
        """
        connection = Connection(self._engine.connect(), None, opened=time.monotonic())
        try:
            raw = await (await connection.sqlalchemy).get_raw_connection()
            if self._engine.driver == "asyncpg":
                connection.driver = raw.driver_connection
        except BaseException as error:
            connection.terminate()
            if _takes_no_more(error) and self._taken > 1:
                self._taken -= 1
                return self._take_idle()
            self.pass_on(None)
            raise
        self._open += 1
        return connection

    def release(self, connection: Connection) -> None:
        """Give a connection back, to whoever has waited longest. An idle one is checked when it is next taken."""
        if not self._waiting:
            self._idle.append(connection)
        elif self._is_usable(connection):
            self.pass_on(connection)
        else:
            self._discard(connection)

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[AsyncConnection]:
        """A connection for as long as the block takes; what it leaves uncommitted is rolled back."""
        taken = await self.acquire()
        try:
            yield taken.sqlalchemy
            await taken.sqlalchemy.rollback()
        except BaseException:
            await taken.undo()
            raise
        finally:
            self.release(taken)

    def join(self, waiter: Waiter) -> None:
        """Add a waiter to the end of the queue."""
        self._waiting.append(waiter)
        # Who has waited before, and was to open a connection in vain, is due before those who came meanwhile.
        if waiter.deadline is not None and waiter.deadline < self._due:
            self._expire_at(waiter.deadline)

    def leave(self, waiter: Waiter) -> None:
        """Remove a waiter from the queue."""
        if waiter in self._waiting:
            self._waiting.remove(waiter)

    def pass_on(self, connection: Connection | None) -> None:
        """Hand a connection, or with None the permission to open one, to whoever has waited longest.

        Where nobody waits, the connection becomes idle, or its place is free again.
        """
        while self._waiting:
            if self._waiting.popleft().serve(connection):
                return
        if connection is None:
            self._taken -= 1
        else:
            self._idle.append(connection)

    def invalidate(self, *, older_than: float = 0.0) -> None:
        """Lend no connection again that is open now and was opened `older_than` seconds ago or earlier."""
        self._valid_from = max(self._valid_from, time.monotonic() - older_than)

    async def close(self) -> None:
        """Close all idle connections at once."""
        idle, self._idle = self._idle, []
        self._taken -= len(idle)
        self._open -= len(idle)
        await asyncio.gather(*(each.close() for each in idle))

    async def _stand(self, deadline: float | None) -> Connection:
        waiter = SingleWaiter(deadline)
        self.join(waiter)
        try:
            connection = await waiter.connection
        except asyncio.CancelledError:
            granted = waiter.connection
            if granted.done() and not granted.cancelled() and granted.exception() is None:
                self.pass_on(granted.result())
            else:
                self.leave(waiter)
            raise
        return connection or await self.fill() or await self._stand(deadline)

    def _take_idle(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if self._is_usable(connection):
                return connection
            self._discard(connection)
        return None

    def _is_usable(self, connection: Connection) -> bool:
        oldest = max(self._valid_from, time.monotonic() - RECYCLE_SECONDS)
        return connection.opened >= oldest and not connection.is_lost

    def _discard(self, connection: Connection) -> None:
        connection.terminate()
        self._open -= 1
        self.pass_on(None)

    def _expire_at(self, moment: float) -> None:
        if self._timer:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._due = moment
        self._timer = loop.call_at(moment, self._expire, loop)

    def _expire(self, loop: asyncio.AbstractEventLoop) -> None:
        """Turn away whoever has waited too long. One timer serves all, since nearly all wait equally long."""
        now = loop.time()
        self._waiting = deque(each for each in self._waiting if not each.expire(now))
        self._due = math.inf
        if deadlines := [each.deadline for each in self._waiting if each.deadline is not None]:
            self._expire_at(min(deadlines))


def _takes_no_more(error: BaseException) -> bool:
    return is_full(error) or is_refused(error)


def pool_timeout() -> PoolTimeoutError:
    return PoolTimeoutError("no connection of the pool became free in time")
