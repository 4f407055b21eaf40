"""Reads of single rows that wait for a connection together travel as one statement."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, Protocol, TypeAlias

from service.core.database.lookups import Key, Lookup, Row
from service.core.database.queue import Connection, ConnectionQueue, Rows, too_late
from service.core.database.sqlstate import is_away, is_timeout

MOST_KEYS = 100

Values: TypeAlias = Mapping[str, object]


class Turn(NamedTuple):
    """A caller who waits for the row of a key, and until when it waits for a connection."""

    row: "asyncio.Future[Row | None]"
    deadline: float | None


class Batch:
    """Lookups of one kind that wait for a connection. It may be joined until it is served."""

    def __init__(
        self, lookup: Lookup, values: Values, begin: "Callable[[Batch, Connection | None], None]"
    ) -> None:
        self.lookup = lookup
        self.values = values
        self.deadline: float | None = None
        self._begin = begin
        self._turns: dict[Key, list[Turn]] = {}

    @property
    def is_full(self) -> bool:
        return len(self._turns) >= MOST_KEYS

    def keys(self) -> list[Key]:
        """Those whose rows somebody still wants."""
        return [key for key, turns in self._turns.items() if not all(turn.row.done() for turn in turns)]

    def add(self, key: Key, deadline: float | None) -> "asyncio.Future[Row | None]":
        turn = Turn(asyncio.get_running_loop().create_future(), deadline)
        if not self._turns:
            self.deadline = deadline
        self._turns.setdefault(key, []).append(turn)
        return turn.row

    def serve(self, connection: Connection | None) -> bool:
        """As `Waiting` has it."""
        if not self.keys():
            return False
        self._begin(self, connection)
        return True

    def expire(self, now: float) -> bool:
        """As `Waiting` has it; each caller has a deadline of its own."""
        left: list[float] = []
        for turn in self._all():
            if turn.deadline is None or turn.row.done():
                continue
            if turn.deadline <= now:
                turn.row.set_exception(too_late())
            else:
                left.append(turn.deadline)
        self.deadline = min(left, default=None)
        return not self.keys()

    def answer(self, key: Key, row: Row | None) -> None:
        for turn in self._turns[key]:
            if not turn.row.done():
                turn.row.set_result(row)

    def fail(self, key: Key, error: Exception) -> None:
        for turn in self._turns[key]:
            if not turn.row.done():
                turn.row.set_exception(error)

    def cancel(self) -> None:
        """Nobody gets an answer any more."""
        for turn in self._all():
            turn.row.cancel()

    def _all(self) -> list[Turn]:
        return [turn for turns in self._turns.values() for turn in turns]


class Reader(Protocol):
    """What runs the statements."""

    queue: ConnectionQueue

    async def read_many(
        self, connection: Connection, lookup: Lookup, keys: Sequence[Key], values: Values
    ) -> Rows:
        """The rows of all these keys, each followed by its key."""
        ...

    def read_one(self, lookup: Lookup, key: Key, values: Values) -> Awaitable[Row | None]:
        """The row of one key, on a connection of its own."""
        ...


class Batches:
    """The lookups that wait, by their kind: statement and further values."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._open: dict[Hashable, Batch] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def read(self, lookup: Lookup, key: Key, values: Values) -> Row | None:
        """The row of one key, together with those that wait too: the statement begins after this call."""
        queue = self._reader.queue
        kind = (lookup.shape, *values.items())
        batch = self._open.get(kind)
        if batch is None or batch.is_full:
            batch = self._open[kind] = Batch(lookup, values, partial(self._begin, kind))
            row = batch.add(key, queue.deadline())
            queue.join(batch)
        else:
            row = batch.add(key, queue.deadline())
        try:
            return await row
        except asyncio.CancelledError:
            if not batch.keys():
                self._close(kind, batch)
                queue.leave(batch)
            raise

    def cancel(self) -> None:
        """End what runs."""
        for task in self._tasks:
            task.cancel()

    def _begin(self, kind: Hashable, batch: Batch, connection: Connection | None) -> None:
        """Run it in a task of its own: a caller who is cancelled takes no other one along."""
        self._close(kind, batch)
        task = asyncio.create_task(self._run(batch, connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _close(self, kind: Hashable, batch: Batch) -> None:
        """Who asks from here on may not join."""
        if self._open.get(kind) is batch:
            del self._open[kind]

    async def _run(self, batch: Batch, connection: Connection | None) -> None:
        queue, lookup, keys = self._reader.queue, batch.lookup, batch.keys()
        try:
            connection = connection or await queue.fill()
            try:
                rows = await self._reader.read_many(connection, lookup, keys, batch.values)
            finally:
                # Before the callers are woken, so that the connection has its next work while they answer.
                queue.release(connection)
        except Exception as error:  # noqa: BLE001  # handed to each caller
            if len(keys) == 1 or is_away(error) or is_timeout(error):
                for key in keys:
                    batch.fail(key, error)
            else:
                await self._run_singly(batch, keys)
        except BaseException:
            batch.cancel()
            raise
        else:
            width = -len(lookup.key)
            found = {lookup.canonical(row[width:]): row[:width] for row in rows}
            for key in keys:
                batch.answer(key, found.get(key))

    async def _run_singly(self, batch: Batch, keys: Sequence[Key]) -> None:
        """One key was at fault: each caller gets an answer of its own."""
        for key in keys:
            try:
                batch.answer(key, await self._reader.read_one(batch.lookup, key, batch.values))
            except Exception as error:  # noqa: BLE001  # handed to this caller
                batch.fail(key, error)
