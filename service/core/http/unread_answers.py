"""Answers that callers do not read: what those hold in memory has a deadline and a ceiling."""

import asyncio
from collections.abc import Iterable

from loguru import logger

WATCHED_SECONDS = 10.0
MIN_BYTES = 640_000
"""How much has to be read in that time: 64 kB/s, or what is left."""
MAX_BYTES = 100_000_000
"""What all unread answers of the process may hold; above it, whoever has waited longest is cut off."""


class UnreadAnswer:
    """What one connection still has to read of its answer."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None
        self._left = 0
        self.since = 0.0

    @property
    def size(self) -> int:
        return self._transport.get_write_buffer_size() if self._timer else 0

    def watch(self) -> None:
        """More than the system takes waits to be read."""
        self.since = self._loop.time()
        self._set_timer()

    def forget(self) -> None:
        """It was read, or the connection is gone."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def cut(self) -> None:
        logger.warning("A connection was cut: {} bytes of its answer were not read in time", self.size)
        self.forget()
        self._transport.abort()

    def _set_timer(self) -> None:
        self._left = self._transport.get_write_buffer_size()
        self._timer = self._loop.call_later(WATCHED_SECONDS, self._check)

    def _check(self) -> None:
        if self._left - self._transport.get_write_buffer_size() < MIN_BYTES:
            self.cut()
        else:
            self._set_timer()


def keep_below_ceiling(connections: Iterable[UnreadAnswer]) -> None:
    """Cut off those who have waited longest, until the rest is not too much."""
    waiting = sorted((each for each in connections if each.size), key=lambda each: each.since)
    held = sum(each.size for each in waiting)
    for each in waiting[:-1]:
        if held <= MAX_BYTES:
            break
        held -= each.size
        each.cut()
