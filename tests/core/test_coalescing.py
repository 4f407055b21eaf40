"""Reads of single rows that wait together are one statement, and each caller's answer is its own."""

import asyncio
import math
from collections.abc import AsyncGenerator, Awaitable, Iterable
from contextlib import asynccontextmanager
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.core.database import Database
from service.core.database.coalescing import MAX_CALLERS, CoalescedRead
from service.core.database.lookups import Lookup
from service.core.database.server import Server
from service.core.database.sqlstate import CannotConnectError
from service.prisma.url import parse_database_url
from tests.support.database import execute
from tests.support.lens import LENS

SETUP = """
    CREATE TABLE item (a text, b int, code varchar(4), u uuid, says text);
    INSERT INTO item SELECT 'a' || n % 10, n, 'c' || n, md5(n::text)::uuid, 'row ' || n FROM generate_series(0, 99) n;
    CREATE TABLE many AS SELECT n AS b, 'row ' || n AS says FROM generate_series(0, 4999) n;
    ALTER TABLE many ADD PRIMARY KEY (b);
    ANALYZE many;
    CREATE VIEW fragile AS SELECT b, says, 1 / (b - 7) AS risk FROM item;
"""
TABLE = Table(
    "item",
    MetaData(),
    Column("a", Text),
    Column("b", Integer),
    Column("code", String(4)),
    Column("u", Uuid(as_uuid=False)),
    Column("says", Text),
)
FRAGILE = Table("fragile", MetaData(), Column("b", Integer), Column("says", Text), Column("risk", Integer))
BY_NUMBER = Lookup("number", lambda: select(TABLE.c.says), [TABLE.c.b])
BY_BOTH = Lookup("both", lambda: select(TABLE.c.says), [TABLE.c.a, TABLE.c.b])
BY_CODE = Lookup("code", lambda: select(TABLE.c.says), [TABLE.c.code])
BY_UUID = Lookup("uuid", lambda: select(TABLE.c.says), [TABLE.c.u])
WITHIN = Lookup(
    "within", lambda: select(TABLE.c.says).where(TABLE.c.a == bindparam("who", type_=Text)), [TABLE.c.b]
)
SLOW = Lookup("slow", lambda: select(TABLE.c.says, func.pg_sleep(3)), [TABLE.c.b])
OF_A_TEAM = Lookup(
    "of a team",
    lambda: select(TABLE.c.says).where(
        TABLE.c.a == bindparam("who", type_=Text), TABLE.c.a != bindparam("team", type_=Text)
    ),
    [TABLE.c.b],
)
MANY = Table("many", MetaData(), Column("b", Integer), Column("says", Text))
INDEXED = Lookup("indexed", lambda: select(MANY.c.says), [MANY.c.b])
RISKY = Lookup("risky", lambda: select(FRAGILE.c.says, FRAGILE.c.risk), [FRAGILE.c.b])


class Logged(Protocol):
    """What asyncpg tells of a statement that it ran."""

    query: str


