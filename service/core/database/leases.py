"""Connections of a pool that statements keep from one to the next: a check-out of SQLAlchemy's costs as much as a query."""

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol, TypeAlias

from sqlalchemy import QueuePool, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from service.core.database.gate import Gate

Rows: TypeAlias = Sequence[Sequence[Any]]
SINCE = "since"


class Driver(Protocol):
    """What statements ask of asyncpg's connection."""

    async def fetch(self, query: str, *args: object) -> Rows:
        """Run a query in one round trip."""
        ...

    def is_closed(self) -> bool:
        """Whether it can be used no more."""
        ...


class Lease(NamedTuple):
    """A connection that is checked out of the pool, and when it was made."""

    connection: PoolProxiedConnection
    driver: Driver
    since: float


class Leases:
    """Holds on to connections of `pool` while nobody else wants them, for `seconds` at most."""

    def __init__(self, pool: QueuePool, *, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds
        self._gate = Gate(pool.size(), pool.timeout())
        self._idle: list[Lease] = []
        self._others = 0
        self._lost_at = 0.0
        event.listen(pool, "connect", _note_birth)
        event.listen(pool, "checkout", self._replace_lost)

    @property
    def idle(self) -> int:
        """How many connections are checked out of the pool, and not in use."""
        return len(self._idle)

    async def fetch(self, sql: str, arguments: Sequence[object]) -> Rows:
        """Run one statement. A connection on which one failed goes back to the pool."""
        await self._gate.enter()
        try:
            lease = self._kept() or await self._new()
            try:
                rows = await lease.driver.fetch(sql, *arguments)
            except BaseException:
                lease.connection.close()
                raise
            if self._others:
                lease.connection.close()
            else:
                self._idle.append(lease)
            return rows
        finally:
            self._gate.leave()

    @contextmanager
    def shared(self) -> Generator[None]:
        """While somebody else wants connections of the pool, none is kept."""
        self._others += 1
        self.give_back()
        try:
            yield
        finally:
            self._others -= 1

    def give_back(self) -> None:
        """Return what is idle to the pool."""
        while self._idle:
            self._idle.pop().connection.close()

    def lose(self) -> None:
        """A connection turned out to be lost: those that are as old are not used again."""
        self._lost_at = time.monotonic()

    def _kept(self) -> Lease | None:
        oldest = max(self._lost_at, time.monotonic() - self._seconds)
        while self._idle:
            lease = self._idle.pop()
            if lease.since >= oldest and not lease.driver.is_closed():
                return lease
            lease.connection.close()
        return None

    async def _new(self) -> Lease:
        connection = await greenlet_spawn(self._pool.connect)
        driver: Driver | None = connection.driver_connection
        if driver is None:
            raise DisconnectionError
        return Lease(connection, driver, connection.info[SINCE])

    def _replace_lost(
        self, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        """A connection that the server closed while it lay in the pool is known without asking."""
        if connection.driver_connection.is_closed() or record.info[SINCE] < self._lost_at:
            raise DisconnectionError


def _note_birth(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    record.info[SINCE] = time.monotonic()
