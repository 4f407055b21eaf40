"""An orderly end: readiness says so first, new requests stop coming, requests in flight finish."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import FrameType


class Shutdown:
    """Whether this process is about to end."""

    def __init__(self) -> None:
        self.begun = False

    @asynccontextmanager
    async def announced(self, delay: float) -> AsyncGenerator[None]:
        """After SIGTERM, serve all requests for `delay` seconds more, before the server itself reacts to the signal.

        In this time load balancers notice that the process is not ready any more. A second SIGTERM does not wait.
        """
        loop = asyncio.get_running_loop()
        stop = signal.getsignal(signal.SIGTERM)
        if not callable(stop):
            yield
            return

        def announce(number: int, frame: FrameType | None) -> None:
            wait = 0 if self.begun else delay
            self.begun = True
            loop.call_soon_threadsafe(loop.call_later, wait, stop, number, frame)

        signal.signal(signal.SIGTERM, announce)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, stop)