class Watched:
    """A database of few connections, and the statements that it was sent."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.server: Server = database.servers[0]
        self.statements: list[str] = []

    @asynccontextmanager
    async def held(self) -> AsyncGenerator[Any]:
        """While nobody else has the connection, whose driver it gives; what asks meanwhile waits."""
        connection = await self.server.queue.acquire()
        assert connection.driver
        driver: Any = connection.driver
        driver.add_query_logger(self._note)
        yield driver
        self.server.queue.release(connection)

    def _note(self, logged: Logged) -> None:
        """Not what asyncpg asks once of types that are new to it."""
        if ".says" in logged.query:
            self.statements.append(logged.query)


@asynccontextmanager
async def watching(postgres_url: str, connections: int) -> AsyncGenerator[Watched]:
    await execute(postgres_url, SETUP)
    url = parse_database_url(f"{postgres_url}&connection_limit={connections}&pool_timeout=1")
    database = Database(url, statement_timeout=5)
    yield Watched(database)
    queue = database.servers[0].queue
    assert (queue.in_use, queue.waiting) == (0, 0)
    await database.dispose()


@pytest.fixture
async def watched(postgres_url: str) -> AsyncGenerator[Watched]:
    """With one connection."""
    async with watching(postgres_url, 1) as watched:
        yield watched


async def together(watched: Watched, *reads: Awaitable[Any]) -> list[Any]:
    """The answers to reads that wait together for the one connection."""
    async with watched.held():
        tasks = [asyncio.ensure_future(read) for read in reads]
        await asyncio.sleep(0)
    return await asyncio.gather(*tasks, return_exceptions=True)


def says(rows: Iterable[Any]) -> list[Any]:
    return [row if row is None or isinstance(row, Exception) else row[0] for row in rows]


async def test_what_waits_together_is_one_statement(watched: Watched) -> None:
    read = watched.database.fetch_one
    rows = await together(watched, *(read(BY_NUMBER, (key,)) for key in (5, 3, 1000, 5, 99)))
    assert says(rows) == ["row 5", "row 3", None, "row 5", "row 99"]
    assert all(len(row) == 1 for row in rows if row), "the key is not among what was asked for"
    assert len(watched.statements) == 1
    assert "ANY" in watched.statements[0]


async def test_a_statement_that_cannot_be_built_keeps_no_connection(watched: Watched) -> None:
    def build() -> Any:
        raise LookupError("no such column")

    broken = Lookup("broken", build, [TABLE.c.b])
    rows = await together(watched, *(watched.database.fetch_one(broken, (key,)) for key in (1, 2)))
    assert [type(row) for row in rows] == [LookupError] * 2
    assert says([await watched.database.fetch_one(BY_NUMBER, (5,))]) == ["row 5"]


async def test_who_finds_a_connection_free_goes_alone(watched: Watched) -> None:
    async with watched.held():
        pass
    assert says([await watched.database.fetch_one(BY_NUMBER, (5,))]) == ["row 5"]
    await asyncio.sleep(0)
    assert ["ANY" in statement for statement in watched.statements] == [False]


async def test_where_the_server_takes_no_more_they_wait_for_who_has_a_connection(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(**_: object) -> None:
        raise asyncpg.PostgresError.new({"C": "53300", "M": "no more clients", "S": "FATAL"})

    async with watching(postgres_url, 2) as watched:
        async with watched.held(), watched.held() as lost:
            tasks = [asyncio.create_task(watched.database.fetch_one(BY_NUMBER, (key,))) for key in (1, 2)]
            await asyncio.sleep(0)
            monkeypatch.setattr(asyncpg, "connect", refuse)
            lost.terminate()
        assert says(await asyncio.gather(*tasks)) == ["row 1", "row 2"]
        assert watched.server.queue.open == 1


async def test_where_the_server_takes_no_more_they_wait_no_longer_than_others(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second: that they were to open a connection in the meantime does not make it two."""

    async def refuse(**_: object) -> None:
        raise asyncpg.PostgresError.new({"C": "53300", "M": "no more clients", "S": "FATAL"})

    loop = asyncio.get_running_loop()
    async with watching(postgres_url, 2) as watched, watched.held():
        began = loop.time()
        async with watched.held() as lost:
            reads = [watched.database.fetch_one(BY_NUMBER, (key,)) for key in (1, 2)]
            waiting = asyncio.gather(*reads, return_exceptions=True)
            await asyncio.sleep(0.7)
            monkeypatch.setattr(asyncpg, "connect", refuse)
            lost.terminate()
        assert [type(each) for each in await waiting] == [PoolTimeoutError] * 2
        assert loop.time() - began < 1.4


async def test_keys_of_several_columns(watched: Watched) -> None:
    read = watched.database.fetch_one
    keys = [("a1", 1), ("a2", 1), ("a2", 2), ("a1", 2), ("a1", 11)]
    rows = await together(watched, *(read(BY_BOTH, key) for key in keys))
    assert says(rows) == ["row 1", None, "row 2", None, "row 11"], "no key is mixed with another one"
    assert len(watched.statements) == 1


async def test_text_that_is_too_long_is_another_text(watched: Watched) -> None:
    read = watched.database.fetch_one
    rows = await together(watched, *(read(BY_CODE, (key,)) for key in ("c10", "c10 ", "C10", "c10xxx")))
    assert says(rows) == ["row 10", None, None, None]
    assert len(watched.statements) == 1


async def test_each_spelling_of_a_uuid(watched: Watched) -> None:
    read = watched.database.fetch_one
    stored = "cfcd2084-95d5-65ef-66e7-dff9f98764da"
    spellings = (stored, stored.upper(), stored.replace("-", ""), UUID(stored), str(UUID(int=1)))
    rows = await together(watched, *(read(BY_UUID, (key,)) for key in spellings))
    assert says(rows) == [*["row 0"] * 4, None]
    assert len(watched.statements) == 1


def test_what_python_cannot_tell_apart_is_not_joined() -> None:
    for kind in (CITEXT(), Text(collation="some-ICU"), Table("x", MetaData(), Column("c", String)).c.c.type):
        lookup = Lookup("x", lambda: select(TABLE.c.says), [Column("key", kind)])
        assert lookup.is_joinable == (type(kind) is String)


