"""The application behind uvicorn, on the loop of the tests."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from litestar import Litestar

from service.core.http.connection.protocol import LimitedProtocol


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield  # signals are pytest's


@asynccontextmanager
async def listening(application: Litestar) -> AsyncGenerator[str]:
    """Serve over TCP, by the protocol that production has, and give the URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            application,
            http=LimitedProtocol,
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve([listener]))
        await server.ready.wait()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
