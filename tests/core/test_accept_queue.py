"""Those who wait to be accepted when the process stops listening are answered too."""

import asyncio
import socket
from contextlib import ExitStack
from typing import Any

import uvicorn
from uvicorn.supervisors import multiprocess

from service.core.http.connection.accept_queue import AcceptingServer, Worker
from service.core.http.connection.protocol import LimitedProtocol
from service.core.http.connection.sockets import bind_sockets

ANSWER = [{"type": "http.response.start", "status": 204}, {"type": "http.response.body"}]


async def app(_scope: Any, _receive: Any, send: Any) -> None:
    for message in ANSWER:
        await send(message)


async def test_connections_that_nobody_has_accepted_are_served_to_the_end() -> None:
    sockets = bind_sockets("127.0.0.1", 0)
    config = uvicorn.Config(app, http=LimitedProtocol, lifespan="off", ws="none", log_config=None)
    config.load()
    server = AcceptingServer(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets)
    address = sockets[0].getsockname()
    with ExitStack() as stack:
        # The event loop runs nothing before the shutdown: the operating system alone completes these connections.
        callers = [stack.enter_context(socket.create_connection(address, 5)) for _ in range(3)]
        for caller in callers:
            caller.sendall(b"GET / HTTP/1.1\r\nHost: service\r\n\r\n")
        await server.shutdown(sockets)
        answers = [await asyncio.to_thread(caller.recv, 1000) for caller in callers]
    assert [answer.partition(b"\r\n")[0] for answer in answers] == [b"HTTP/1.1 204 No Content"] * 3


def test_workers_serve_so_too() -> None:
    config = uvicorn.Config(app)
    assert multiprocess.Process is Worker
    assert isinstance(Worker(config, []).server, AcceptingServer)