async def test_conditions_of_a_caller_are_not_anothers(watched: Watched) -> None:
    read = watched.database.fetch_one
    calls = [(1, "a1"), (1, "a2"), (2, "a2"), (11, "a1")]
    rows = await together(watched, *(read(WITHIN, (key,), {"who": who}) for key, who in calls))
    assert says(rows) == ["row 1", None, "row 2", "row 11"]
    assert len(watched.statements) == 2


async def test_equal_values_under_other_names_are_read_apart(watched: Watched) -> None:
    """As of two callers, each of whose claims says what the other's other one does."""
    read = watched.database.fetch_one
    callers = [{"who": "a5", "team": "a3"}, {"team": "a5", "who": "a3"}]
    rows = await together(watched, *(read(OF_A_TEAM, (5,), caller) for caller in callers))
    assert says(rows) == ["row 5", None]
    assert len(watched.statements) == 2


async def test_a_statement_reads_so_many_at_most(watched: Watched) -> None:
    read = watched.database.fetch_one
    rows = await together(watched, *(read(BY_NUMBER, (key,)) for key in range(150)))
    assert says(rows) == [f"row {key}" if key < 100 else None for key in range(150)]
    assert len(watched.statements) == math.ceil(150 / MAX_CALLERS)


async def test_what_fails_for_one_fails_for_no_other(watched: Watched) -> None:
    read = watched.database.fetch_one
    rows = says(await together(watched, *(read(RISKY, (key,)) for key in (6, 7, 8))))
    assert (rows[0], rows[2]) == ("row 6", "row 8")
    assert type(rows[1]).__name__ == "DivisionByZeroError"
    read_text = [read(BY_CODE, (key,)) for key in ("c1", "nul \0", "c2")]
    rows = says(await together(watched, *read_text))
    assert (rows[0], rows[2]) == ("row 1", "row 2")
    assert isinstance(rows[1], Exception)


async def test_who_is_read_alone_waits_for_no_other(watched: Watched) -> None:
    """The statement for all of them fails, and somebody else holds the connection when each is to be read alone."""
    queue, loop = watched.server.queue, asyncio.get_running_loop()
    async with watched.held():
        reads = [watched.database.fetch_one(RISKY, (key,)) for key in (7, 1, 2)]
        waiting = asyncio.gather(*reads, return_exceptions=True)
        await asyncio.sleep(0)
        other = asyncio.create_task(queue.acquire())
        await asyncio.sleep(0)
    taken = await other
    began = loop.time()
    assert [type(each) for each in await waiting] == [PoolTimeoutError] * 3
    assert loop.time() - began < 1.8
    queue.release(taken)


