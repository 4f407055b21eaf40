"""Closes a connection in such a way that a caller who is still sending can read the answer."""

import asyncio

LINGER_SECONDS = 1.0
"""How long to wait for what is on its way: the rest of a refused body, a request on a connection idle at shutdown."""
MAX_THROWN_AWAY_BYTES = 8_000_000


class Lingering(asyncio.Transport):
    """A transport whose `close` ends the sending side at once, and the connection only `LINGER_SECONDS` later.

    What arrives in between is read and thrown away. If it arrived at a closed socket, that would reset the connection,
    and callers who send all of a request before they read would never see the answer.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._transport.write(data)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        if not self._transport.is_closing():
            self._transport.write_eof()
            self._loop.call_later(LINGER_SECONDS, self._transport.close)
