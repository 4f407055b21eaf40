"""The connections that callers have made and that the process has not accepted yet, and what becomes of them at its end."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import suppress

import uvicorn
from uvicorn.supervisors.multiprocess import Process

from service.core.http.connection.protocol import LimitedProtocol


class AcceptingServer(uvicorn.Server):
    """uvicorn's server, which also answers those who wait to be accepted when it stops listening.

    The operating system completes a connection before the process accepts it, and a request may have arrived on it by
    then. Closing the listening socket resets such connections, so that a proxy which has not noticed yet that the
    process is ending answers 502.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        waiting = [connection for each in sockets or () for connection in _accept_all(each)]
        # At once, before the event loop runs again: each moment in between more of them may come.
        for listener in (*self.servers, *(sockets or ())):
            listener.close()
        for connection in waiting:
            await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)
        await super().shutdown(sockets)

    def _protocol(self) -> LimitedProtocol:
        return LimitedProtocol(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


class Worker(Process):
    """One of several processes that serve."""

    @property
    def server(self) -> uvicorn.Server:
        if self._server is None:
            self._server = AcceptingServer(self.config)
        return self._server


def _accept_all(listener: socket.socket) -> Generator[socket.socket]:
    # It raises where no more wait, where no file descriptor is left, and where the listener is closed already.
    with suppress(OSError):
        while True:
            yield listener.accept()[0]
