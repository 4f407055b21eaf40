"""Closing a connection so that whoever still sends can read the answer."""

import asyncio

LINGER_SECONDS = 1.0
"""For what is on its way: the rest of a refused body, a request on a connection that was idle at shutdown."""
MAX_THROWN_AWAY_BYTES = 8_000_000


class Lingering(asyncio.Transport):
    """A transport that ends with the answer, but goes on taking what arrives, for a moment, and throws it away.

    What arrives at a closed socket resets the connection, so that callers who send all of a request before they read
    would never see the answer.
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
