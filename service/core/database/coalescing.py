"""Joins reads of single rows that wait for a connection at the same time into one statement."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextvars import Context, copy_context
from functools import partial
from typing import NamedTuple, TypeAlias

from service.core.database.connection import Connection
from service.core.database.driver import Rows
from service.core.database.lookups import Key, Lookup, Row
from service.core.database.queue import ConnectionQueue, pool_timeout
from service.core.database.sqlstate import is_away, is_timeout

MAX_CALLERS = 8
"""The most callers of one statement. More would be answered at once and hold up the event loop meanwhile: with 64 clients
the 99th percentile was 47 ms with 8 callers and 89 ms with 100, at the same throughput."""
CANCEL_SECONDS = 2
"""How long a read may take to end that is cancelled: the database is asked to stop its statement."""

Values: TypeAlias = Mapping[str, object]
ReadOne: TypeAlias = Callable[[Lookup, Key, Values], Awaitable[Row | None]]
ReadMany: TypeAlias = Callable[
    [Connection | None, Lookup, Sequence[Key], Values, Sequence[Context]], Awaitable[Rows | None]
]


class RowWaiter(NamedTuple):
    """A caller who waits for the row of a key, its deadline to get a connection, and the context of its request."""

    key: Key
    row: "asyncio.Future[Row | None]"
    deadline: float | None
    context: Context


class CoalescedRead:
    """Lookups of one kind that wait for a connection together. Others may join them until they are served."""

    def __init__(
        self, lookup: Lookup, values: Values, begin: "Callable[[CoalescedRead, Connection | None], None]"
    ) -> None:
        self.lookup = lookup
        self.values = values
        self.waiters: list[RowWaiter] = []
        self._begin = begin

    @property
    def deadline(self) -> float | None:
        """The deadline of the first caller that still waits, which is the earliest, since they joined in that order."""
        return next((waiter.deadline for waiter in self.waiters if not waiter.row.done()), None)

    @property
    def is_open(self) -> bool:
        """Whether another caller may join. Nobody may join a read that nobody waits for any more: it is not served."""
        return len(self.waiters) < MAX_CALLERS and self.is_wanted

    @property
    def is_wanted(self) -> bool:
        """Whether somebody still waits for a row."""
        return not all(waiter.row.done() for waiter in self.waiters)

    def add(self, key: Key, deadline: float | None) -> "asyncio.Future[Row | None]":
        row: asyncio.Future[Row | None] = asyncio.get_running_loop().create_future()
        self.waiters.append(RowWaiter(key, row, deadline, copy_context()))
        return row

    def serve(self, connection: Connection | None) -> bool:
        """See `Waiter.serve`."""
        if not self.is_wanted:
            return False
        self._begin(self, connection)
        return True

    def expire(self, now: float) -> bool:
        """See `Waiter.expire`. Each caller has a deadline of its own."""
        for waiter in self.waiters:
            if waiter.deadline is not None and waiter.deadline <= now and not waiter.row.done():
                waiter.row.set_exception(pool_timeout())
        return not self.is_wanted


class CoalescedReads:
    """The reads that callers may still join, by their kind: the statement and its values other than the key."""

    def __init__(self, queue: ConnectionQueue, read_one: ReadOne, read_many: ReadMany) -> None:
        """Callers wait in `queue`; `read_one` and `read_many` are those of the `Server`."""
        self._queue = queue
        self._read_one = read_one
        self._read_many = read_many
        self._open: dict[Hashable, CoalescedRead] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def read(self, lookup: Lookup, key: Key, values: Values) -> Row | None:
        """The row of one key, read together with others that wait; their statement begins after this call."""
        kind = (lookup.shape, *values.items())
        read = self._open.get(kind)
        joins = read is not None and read.is_open
        if read is None or not joins:
            read = self._open[kind] = CoalescedRead(lookup, values, partial(self._begin, kind))
        row = read.add(key, self._queue.deadline())
        if not joins:
            self._queue.join(read)
        try:
            return await row
        except BaseException:
            # The caller was cancelled, or waited too long.
            if not read.is_wanted:
                self._close(kind, read)
                self._queue.leave(read)
            raise

    async def cancel(self) -> None:
        """Cancel the reads that run, and wait until they have given their connections back, unless one hangs."""
        # A task that is cancelled before it has begun runs nothing that would give its connection back.
        await asyncio.sleep(0)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CANCEL_SECONDS)

    def _begin(self, kind: Hashable, read: CoalescedRead, connection: Connection | None) -> None:
        """Run the read in a task of its own, so that a caller who is cancelled takes no other caller along.

        The task runs in the first caller's context: what it logs belongs to that request, not to the one that gave the
        connection back.
        """
        self._close(kind, read)
        first = next(waiter for waiter in read.waiters if not waiter.row.done())
        task = asyncio.create_task(self._run(read, connection), context=first.context)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _close(self, kind: Hashable, read: CoalescedRead) -> None:
        """Let no further caller join the read."""
        if self._open.get(kind) is read:
            del self._open[kind]

    async def _run(self, read: CoalescedRead, connection: Connection | None) -> None:
        try:
            await self._answer_all(read, connection)
        except BaseException:
            for waiter in read.waiters:
                waiter.row.cancel()
            raise

    async def _answer_all(self, read: CoalescedRead, connection: Connection | None) -> None:
        lookup, waiters = read.lookup, read.waiters
        waiting = [waiter for waiter in waiters if not waiter.row.done()]
        keys = list(dict.fromkeys(waiter.key for waiter in waiting))
        callers = [waiter.context for waiter in waiting]
        try:
            rows = await self._read_many(connection, lookup, keys, read.values, callers)
        except Exception as error:  # noqa: BLE001  # handed to each caller
            if len(keys) > 1 and not is_away(error) and not is_timeout(error):
                await self._run_singly(read)
            else:
                for waiter in waiters:
                    _fail(waiter, error)
        else:
            if rows is None:
                if read.is_wanted:
                    # They wait on, each no longer than before, for one of the connections that are open.
                    self._queue.join(read)
                return
            width = -len(lookup.key)
            found = {lookup.canonical(row[width:]): row[:width] for row in rows}
            for waiter in waiters:
                _answer(waiter, found.get(waiter.key))

    async def _run_singly(self, read: CoalescedRead) -> None:
        """Read each caller's key by itself, since one of them made the joint statement fail."""
        async with (
            asyncio.TaskGroup() as alone
        ):  # which, cancelled, ends once all have given their connections back
            for waiter in read.waiters:
                if not waiter.row.done():
                    alone.create_task(self._run_alone(read, waiter), context=waiter.context)

    async def _run_alone(self, read: CoalescedRead, waiter: RowWaiter) -> None:
        try:
            row = await self._read_one(read.lookup, waiter.key, read.values)
        except Exception as error:  # noqa: BLE001  # handed to this caller
            _fail(waiter, error)
        else:
            _answer(waiter, row)


def _answer(waiter: RowWaiter, row: Row | None) -> None:
    if not waiter.row.done():
        waiter.row.set_result(row)


def _fail(waiter: RowWaiter, error: Exception) -> None:
    if not waiter.row.done():
        waiter.row.set_exception(error)
