"""Where one request ends and the next begins, over real connections."""

import asyncio
import json
from collections.abc import Generator

import pytest

from tests.support.api import bearer
from tests.support.edge import Edge, edge_served
from tests.support.raw import connected, request

HEALTH = "/utils/health-check"
TYPED = "POST /api/v1/labels HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\n"
NEXT = "GET /api/v1/utils/health-check HTTP/1.1\r\nHost: service\r\n\r\n"
OFFER = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n"
UNCLEAR = [
    "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "Content-Length: 2\r\nContent-Length: 0\r\n\r\n{}",
    "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "Content-Length: 2, 2\r\n\r\n{}",
    "Content-Length: +2\r\n\r\n{}",
    "Content-Length : 2\r\n\r\n{}",
    "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n",
    "X: a\r\n Content-Length: 2\r\n\r\n{}",
    "X: a\nContent-Length: 2\r\n\r\n{}",
    "X: a\rContent-Length: 2\r\n\r\n{}",
]


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Generator[Edge]:
    with edge_served(tmp_path_factory.mktemp("framing")) as edge:
        yield edge


@pytest.mark.parametrize("framing", UNCLEAR)
async def test_where_a_request_ends_is_said_once_and_clearly(edge: Edge, framing: str) -> None:
    """A proxy in front might read it otherwise, and what follows would be taken for a request."""
    async with connected(edge.server) as connection:
        refused = await connection.ask((TYPED + framing + NEXT).encode())
        assert (refused.status, b"connection: close" in refused.head) == (400, True)
        assert await connection.reader.read() == b"", "what follows is no request"


@pytest.mark.parametrize("framing", UNCLEAR)
async def test_who_offers_another_protocol_must_say_as_clearly(edge: Edge, framing: str) -> None:
    async with connected(edge.server) as connection:
        refused = await connection.ask((TYPED + OFFER + framing + NEXT).encode())
        assert (refused.status, b"connection: close" in refused.head) == (400, True)
        assert await connection.reader.read() == b"", "what follows is no request"


