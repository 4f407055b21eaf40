"""Answers that callers read too slowly: each has a deadline, and the memory that all of them hold has a ceiling."""

import asyncio
from collections.abc import Iterable

from loguru import logger

WATCHED_SECONDS = 10.0
MIN_BYTES = 640_000
"""How many bytes a caller has to read in each `WATCHED_SECONDS`, unless fewer are left: 64 kB/s."""
MAX_BYTES = 100_000_000
"""How many bytes all unread answers of the process may hold; above it, the one that has waited longest is cut."""


class UnreadAnswer:
    """The part of an answer that the caller of one connection has still to read."""

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
        """Begin to watch: more waits to be read than the operating system buffers."""
        self.since = self._loop.time()
        self._set_timer()

    def forget(self) -> None:
        """Stop watching: the answer was read, or the connection is gone."""
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
    """Cut the connections whose answers have waited longest, until the rest hold at most `MAX_BYTES`; the newest stays."""
    waiting = sorted((each for each in connections if each.size), key=lambda each: each.since)
    held = sum(each.size for each in waiting)
    for each in waiting[:-1]:
        if held <= MAX_BYTES:
            break
        held -= each.size
        each.cut()
