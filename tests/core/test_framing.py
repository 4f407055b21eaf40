"""Where one request ends and the next begins, over real connections."""

import asyncio
from collections.abc import Generator

import pytest

from tests.support.edge import Edge, edge_served
from tests.support.raw import connected, request

HEALTH = "/utils/health-check"
TYPED = "POST /api/v1/labels HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\n"
NEXT = "GET /api/v1/utils/health-check HTTP/1.1\r\nHost: service\r\n\r\n"


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Generator[Edge]:
    with edge_served(tmp_path_factory.mktemp("framing")) as edge:
        yield edge


@pytest.mark.parametrize(
    "framing",
    [
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
        "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n",
        "X: a\r\n Content-Length: 2\r\n\r\n{}",
        "X: a\nContent-Length: 2\r\n\r\n{}",
        "X: a\rContent-Length: 2\r\n\r\n{}",
    ],
)
async def test_where_a_request_ends_is_said_once_and_clearly(edge: Edge, framing: str) -> None:
    """A proxy in front might read it otherwise, and what follows would be taken for a request."""
    async with connected(edge.server) as connection:
        refused = await connection.ask((TYPED + framing + NEXT).encode())
        assert (refused.status, b"connection: close" in refused.head) == (400, True)
        assert await connection.reader.read() == b"", "what follows is no request"


@pytest.mark.xfail(
    strict=True, reason="httptools leaves out the body of a request that offers another protocol"
)
@pytest.mark.parametrize("upgrade", ["websocket", "h2c"])
async def test_a_body_beside_an_offer_of_another_protocol_is_no_request(edge: Edge, upgrade: str) -> None:
    hidden = request("GET", f"/hidden/{upgrade}")
    offer = {"Connection": "Upgrade", "Upgrade": upgrade, "Content-Length": str(len(hidden))}
    async with connected(edge.server) as connection:
        connection.writer.write(request("GET", HEALTH, offer) + hidden)
        await connection.answer()
        with pytest.raises((TimeoutError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(connection.answer(), 1)
