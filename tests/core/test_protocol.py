"""Limits on what a caller may send and on how long that may take, over real connections."""

import asyncio
import json
import time
from collections.abc import Generator
from contextlib import AsyncExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path

import pytest

from tests.sqlite.files import create_sqlite
from tests.support.api import bearer
from tests.support.raw import Answer, connected, memory, request
from tests.support.server import Server, running

HEALTH = request("GET", "/utils/health-check")
JSON = {"Content-Type": "application/json"}
FORBIDDEN = bearer(exp=1) | {"Content-Type": "application/json"}


@contextmanager
def served(folder: Path, concurrency: int = 100) -> Generator[Server]:
    create_sqlite(folder / "test.db")
    with (
        (folder / "log").open("w") as output,
        running(
            f"sqlite:///{folder / 'test.db'}", output, environment="local", CONCURRENCY=str(concurrency)
        ) as server,
    ):
        yield server
        if server.process.poll() is None:
            assert server.stop() == 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    with served(tmp_path_factory.mktemp("protocol")) as server:
        yield server


def problem(answer: Answer) -> tuple[int, str]:
    assert b"content-type: application/problem+json" in answer.head
    assert b"x-request-id: " in answer.head
    told = json.loads(answer.body)
    assert told["status"] == answer.status
    assert told["requestId"].encode() in answer.head
    return answer.status, told["code"]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (
            request("GET", "/labels", {f"X-{number}": "x" for number in range(101)}),
            (431, "headers_too_large"),
        ),
        (request("GET", f"/labels?q={'x' * 16_400}"), (414, "uri_too_long")),
        (b"GET /labels HTTP/1.1\r\nX: " + b"x" * 1_200_000, (431, "headers_too_large")),
        (b"\x16\x03\x01\r\n\r\n", (400, "bad_request")),
        (request("POST", "/labels", {"Content-Length": "no number"}), (400, "bad_request")),
    ],
)
async def test_what_is_too_much_is_refused(server: Server, text: bytes, refusal: tuple[int, str]) -> None:
    async with connected(server) as connection:
        answer = await connection.ask(text)
        assert problem(answer) == refusal
        assert b"connection: close" in answer.head
        assert await connection.reader.read() == b""


async def test_who_sends_on_still_reads_the_refusal(server: Server) -> None:
    async with connected(server) as connection:
        for _ in range(3):
            connection.writer.write(b"\x16\x03\x01\r\n\r\n")
            await asyncio.sleep(0.1)
        assert problem(await connection.answer()) == (400, "bad_request")
        assert await connection.reader.read() == b""


async def test_what_is_just_not_too_much_is_answered(server: Server) -> None:
    headers = {f"X-{number}": "x" for number in range(99)}
    async with connected(server) as connection:
        assert (await connection.ask(request("GET", "/utils/health-check", headers))).status == 200
        assert (
            await connection.ask(request("GET", "/labels", {"Authorization": "x" * 1_000_000}))
        ).status == 401


async def test_preconditions_in_several_lines_are_one_list(server: Server) -> None:
    async with connected(server) as caller:
        made = await caller.ask(request("POST", "/labels", JSON, b'{"name": "Twice"}'))
        path = f"/labels/{json.loads(made.body)['id']}"
        etag = next(line[6:] for line in made.head.decode().split("\r\n") if line.startswith("etag: "))
        for first, second in (('"x"', etag), (etag, '"x"')):
            lines = {"If-None-Match": first, "if-none-match": second}
            assert (await caller.ask(request("GET", path, lines))).status == 304
            lines = JSON | {"If-Match": first, "if-match": second}
            changed = await caller.ask(request("PATCH", path, lines, b'{"name": "Twice"}'))
            assert changed.status == 200


async def test_the_answer_to_an_earlier_request_comes_first(server: Server) -> None:
    async with connected(server) as connection:
        answer = await connection.ask(HEALTH + b"\x16\x03\x01\r\n\r\n")
        assert answer.status == 200
        assert await connection.reader.read() == b"", "the second one was no request"


async def test_the_rest_of_a_refused_body_is_thrown_away(server: Server) -> None:
    async with connected(server) as connection:
        head = request("POST", "/labels", FORBIDDEN | {"Content-Length": "100000"})
        assert (await connection.ask(head + b"x")).status == 401
        connection.writer.write(b"x" * 99_999)
        assert (await connection.ask(HEALTH)).status == 200, "the connection goes on"


async def test_the_rest_of_each_refused_body_has_its_own_time(server: Server) -> None:
    async with connected(server) as connection:
        head = request("POST", "/labels", FORBIDDEN | {"Content-Length": "2"})
        assert (await connection.ask(head + b"x")).status == 401
        connection.writer.write(b"x")
        await asyncio.sleep(0.7)
        assert (await connection.ask(head + b"x")).status == 401
        await asyncio.sleep(0.6)
        connection.writer.write(b"x")
        assert (await connection.ask(HEALTH)).status == 200


