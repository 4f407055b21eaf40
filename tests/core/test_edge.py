"""What every request meets before the application, over real connections: it is logged, counted, and answered once."""

import asyncio
import json
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.api import bearer
from tests.support.edge import ORIGIN, Edge, edge_served, until
from tests.support.raw import connected, request

HEALTH = "/utils/health-check"
NOTHING = "/nothing"
MANY_HEADERS = {f"X-{number}": "x" for number in range(101)}


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Generator[Edge]:
    with edge_served(tmp_path_factory.mktemp("edge")) as edge:
        yield edge


async def test_one_worker_counts_requests(edge: Edge) -> None:
    before = edge.counted("GET", "none", 404)
    async with connected(edge.server) as connection:
        for number in range(3):
            assert (await connection.ask(request("GET", f"/nothing/{number}"))).status == 404
    await until(lambda: edge.counted("GET", "none", 404) == before + 3)


@pytest.mark.parametrize(
    ("path", "status", "template"),
    [
        (HEALTH, 200, f"/api/v1{HEALTH}"),
        (NOTHING, 404, "none"),
        ("/notes", 401, "/api/v1/notes"),
    ],
)
async def test_head_is_a_request_like_any_other(edge: Edge, path: str, status: int, template: str) -> None:
    line = ("HEAD", f"/api/v1{path}", status)
    before, lines_before = edge.counted("HEAD", template, status), edge.access().count(line)
    async with connected(edge.server) as connection:
        get = await connection.ask(request("GET", path))
        for _ in range(2):
            connection.writer.write(request("HEAD", path))
            head = await connection.reader.readuntil(b"\r\n\r\n")
            assert int(head[9:12]) == get.status == status
            if status == 200:
                length = f"content-length: {len(get.body)}\r\n".encode()
                assert length in head
        assert (await connection.ask(request("GET", path))).status == status, "the connection goes on"
    await until(lambda: edge.counted("HEAD", template, status) == before + 2)
    if path != HEALTH:
        await until(lambda: edge.access().count(line) == lines_before + 2)
    assert not [line for line in edge.lines() if line["level"] == "ERROR"]


async def test_requests_that_follow_at_once_are_answered_in_turn(edge: Edge) -> None:
    async with connected(edge.server) as connection:
        texts = [request("HEAD", NOTHING), request("OPTIONS", HEALTH), request("GET", HEALTH)]
        connection.writer.write(b"".join(texts))
        assert b" 404 " in await connection.reader.readuntil(b"\r\n\r\n")
        options = await connection.answer()
        assert (options.status, b"allow: GET, HEAD, OPTIONS" in options.head) == (204, True)
        assert (await connection.answer()).body == b'{"status":true}'


async def test_options_of_all_that_is_served_tell_every_method(edge: Edge) -> None:
    """RFC 9110, 9.3.7."""
    async with connected(edge.server) as connection:
        options = await connection.ask(b"OPTIONS * HTTP/1.1\r\nHost: service\r\n\r\n")
        assert options.status == 204
        assert b"\r\nallow: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT\r\n" in options.head
        assert (await connection.ask(b"GET * HTTP/1.1\r\nHost: service\r\n\r\n")).status == 404
        assert (await connection.ask(request("GET", HEALTH))).status == 200, "the connection goes on"
    await until(lambda: ("OPTIONS", "*", 204) in edge.access())


async def test_the_body_is_asked_for_where_it_is_wanted(edge: Edge) -> None:
    expecting = {"Content-Type": "application/json", "Content-Length": "2", "Expect": "100-continue"}
    async with connected(edge.server) as connection:
        connection.writer.write(request("POST", "/labels", bearer() | expecting))
        assert await connection.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert (await connection.ask(b"{}")).status == 422
        assert (await connection.ask(request("GET", HEALTH))).status == 200
    async with connected(edge.server) as connection:
        answer = await connection.ask(request("POST", "/labels", bearer(exp=1) | expecting))
        assert answer.status == 401, "nobody wants the body"
        assert b"\r\nconnection: close\r\n" in answer.head, "else Apache, as a proxy, makes it a 500"
        connection.writer.write(b"{}" + request("GET", HEALTH))
        assert await connection.reader.read() == b"", "nobody knows what this is"
    async with connected(edge.server) as connection:
        answer = await connection.ask(request("POST", "/labels", bearer(exp=1) | expecting) + b"{}")
        assert answer.status == 401
        assert (await connection.ask(request("GET", HEALTH))).status == 200, (
            "the body came unasked, and whole"
        )


