"""Connections are lent in turn, and none is lost by who gives up."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import AsyncAdaptedQueuePool, select
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from service.core.database.connection import Connection
from service.core.database.engine import make_engine
from service.core.database.queue import ConnectionQueue
from service.core.database.sqlstate import CannotConnectError
from service.prisma.url import parse_database_url
from tests.support.api import Api, serving


@asynccontextmanager
async def lending(url: str, parameters: str) -> AsyncGenerator[ConnectionQueue]:
    engine = make_engine(parse_database_url(f"{url}&{parameters}"), statement_timeout=5)
    queue = ConnectionQueue(engine)
    yield queue
    assert (queue.in_use, queue.waiting) == (0, 0), "somebody left something behind"
    await queue.close()
    await engine.dispose()


async def standing(queue: ConnectionQueue) -> "asyncio.Task[Connection]":
    """Somebody who asked just now."""
    task = asyncio.create_task(queue.acquire())
    await asyncio.sleep(0)
    return task


async def test_the_first_to_come_is_the_first_to_be_served(postgres_url: str) -> None:
    async with lending(postgres_url, "connection_limit=2") as queue:
        first, second = await queue.acquire(), await queue.acquire()
        assert queue.is_busy
        tasks = [await standing(queue) for _ in range(3)]
        queue.release(second)
        assert await tasks[0] is second
        late = await standing(queue)
        queue.release(first)
        queue.release(second)
        assert [await tasks[1], await tasks[2]] == [first, second]
        assert not late.done()
        queue.release(second)
        assert await late is second
        queue.release(first)
        queue.release(second)


@pytest.mark.parametrize("count", [1, 5])
async def test_who_waits_too_long_takes_no_connection(postgres_url: str, count: int) -> None:
    async with lending(postgres_url, "connection_limit=1&pool_timeout=1") as queue:
        connection = await queue.acquire()
        waited: list[float] = []

        async def wait_in_vain(delay: float) -> None:
            await asyncio.sleep(delay)
            started = time.monotonic()
            with pytest.raises(PoolTimeoutError):
                await queue.acquire()
            waited.append(time.monotonic() - started)

        await asyncio.gather(*(wait_in_vain(number / 10) for number in range(count)))
        assert len(waited) == count
        assert all(0.9 < seconds < 1.8 for seconds in waited), "each once, and no longer"
        queue.release(connection)


async def test_no_limit_is_no_limit(postgres_url: str) -> None:
    async with lending(postgres_url, "connection_limit=1&pool_timeout=0") as queue:
        connection = await queue.acquire()
        task = await standing(queue)
        await asyncio.sleep(0.2)
        queue.release(connection)
        assert await task is connection
        queue.release(connection)


@pytest.mark.parametrize("its_turn", [False, True])
async def test_who_is_cancelled_takes_no_connection(postgres_url: str, *, its_turn: bool) -> None:
    async with lending(postgres_url, "connection_limit=1") as queue:
        connection = await queue.acquire()
        task, behind = await standing(queue), await standing(queue)
        if its_turn:
            queue.release(connection)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        if not its_turn:
            assert queue.waiting == 1
            queue.release(connection)
        assert await behind is connection
        queue.release(connection)


async def test_who_is_cancelled_in_the_tick_of_its_timeout_gives_nothing_away_twice(
    postgres_url: str,
) -> None:
    async with lending(postgres_url, "connection_limit=1&pool_timeout=1") as queue:
        connection = await queue.acquire()
        task = await standing(queue)
        loop = asyncio.get_running_loop()
        # Scheduled behind the timer, for the same moment: the waiter is turned away, then cancelled.
        loop.call_later(1.0, task.cancel)
        await asyncio.wait([task])
        assert queue.in_use == 1
        queue.release(connection)
        assert queue.in_use == 0


async def test_who_is_cancelled_while_connecting_leaves_its_place(postgres_url: str) -> None:
    async with lending(postgres_url, "connection_limit=1") as queue:
        task = await standing(queue)
        task.cancel()
        await asyncio.wait([task])
        queue.release(await queue.acquire())


async def test_connections_that_are_worth_nothing_are_replaced(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with lending(postgres_url, "connection_limit=1") as queue:

        async def another_after(end: Callable[[Connection], Awaitable[None] | None]) -> bool:
            connection = await queue.acquire()
            behind = await standing(queue)
            await (end(connection) or asyncio.sleep(0))
            queue.release(connection)
            replaced = await behind is not connection
            queue.release(behind.result())
            return replaced

        async def lose(connection: Connection) -> None:
            assert connection.driver
            with pytest.raises(Exception, match=r"terminating|closed"):
                await connection.driver.fetch("SELECT pg_terminate_backend(pg_backend_pid())")
            await asyncio.sleep(0.1)
            assert connection.is_lost

        assert not await another_after(lambda _: None)
        assert await another_after(lose)
        assert await another_after(lambda _: queue.invalidate())
        assert not await another_after(lambda _: None)
        idle = await queue.acquire()
        queue.release(idle)
        monkeypatch.setattr("service.core.database.queue.RECYCLE_SECONDS", 0)
        fresh = await queue.acquire()
        assert fresh is not idle
        monkeypatch.undo()
        queue.release(fresh)


async def test_a_connection_that_fails_once_it_is_open_leaves_its_place_in_both_pools(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: AsyncConnection) -> None:
        raise RuntimeError("it is open, and of no use")

    async with lending(postgres_url, "connection_limit=1&pool_timeout=1") as queue:
        monkeypatch.setattr(AsyncConnection, "get_raw_connection", fail)
        # The error holds what it came through: else the garbage collector could make up for what was left behind.
        with pytest.raises(RuntimeError) as raised:
            await queue.acquire()
        monkeypatch.undo()
        queue.release(await queue.acquire())
        assert raised.value


async def test_who_cannot_connect_leaves_its_place(postgres_url: str) -> None:
    engine = make_engine(
        parse_database_url(
            f"{postgres_url.partition('?')[0]}-none?{postgres_url.partition('?')[2]}&connection_limit=1"
        ),
        statement_timeout=5,
    )
    queue = ConnectionQueue(engine)
    answers = await asyncio.gather(*(queue.acquire() for _ in range(5)), return_exceptions=True)
    assert {type(answer).__name__ for answer in answers} == {"CannotConnectError"}
    assert (queue.in_use, queue.waiting) == (0, 0)
    await engine.dispose()


@pytest.mark.parametrize("state", ["53300", "28P01"])
async def test_where_the_server_takes_no_more_the_open_connections_go_round(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """It is full, or refuses the password by now."""

    async def refuse(**_: object) -> None:
        raise asyncpg.PostgresError.new({"C": state, "M": "no more clients", "S": "FATAL"})

    async with lending(postgres_url, "connection_limit=5") as queue:
        only = await queue.acquire()
        monkeypatch.setattr(asyncpg, "connect", refuse)
        tasks = [asyncio.create_task(queue.acquire()) for _ in range(3)]
        await asyncio.sleep(0.1)
        assert (queue.open, queue.waiting) == (1, 3)
        for task in tasks:
            queue.release(only)
            assert await task is only
        queue.release(only)
        assert await queue.acquire() is only
        only.terminate()
        queue.release(only)
        with pytest.raises(CannotConnectError):
            await queue.acquire()
        assert queue.open == 0


async def test_who_may_open_one_in_vain_waits_for_those_that_are_open(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(**_: object) -> None:
        raise asyncpg.PostgresError.new({"C": "53300", "M": "no more clients", "S": "FATAL"})

    async with lending(postgres_url, "connection_limit=2") as queue:
        lost, only = await queue.acquire(), await queue.acquire()
        task = await standing(queue)
        monkeypatch.setattr(asyncpg, "connect", refuse)
        lost.terminate()
        queue.release(lost)
        await asyncio.sleep(0.05)
        assert not task.done()
        queue.release(only)
        assert await task is only
        queue.release(only)


async def test_what_is_being_opened_is_not_open(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(**_: object) -> None:
        await asyncio.sleep(60)

    async with lending(postgres_url, "connection_limit=2") as queue:
        monkeypatch.setattr(asyncpg, "connect", never)
        task = asyncio.create_task(queue.acquire())
        await asyncio.sleep(0.05)
        assert (queue.in_use, queue.open) == (1, 0)
        task.cancel()
        await asyncio.wait([task])
        assert queue.in_use == 0


async def test_a_connection_that_was_given_up_is_no_trouble_later(postgres_url: str) -> None:
    """As after a rollback that failed, or that was cancelled."""
    async with lending(postgres_url, "connection_limit=2") as queue:
        lost, also_lost = await queue.acquire(), await queue.acquire()
        for each in (lost, also_lost):
            each.terminate()
            queue.release(each)
        another = await queue.acquire()
        assert another not in {lost, also_lost}
        another.terminate()
        queue.release(another)


def used_and_idle(api: Api) -> tuple[int, int]:
    queue = api.application.state.database.servers[0].queue
    return queue.in_use, queue.open - queue.in_use


async def test_a_connection_that_was_given_up_is_lent_to_nobody(postgres_url: str, tmp_path: Path) -> None:
    file = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'file.db'}", poolclass=AsyncAdaptedQueuePool)
    for engine in (make_engine(parse_database_url(postgres_url), statement_timeout=5), file):
        queue = ConnectionQueue(engine)
        given_up = await queue.acquire()
        given_up.terminate()
        queue.release(given_up)
        async with queue.connection() as connection:
            assert await connection.scalar(select(1)) == 1
        await queue.close()
        await engine.dispose()


async def test_reads_and_transactions_share_a_small_pool(postgres_url: str) -> None:
    async with serving(f"{postgres_url}&connection_limit=2&pool_timeout=5") as api:
        note = await api.make_note("shared")
        path = f"/notes/{note['id']}"
        calls = [
            call
            for number in range(15)
            for call in (
                api.get(path),
                api.patch(path, json={"position": number}),
                api.post(f"{path}/finish"),
                api.get("/private/diagnostics/database"),
            )
        ]
        answers = await asyncio.gather(*calls)
        assert {answer.status_code for answer in answers} == {200}
        assert used_and_idle(api) == (0, 2)
        shown = (await api.get("/private/diagnostics/database")).json()
        assert shown["pool"] == {"size": 2, "inUse": 1, "idle": 1}


async def test_a_statement_that_fails_leaves_its_connection_as_it_was(postgres_url: str) -> None:
    async with serving(postgres_url) as api:
        for status in (201, 409):
            answer = await api.post("/labels/", json={"name": "x" * 200})
            assert answer.status_code == status
        assert used_and_idle(api) == (0, 1)
        assert (await api.get("/labels/")).json()["total"] == 1


@pytest.mark.parametrize("held", ["connection", "transaction"])
async def test_readiness_and_statements_while_the_pool_is_busy(postgres_url: str, held: str) -> None:
    async with serving(f"{postgres_url}&connection_limit=1&pool_timeout=1") as api:
        database = api.application.state.database
        busy, done = asyncio.Event(), asyncio.Event()

        async def hold(_: object = None) -> None:
            busy.set()
            await done.wait()

        async def hold_connection() -> None:
            async with database.connect():
                await hold()

        holding = hold_connection() if held == "connection" else database.transaction(hold)
        task = asyncio.create_task(holding)
        await busy.wait()
        began = time.monotonic()
        assert (await api.get("/utils/readiness")).status_code == 200
        assert time.monotonic() - began < 1, "it waits for nobody"
        began = time.monotonic()
        for answer in await asyncio.gather(
            api.get("/notes/"), api.get("/notes/none"), api.post("/notes/none/finish")
        ):
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert answer.headers["retry-after"]
        assert 0.9 < time.monotonic() - began < 1.9, "pool_timeout counts once"
        done.set()
        await task
        assert (await api.get("/notes/")).status_code == 200