@pytest.mark.parametrize("upgrade", ["websocket", "h2c"])
async def test_a_body_beside_an_offer_of_another_protocol_is_no_request(edge: Edge, upgrade: str) -> None:
    hidden = request("GET", f"/hidden/{upgrade}")
    offer = {"Connection": "Upgrade", "Upgrade": upgrade, "Content-Length": str(len(hidden))}
    async with connected(edge.server) as connection:
        connection.writer.write(request("GET", HEALTH, offer) + hidden)
        await connection.answer()
        with pytest.raises((TimeoutError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(connection.answer(), 1)


@pytest.mark.parametrize(
    "parts",
    [
        ["Content-Length: 2\r\n\r\n{}"],
        ["Content-Length: 2\r\n", "\r\n{", "}"],
        ["Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
        ["Transfer-Encoding: chunked\r\n\r\n2\r\n", "{}\r\n0\r\n", "\r\n"],
    ],
)
async def test_a_body_beside_an_offer_is_read(edge: Edge, parts: list[str]) -> None:
    """Java's HttpClient and `curl --http2` offer HTTP/2 with whatever they send."""
    authorization = f"Authorization: {bearer()['Authorization']}\r\n"
    parts = [TYPED + authorization + OFFER + parts[0], *parts[1:]]
    async with connected(edge.server) as connection:
        for _ in range(2):
            for part in parts:
                connection.writer.write(part.encode())
                await asyncio.sleep(0.05)
            assert (await connection.answer()).status == 422
        assert (await connection.ask(request("GET", HEALTH))).status == 200, "the connection goes on"


async def test_whoever_asks_to_continue_and_offers_is_told_to(edge: Edge) -> None:
    authorization = f"Authorization: {bearer()['Authorization']}\r\n"
    head = f"{TYPED}{authorization}{OFFER}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    async with connected(edge.server) as connection:
        assert (await connection.ask(head.encode())).status == 100
        assert (await connection.ask(b"{}")).status == 422


async def test_many_offers_at_once(edge: Edge) -> None:
    count = 100
    offer = b"GET / HTTP/1.1\r\nHost:\r\nConnection:upgrade\r\nUpgrade:x\r\n\r\n"
    async with connected(edge.server) as connection:
        connection.writer.write(offer * count)
        for _ in range(count):
            assert (await connection.answer()).status == 404


@pytest.mark.parametrize(("version", "also"), [("1.1", "close, "), ("1.0", "")])
async def test_who_offers_and_closes(edge: Edge, version: str, also: str) -> None:
    asks = NEXT[:-2].replace("1.1", version) + OFFER.replace("Upgrade,", f"{also}Upgrade,")
    async with connected(edge.server) as connection:
        connection.writer.write(f"{asks}Content-Length: 2\r\n\r\n{{}}{NEXT}".encode())
        answer = await connection.answer()
        assert (answer.status, b"connection: close" in answer.head) == (200, True)
        assert await connection.reader.read() == b""


@pytest.mark.parametrize("target", ["/api/v1/hidden", "service:80", "http://service/api/v1/hidden"])
async def test_there_is_nothing_to_connect_to(edge: Edge, target: str) -> None:
    text = f"CONNECT {target} HTTP/1.1\r\nHost: service\r\nContent-Length: {len(NEXT)}\r\n\r\n{NEXT}"
    async with connected(edge.server) as connection:
        refused = await connection.ask(text.encode())
        assert (refused.status, b"connection: close" in refused.head) == (400, True)
        assert await connection.reader.read() == b"", "its body is no request"


@pytest.mark.parametrize(
    "head",
    [
        "GET {} HTTP/1.1\r\n",
        "GET {} HTTP/1.1\r\nHost: service\r\nHost: service\r\n",
        "GET {} HTTP/1.1\r\nHost: service\r\nX: x\r\nhOST: other\r\n",
        "GET {} HTTP/1.0\r\nHost: service\r\nHost: other\r\n",
        "GET http://service{} HTTP/1.1\r\n",
        "GET {} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n",
        "GET {} HTTP/1.1\r\nX: Host: service\r\nX-Host: service\r\n",
    ],
)
async def test_a_request_names_one_host(edge: Edge, head: str) -> None:
    text = head.format(f"/api/v1{HEALTH}") + "\r\n" + NEXT
    async with connected(edge.server) as connection:
        refused = await connection.ask(text.encode())
        assert (refused.status, b"connection: close" in refused.head) == (400, True)
        assert json.loads(refused.body)["detail"] == "Send one `Host`."
        assert await connection.reader.read() == b""


@pytest.mark.parametrize("head", ["HTTP/1.1\r\nhost:\r\n", "HTTP/1.0\r\n", "HTTP/1.0\r\nHost: service\r\n"])
async def test_a_host_may_be_empty_and_was_not_always_there(edge: Edge, head: str) -> None:
    async with connected(edge.server) as connection:
        assert (await connection.ask(f"GET /api/v1{HEALTH} {head}\r\n".encode())).status == 200


@pytest.mark.parametrize("offer", ["", OFFER])
async def test_chunks_are_none_of_http_1_0(edge: Edge, offer: str) -> None:
    """RFC 9112, 6.1: its framing counts as faulty, and its connection ends."""
    head = (
        TYPED.replace("1.1", "1.0") + offer + "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    async with connected(edge.server) as connection:
        refused = await connection.ask(f"{head}2\r\n{{}}\r\n0\r\n\r\n{NEXT}".encode())
        assert (refused.status, b"connection: close" in refused.head) == (400, True)
        assert json.loads(refused.body)["detail"] == "`Transfer-Encoding` is of HTTP/1.1."
        assert await connection.reader.read() == b""


async def test_what_follows_the_body_is_no_header(edge: Edge) -> None:
    """A proxy that drops or sets headers passes on the fields after a body in chunks as they came."""
    chunked = f"{TYPED}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n"
    trailer = f"Authorization: {bearer()['Authorization']}\r\n"
    async with connected(edge.server) as connection:
        assert (await connection.ask(f"{chunked}{trailer}\r\n".encode())).status == 401
        assert (await connection.ask(request("GET", HEALTH))).status == 200, "the connection goes on"


@pytest.mark.parametrize(
    ("rest", "more"),
    [
        ("2\r\n{}\r\n0\r\n", "X-Trailer: v\r\n" * 1000),
        ("2\r\n{}\r\n0\r\nX-Trailer: ", "v" * 65_536),
        ("2\r\n{}\r\n0\r\n", "v" * 65_536),
        ("2;", "v" * 65_536),
    ],
)
async def test_what_a_body_in_chunks_brings_besides_has_the_limits_of_a_head(
    edge: Edge, rest: str, more: str
) -> None:
    """Trailers, and extensions of chunks: without a limit they would fill the memory of the process."""
    headers = bearer() | {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    async with connected(edge.server) as connection:
        connection.writer.write(request("POST", "/labels", headers) + rest.encode())
        answer = asyncio.create_task(connection.answer())
        sent = 0
        while sent < 20_000_000 and not answer.done():
            connection.writer.write(more.encode())
            sent += len(more)
            # So slowly that the answer is read as soon as it is there: beyond some megabytes the server cuts off.
            await asyncio.wait([answer], timeout=0.01)
        refused = await answer
        assert (refused.status, b"connection: close" in refused.head) == (431, True)
        assert sent < 20_000_000


async def test_of_two_tokens_none_counts(edge: Edge) -> None:
    """A proxy may have looked at the other one."""
    line = f"Authorization: {bearer()['Authorization']}\r\n"
    call = f"GET /api/v1/labels HTTP/1.1\r\nHost: service\r\n{line}{line}\r\n"
    async with connected(edge.server) as connection:
        refused = await connection.ask(call.encode())
        assert (refused.status, json.loads(refused.body)["detail"]) == (400, "Send one `Authorization`.")


async def test_who_sends_no_more_may_still_read_the_answers(edge: Edge) -> None:
    asked = request("GET", "/labels", bearer()) + request("GET", HEALTH)
    for call, statuses in ((request("GET", HEALTH), [200]), (asked, [503, 200])):
        async with connected(edge.server) as connection:
            connection.writer.write(call)
            connection.writer.write_eof()
            assert [(await connection.answer()).status for _ in statuses] == statuses
            assert await connection.reader.read() == b"", "there is nothing to wait for"


async def test_what_will_never_be_whole_has_no_answer(edge: Edge) -> None:
    half = bearer() | {"Content-Type": "application/json", "Content-Length": "9"}
    for sent in (b"", b"GET /api", request("POST", "/labels", half) + b"{"):
        async with connected(edge.server) as connection:
            connection.writer.write(sent)
            connection.writer.write_eof()
            assert await asyncio.wait_for(connection.reader.read(), 5) == b"", sent
