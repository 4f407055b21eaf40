"""Warns before a process runs out of file descriptors: without one, libuv silently drops each new connection."""

import asyncio
import os
import resource
import time
from contextlib import suppress

from loguru import logger

SPARE = 16
"""How many are left when the warning comes: connections to the database and files of certificates need some too."""
TELL_EVERY = 60.0
STANDARD_ERROR = 2


class Descriptors:
    """Tells how many are left from the descriptor of each new connection: the system gives the lowest free number."""

    def __init__(self) -> None:
        self._told = -TELL_EVERY

    def look(self, transport: asyncio.BaseTransport) -> None:
        """Warn, at most once a minute, where the descriptor of this new connection is one of the last `SPARE`."""
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
    """Raise the soft limit of this process to the hard one: often it is 1,024, an old default for small programs."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS reports "unlimited" as the hard limit, and refuses it as the soft one.
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def open_standard_descriptors() -> None:
    """Open those of standard input, output and error that are closed, here and in processes that this one starts.

    Otherwise the event loop gets such a number for itself, and libuv aborts the process when it closes that.
    """
    while (opened := os.open(os.devnull, os.O_RDWR)) <= STANDARD_ERROR:
        os.set_inheritable(opened, True)  # noqa: FBT003  # it takes the argument by position alone
    os.close(opened)
