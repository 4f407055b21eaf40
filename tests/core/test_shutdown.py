"""SIGTERM is announced before the server reacts to it."""

import asyncio
import signal
from collections.abc import Generator
from types import FrameType

import pytest

from service.core.lifecycle.shutdown import Shutdown


@pytest.fixture(autouse=True)
def _handler() -> Generator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


async def test_the_server_is_told_after_the_delay_or_a_second_signal() -> None:
    told: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        told.append(number)

    signal.signal(signal.SIGTERM, stop)
    shutdown = Shutdown()
    async with shutdown.announced(0.2):
        assert not shutdown.begun
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(0.05)
        assert (shutdown.begun, told) == (True, [])
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(0.05)
        assert told == [signal.SIGTERM]
        await asyncio.sleep(0.2)
        assert len(told) == 2
    assert signal.getsignal(signal.SIGTERM) is stop


async def test_nobody_to_tell() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    async with Shutdown().announced(1):
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
