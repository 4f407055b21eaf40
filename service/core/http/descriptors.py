"""File descriptors: where none is left, libuv cuts off whoever connects, and tells nobody."""

import asyncio
import resource
import time
from contextlib import suppress

from loguru import logger

SPARE = 16
"""So many are left when it is told: a connection to the database, a file of certificates want one too."""
TELL_EVERY = 60.0


class Descriptors:
    """How many this process has left, as it is seen from the numbers of those that it gets: each is the lowest free."""

    def __init__(self) -> None:
        self._told = -TELL_EVERY

    def look(self, transport: asyncio.BaseTransport) -> None:
        """Warn once a minute while they run out."""
        most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        used = transport.get_extra_info("socket").fileno() + 1
        now = time.monotonic()
        if 0 <= most - SPARE <= used and now - self._told >= TELL_EVERY:
            self._told = now
            logger.warning(
                "{} of {} file descriptors are taken: where none is left, who connects is cut off. Raise `ulimit -n`.",
                used,
                most,
            )


def take_all_descriptors() -> None:
    """Take as many as this process may have: what it is given at first is often 1,024, for programs of other days."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS says "unlimited", and refuses that.
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