async def test_who_is_cancelled_takes_no_other_along(watched: Watched) -> None:
    async with watched.held():
        tasks = [asyncio.create_task(watched.database.fetch_one(BY_NUMBER, (key,))) for key in (1, 2, 3)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.wait([tasks[0]])
    await asyncio.sleep(0)
    tasks[1].cancel()  # the statement is on its way
    await asyncio.wait(tasks)
    assert [task.cancelled() for task in tasks] == [True, True, False]
    assert says([tasks[2].result()]) == ["row 3"]


async def test_who_is_read_singly_when_the_service_ends_does_not_wait_for_ever(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def fetch(*_: object, **__: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(watched.server, "fetch", fetch)
    async with watched.held():
        tasks = [asyncio.create_task(watched.database.fetch_one(RISKY, (key,))) for key in (6, 7, 8)]
        await asyncio.sleep(0)
    await asyncio.wait_for(begun.wait(), 5)
    await watched.database.dispose()
    _, pending = await asyncio.wait(tasks, timeout=5)
    assert not pending


async def test_the_end_of_the_service_waits_for_all_that_are_read_singly(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[object] = []
    ended: list[object] = []
    last = asyncio.Event()

    async def fetch(_shape: object, _build: object, values: object, **_: object) -> None:
        delay = 0.1 * len(begun)  # until the connection is given back
        begun.append(values)
        if len(begun) == len(tasks):
            last.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(delay)
            ended.append(values)

    monkeypatch.setattr(watched.server, "fetch", fetch)
    async with watched.held():
        tasks = [asyncio.create_task(watched.database.fetch_one(RISKY, (key,))) for key in (6, 7, 8)]
        await asyncio.sleep(0)
    await asyncio.wait_for(last.wait(), 5)
    await watched.database.dispose()
    assert ended == begun
    await asyncio.wait(tasks, timeout=5)


@pytest.mark.parametrize("begun", [0, 0.05], ids=["not begun", "begun"])
async def test_a_read_that_the_end_of_the_service_meets_keeps_no_connection(
    watched: Watched, begun: float
) -> None:
    async with watched.held():
        tasks = [asyncio.create_task(watched.database.fetch_one(SLOW, (key,))) for key in (6, 7)]
        await asyncio.sleep(0)
    if begun:
        await asyncio.sleep(begun)
    await watched.database.dispose()
    _, pending = await asyncio.wait(tasks, timeout=5)
    assert not pending
    assert watched.server.queue.open == 0


async def test_where_all_are_cancelled_nothing_is_asked(watched: Watched) -> None:
    async with watched.held():
        tasks = [asyncio.create_task(watched.database.fetch_one(BY_NUMBER, (key,))) for key in (1, 2)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert watched.server.queue.waiting == 0
    assert watched.statements == []


async def test_each_waits_as_long_as_it_may(watched: Watched) -> None:
    async def read(delay: float) -> Any:
        await asyncio.sleep(delay)
        return await watched.database.fetch_one(BY_NUMBER, (1,))

    async with watched.held():
        tasks = [asyncio.create_task(read(delay)) for delay in (0, 0.6)]
        await asyncio.sleep(1.3)
    early, late = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(early, PoolTimeoutError)
    assert says([late]) == ["row 1"], "its own time was not up"


async def test_an_answer_is_never_older_than_its_question(watched: Watched) -> None:
    """Who asks while a read is on its way begins another one."""
    read = watched.database.fetch_one
    async with watched.held():
        first = asyncio.create_task(read(BY_NUMBER, (1,)))
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    second = asyncio.create_task(read(BY_NUMBER, (2,)))
    assert says(await asyncio.gather(first, second)) == ["row 1", "row 2"]
    assert len(watched.statements) == 2


async def test_it_is_not_planned_each_time(watched: Watched) -> None:
    fetch = watched.database.fetch_one
    for number in range(10):
        rows = await together(watched, fetch(INDEXED, (number,)), fetch(INDEXED, (number + 1,)))
        assert says(rows) == [f"row {number}", f"row {number + 1}"]
    connection = await watched.server.queue.acquire()
    assert connection.driver
    planned = await connection.driver.fetch(
        "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE $1",
        f"SELECT {LENS.schema}.many%",
    )
    watched.server.queue.release(connection)
    assert [tuple(row) for row in planned] == [(5, 5)]


async def test_who_asks_after_others_were_turned_away_is_served(watched: Watched) -> None:
    read = watched.database.fetch_one
    async with watched.held():
        for _ in range(2):
            tasks = [asyncio.create_task(read(BY_NUMBER, (key,))) for key in (1, 2)]
            await asyncio.wait(tasks)
            assert all(isinstance(task.exception(), PoolTimeoutError) for task in tasks)
        late = asyncio.create_task(read(BY_NUMBER, (3,)))
        await asyncio.sleep(0)
    assert says([await asyncio.wait_for(late, 3)]) == ["row 3"]


async def test_who_asks_in_the_moment_of_the_turning_away_is_served(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: list[asyncio.Task[Any]] = []
    expire = CoalescedRead.expire

    def expire_and_ask(read: CoalescedRead, now: float) -> bool:
        expired = expire(read, now)
        # It runs before anybody who was turned away does.
        late.append(asyncio.create_task(watched.database.fetch_one(BY_NUMBER, (2,))))
        return expired

    monkeypatch.setattr(CoalescedRead, "expire", expire_and_ask)
    async with watched.held():
        first = asyncio.create_task(watched.database.fetch_one(BY_NUMBER, (1,)))
        await asyncio.wait([first])
        await asyncio.sleep(0)
    assert says([await asyncio.wait_for(late[0], 3)]) == ["row 2"]


async def test_that_no_connection_can_be_made_is_told(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors: list[Exception] = []
    watched.database.observe(errors.append)

    async def refuse(**_: object) -> None:
        raise OSError("nobody is there")

    async with watched.held() as driver:
        tasks = [asyncio.create_task(watched.database.fetch_one(BY_NUMBER, (key,))) for key in (1, 2)]
        await asyncio.sleep(0)
        monkeypatch.setattr(asyncpg, "connect", refuse)
        driver.terminate()
    assert all(
        isinstance(answer, CannotConnectError)
        for answer in await asyncio.gather(*tasks, return_exceptions=True)
    )
    assert len(errors) == 3, "once for both, then for each who tried again"