async def test_a_body_in_chunks(edge: Edge) -> None:
    chunked = bearer() | {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    async with connected(edge.server) as connection:
        for body, status in ((b"2\r\n{}\r\n0\r\n\r\n", 422), (b"1\r\n{\r\n0\r\n\r\n", 400)):
            assert (await connection.ask(request("POST", "/labels", chunked) + body)).status == status


async def test_older_and_odd_forms_of_requests(edge: Edge) -> None:
    async with connected(edge.server) as connection:
        whole = b"GET http://service/api/v1/utils/health-check HTTP/1.1\r\nHost: service\r\n\r\n"
        assert (await connection.ask(whole)).status == 200
        assert (await connection.ask(request("GET", HEALTH))).status == 200
    async with connected(edge.server) as connection:
        old = await connection.ask(b"GET /api/v1/utils/health-check HTTP/1.0\r\n\r\n")
        assert (old.status, b"connection: close" in old.head) == (200, True)
        assert await connection.reader.read() == b""


async def test_who_outlasts_the_shutdown_is_told(tmp_path: Path) -> None:
    with edge_served(tmp_path, shutdown_timeout=0) as edge:
        async with connected(edge.server) as connection:
            half = bearer() | {"Content-Type": "application/json", "Content-Length": "100"}
            connection.writer.write(request("POST", "/labels", half) + b"{")
            async with connected(edge.server) as other:
                assert (await other.ask(request("GET", HEALTH))).status == 200
            edge.server.process.terminate()
            answer = await connection.answer()
            assert (answer.status, b"retry-after" in answer.head) == (503, True)
            assert await connection.reader.read() == b""
        edge.server.process.wait(10)
        assert edge.access() == [("POST", "/api/v1/labels", 503)]
        assert not [line for line in edge.lines() if line.get("exception")]


REFUSED = [
    (request("GET", f"/labels?q={'x' * 16_400}", {"Origin": ORIGIN}), 414, "GET", "/api/v1/labels"),
    (request("GET", "/many", {"Origin": ORIGIN} | MANY_HEADERS), 431, "GET", "/api/v1/many"),
    (
        b"GET /long HTTP/1.1\r\nOrigin: " + ORIGIN.encode() + b"\r\nX: " + b"x" * 1_200_000,
        431,
        "GET",
        "/long",
    ),
    (request("POST", "/odd", {"Origin": ORIGIN, "Content-Length": "none"}), 400, "POST", "/api/v1/odd"),
    (b"\x16\x03\x01\r\n\r\n", 400, "-", ""),
    (b"CONNECT service:80 HTTP/1.1\r\nHost: service\r\n\r\n", 400, "CONNECT", ""),
]


@pytest.mark.parametrize(("text", "status", "method", "path"), REFUSED)
async def test_what_the_protocol_refuses_is_logged_and_counted(
    edge: Edge, text: bytes, status: int, method: str, path: str
) -> None:
    before = edge.counted(method, "none", status)
    async with connected(edge.server) as connection:
        answer = await connection.ask(text)
        assert answer.status == status
        assert await connection.reader.read() == b""
    problem = json.loads(answer.body)
    await until(lambda: any(line.get("requestId") == problem["requestId"] for line in edge.lines()))
    (line,) = [line for line in edge.lines() if line.get("requestId") == problem["requestId"]]
    assert (line.get("method"), line.get("path", ""), line["status"]) == (method, path, status)
    await until(lambda: edge.counted(method, "none", status) == before + 1)
    allowed = f"access-control-allow-origin: {ORIGIN}\r\n".encode() in answer.head
    assert allowed == (ORIGIN.encode() in text)


@pytest.mark.parametrize(
    ("path", "logged", "status", "template"),
    [
        ("/labels/a%2Fb%20%25%C3%A9", "/labels/a%2Fb %25é", 401, "/api/v1/labels/{label_id}"),
        ("/labels/~..", "/labels/~..", 401, "/api/v1/labels/{label_id}"),
        ("/labels%2Fa", "/labels%2Fa", 404, "none"),
        ("/labels/%FF", "/labels/%FF", 400, "none"),
        ("/labels/%zz/..", "/labels/%zz/..", 400, "none"),
        ("/labels//a", "/labels//a", 400, "none"),
        ("/labels/%2e%2E", "/labels/%2e%2E", 400, "none"),
    ],
)
async def test_odd_paths_are_logged_and_counted(
    edge: Edge, path: str, logged: str, status: int, template: str
) -> None:
    before = edge.counted("GET", template, status)
    async with connected(edge.server) as connection:
        answer = await connection.ask(request("GET", path, {"Origin": ORIGIN}))
        assert (await connection.ask(request("GET", HEALTH))).status == 200, "the connection goes on"
    assert (answer.status, f"access-control-allow-origin: {ORIGIN}".encode() in answer.head) == (status, True)
    assert json.loads(answer.body)["instance"] == f"/api/v1{path}"
    await until(edge.logged("GET", f"/api/v1{logged}", status))
    assert edge.counted("GET", template, status) == before + 1


async def test_what_follows_a_request_and_is_none_is_recorded_alone(edge: Edge) -> None:
    before = edge.counted("-", "none", 400)
    async with connected(edge.server) as connection:
        connection.writer.write(request("GET", NOTHING) + b"\x16\x03\x01\r\n\r\n")
        last = await connection.answer()
        assert (last.status, b"connection: close" in last.head) == (404, True)
        assert await connection.reader.read() == b""
    await until(lambda: edge.counted("-", "none", 400) == before + 1)
    assert ("-", "", 400) in edge.access()


async def test_a_body_that_breaks_off_in_disorder(edge: Edge) -> None:
    chunked = bearer() | {
        "Content-Type": "application/json",
        "Transfer-Encoding": "chunked",
        "Origin": ORIGIN,
    }
    async with connected(edge.server) as connection:
        connection.writer.write(request("POST", "/labels", chunked))
        await asyncio.sleep(0.2)
        answer = await connection.ask(b"no length\r\n")
        assert (answer.status, b"access-control-allow-origin" in answer.head) == (400, True)
        assert await connection.reader.read() == b""
    await until(lambda: edge.access()[-1] == ("POST", "/api/v1/labels", 400))


async def test_overload_is_logged_and_counted(tmp_path: Path) -> None:
    with edge_served(tmp_path, concurrency=1) as edge:
        async with connected(edge.server) as busy, connected(edge.server) as other:
            half = bearer() | {"Content-Type": "application/json", "Content-Length": "2"}
            busy.writer.write(request("POST", "/labels", half))
            await asyncio.sleep(0.3)
            answer = await other.ask(request("GET", "/labels", bearer() | {"Origin": ORIGIN}))
            assert (answer.status, b"access-control-allow-origin" in answer.head) == (503, True)
            assert (await busy.ask(b"{}")).status == 422
        await until(
            lambda: edge.access() == [("GET", "/api/v1/labels", 503), ("POST", "/api/v1/labels", 422)]
        )
        await until(lambda: edge.counted("GET", "/api/v1/labels", 503) == 1)


@pytest.mark.slow
async def test_who_is_too_slow_is_told_logged_and_counted(edge: Edge) -> None:
    async with connected(edge.server) as head, connected(edge.server) as body:
        head.writer.write(f"GET /api/v1/slow HTTP/1.1\r\nOrigin: {ORIGIN}\r\nX: ".encode())
        typed = bearer() | {"Content-Type": "application/json", "Content-Length": "100", "Origin": ORIGIN}
        body.writer.write(request("POST", "/labels", typed))
        for connection, path, method, seconds in (
            (head, "/slow", "GET", 15),
            (body, "/labels", "POST", 35),
        ):
            answer = await asyncio.wait_for(connection.answer(), seconds)
            assert (answer.status, b"access-control-allow-origin" in answer.head) == (408, True)
            assert b"connection: close" in answer.head
            await until(edge.logged(method, f"/api/v1{path}", 408))
    await until(lambda: edge.counted("GET", "none", 408) == 1)
    await until(lambda: edge.counted("POST", "/api/v1/labels", 408) == 1)


@pytest.mark.parametrize("upgrade", ["websocket", "h2c"])
async def test_an_offer_of_another_protocol_is_not_taken_up(edge: Edge, upgrade: str) -> None:
    offer = {
        "Connection": "Upgrade",
        "Upgrade": upgrade,
        "Sec-WebSocket-Key": "x",
        "Sec-WebSocket-Version": "13",
    }
    async with connected(edge.server) as connection:
        connection.writer.write(request("GET", HEALTH, offer) + request("GET", NOTHING))
        assert (await connection.answer()).status == 200
        assert (await connection.answer()).status == 404
        assert (await connection.ask(request("GET", HEALTH))).status == 200