@pytest.mark.parametrize("size", [1, 10_000_000])
async def test_who_goes_on_sending_is_cut_off(server: Server, size: int) -> None:
    async with connected(server) as connection:
        head = request("POST", "/labels", FORBIDDEN | {"Content-Length": "1000000000"})
        assert (await connection.ask(head)).status == 401
        connection.writer.write(b"x" * size)
        try:
            assert await asyncio.wait_for(connection.reader.read(), 5) == b""
        except ConnectionResetError:
            assert size > 1


async def test_more_requests_than_it_takes(tmp_path: Path) -> None:
    with served(tmp_path, concurrency=1) as server:
        async with connected(server) as busy, connected(server) as other:
            json_body = {"Content-Type": "application/json", "Content-Length": "13"}
            busy.writer.write(request("POST", "/labels", json_body))
            await asyncio.sleep(0.2)
            answer = await other.ask(request("POST", "/labels", json_body) + b'{"name": "O"}')
            assert problem(answer) == (503, "unavailable")
            assert b"retry-after: 1" in answer.head
            for probe in ("health-check", "readiness"):
                assert (await other.ask(request("GET", f"/utils/{probe}"))).status == 200, "it is alive"
            assert (await busy.ask(b'{"name": "T"}')).status == 201


async def test_bodies_that_lack_their_end_hold_no_more_than_the_ceiling(tmp_path: Path) -> None:
    head = request("POST", "/labels", JSON | {"Content-Length": "1000000"})
    with served(tmp_path, concurrency=1000) as server:
        before = memory(server)
        async with AsyncExitStack() as callers:
            waiting = [await callers.enter_async_context(connected(server)) for _ in range(130)]
            for each in waiting:
                each.writer.write(head + b" " * 999_000)
            answers = [asyncio.create_task(each.answer()) for each in waiting]
            refused, others = await asyncio.wait(answers, timeout=3)
            assert len(refused) >= 30
            for each in refused:
                assert problem(await each) == (503, "unavailable")
                assert b"retry-after: 1" in (await each).head
            assert memory(server) - before < 200_000_000
            for each in others:
                each.cancel()
        # It has to hear that a hundred callers are gone.
        body = b" " * 900_000 + b'{"name": "After"}'
        status, deadline = 503, time.monotonic() + 10
        while status == HTTPStatus.SERVICE_UNAVAILABLE and time.monotonic() < deadline:
            async with connected(server) as caller:
                status = (await caller.ask(request("POST", "/labels", JSON, body))).status
        assert status == 201, "room is free"


async def test_a_request_may_still_arrive_at_shutdown(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        async with connected(server) as idle, connected(server) as silent:
            assert (await idle.ask(HEALTH)).status == 200
            assert (await silent.ask(HEALTH)).status == 200
            server.process.terminate()
            await asyncio.sleep(0.3)
            answer = await idle.ask(HEALTH)
            assert answer.status == 200
            assert b"connection: close" in answer.head
            assert await silent.reader.read() == b""
        assert await asyncio.to_thread(server.process.wait, 10) == 0


@pytest.mark.slow
async def test_who_is_too_slow_is_told(server: Server) -> None:
    async with connected(server) as slow, connected(server) as idle:
        assert (await idle.ask(HEALTH)).status == 200
        slow.writer.write(HEALTH[:-2])
        answer = await asyncio.wait_for(slow.answer(), 12)
        assert problem(answer) == (408, "request_timeout")
        assert (await idle.ask(HEALTH)).status == 200, "who has nothing to send for a while stays connected"


async def test_a_body_that_waits_behind_another_request_has_its_whole_time(server: Server) -> None:
    async with connected(server) as connection:
        body = b'{"name": "Behind another"}'
        head = request("POST", "/labels", JSON | {"Content-Length": str(len(body))})
        assert (await connection.ask(HEALTH + head + body[:5])).status == 200
        await asyncio.sleep(1.5)
        assert (await connection.ask(body[5:])).status == 201


async def test_of_requests_that_wait_on_one_connection_there_are_not_too_many(server: Server) -> None:
    """They are sent without end, and all answers are read."""
    before = memory(server)
    async with connected(server) as connection:

        async def send() -> None:
            while True:
                connection.writer.write(HEALTH * 1000)
                await connection.writer.drain()

        sending = asyncio.create_task(send())
        read, deadline = b"", time.monotonic() + 5
        try:
            while time.monotonic() < deadline and (answers := await connection.reader.read(1_000_000)):
                read += answers
        finally:
            sending.cancel()
    assert memory(server) - before < 20_000_000
    answered = read.count(b"HTTP/1.1 200")
    assert answered >= 100, "those that may wait are answered"
    assert read.count(b"HTTP/1.1 ") == answered
    assert b"connection: close" in read


async def test_as_many_requests_as_may_wait_are_answered_again_and_again(server: Server) -> None:
    async with connected(server) as connection:
        for _ in range(3):
            connection.writer.write(HEALTH * 101)
            assert {(await connection.answer()).status for _ in range(101)} == {200}
