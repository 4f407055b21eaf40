"""How long a request may take to arrive, where another one on the same connection is answered first."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from litestar.types import Receive, Scope, Send

from service.core.http.connection.arrival import Stage
from service.core.http.connection.protocol import LimitedProtocol
from service.core.http.refusals import refusal_of

SECONDS = 0.3
"""How long a body may take to arrive here."""


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers a GET after three times that long, and a POST with the status 408 where its body came too slowly."""
    assert scope["type"] == "http"
    if scope["method"] == "GET":
        await asyncio.sleep(3 * SECONDS)
    else:
        while not refusal_of(scope) and (await receive()).get("more_body"):
            pass
    refused = refusal_of(scope)
    status = refused.status if refused else 200
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


@asynccontextmanager
async def served() -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server of `app`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, http=LimitedProtocol, lifespan="off", log_config=None))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        yield reader, writer
        writer.close()
        server.should_exit = True
        await serving


async def status_in(reader: asyncio.StreamReader) -> int:
    return int((await reader.readuntil(b"\r\n\r\n"))[9:12])


async def test_the_time_that_an_earlier_answer_takes_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stage.BODY, "_value_", SECONDS)
    get = b"GET / HTTP/1.1\r\nHost: service\r\n\r\n"
    post = b"POST / HTTP/1.1\r\nHost: service\r\nContent-Length: 2\r\n\r\n{"
    async with served() as (reader, writer):
        writer.write(get + post)
        assert await status_in(reader) == 200
        writer.write(b"}")
        assert await status_in(reader) == 200
        writer.write(post)
        assert await status_in(reader) == 408, "what nothing stands before is late"
