"""What every request meets before the application, over real connections: it is logged, counted, and answered once."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.api import bearer
from tests.support.edge import Edge, edge_served
from tests.support.raw import connected, request

HEALTH = "/utils/health-check"
NOTHING = "/nothing"


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Generator[Edge]:
    with edge_served(tmp_path_factory.mktemp("edge")) as edge:
        yield edge


async def test_one_worker_counts_requests(edge: Edge) -> None:
    before = edge.counted("GET", "none", 404)
    async with connected(edge.server) as connection:
        for number in range(3):
            assert (await connection.ask(request("GET", f"/nothing/{number}"))).status == 404
    assert edge.counted("GET", "none", 404) == before + 3


@pytest.mark.parametrize(
    ("path", "status", "template"),
    [
        (HEALTH, 200, f"/api/v1{HEALTH}"),
        (NOTHING, 404, "none"),
        ("/pages", 401, "/api/v1/pages"),
    ],
)
async def test_head_is_a_request_like_any_other(edge: Edge, path: str, status: int, template: str) -> None:
    before = edge.counted("HEAD", template, status)
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
    assert edge.counted("HEAD", template, status) == before + 2
    if path != HEALTH:
        assert edge.access().count(("HEAD", f"/api/v1{path}", status)) == 2
    assert not [line for line in edge.lines() if line["level"] == "ERROR"]


async def test_requests_that_follow_at_once_are_answered_in_turn(edge: Edge) -> None:
    async with connected(edge.server) as connection:
        texts = [request("HEAD", NOTHING), request("OPTIONS", HEALTH), request("GET", HEALTH)]
        connection.writer.write(b"".join(texts))
        assert b" 404 " in await connection.reader.readuntil(b"\r\n\r\n")
        options = await connection.answer()
        assert (options.status, b"allow: GET, HEAD, OPTIONS" in options.head) == (204, True)
        assert (await connection.answer()).body == b'{"status":true}'


async def test_the_body_is_asked_for_where_it_is_wanted(edge: Edge) -> None:
    expecting = {"Content-Type": "application/json", "Content-Length": "2", "Expect": "100-continue"}
    async with connected(edge.server) as connection:
        connection.writer.write(request("POST", "/topics", bearer() | expecting))
        assert await connection.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert (await connection.ask(b"{}")).status == 422
        assert (await connection.ask(request("GET", HEALTH))).status == 200
    async with connected(edge.server) as connection:
        answer = await connection.ask(request("POST", "/topics", bearer(exp=1) | expecting))
        assert answer.status == 401, "nobody wants the body"


async def test_a_body_in_chunks(edge: Edge) -> None:
    chunked = bearer() | {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    async with connected(edge.server) as connection:
        for body, status in ((b"2\r\n{}\r\n0\r\n\r\n", 422), (b"1\r\n{\r\n0\r\n\r\n", 400)):
            assert (await connection.ask(request("POST", "/topics", chunked) + body)).status == status


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
            connection.writer.write(request("POST", "/topics", half) + b"{")
            async with connected(edge.server) as other:
                assert (await other.ask(request("GET", HEALTH))).status == 200
            edge.server.process.terminate()
            answer = await connection.answer()
            assert (answer.status, b"retry-after" in answer.head) == (503, True)
            assert await connection.reader.read() == b""
        edge.server.process.wait(10)
        assert edge.access() == [("POST", "/api/v1/topics", 503)]
        assert not [line for line in edge.lines() if line.get("exception")]
