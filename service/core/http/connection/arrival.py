"""What a caller is to send next, and how long that may take."""

import asyncio
from collections.abc import Callable
from enum import Enum


class Stage(Enum):
    """What the caller is to send next; the value is the seconds within which all of it must arrive."""

    NOTHING = None
    HEAD = 10.0
    BODY = 30.0


class ArrivalTimer:
    """The timer of one connection, which runs while the caller is to send something."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._stage = Stage.NOTHING
        self._timer: asyncio.TimerHandle | None = None

    def follow(self, stage: Stage, too_slow: Callable[[], None]) -> None:
        """Start anew where the stage is another; `too_slow` is called where it has lasted as long as it may.

        A request that arrived whole needs no timer. `too_slow` is not kept any longer than the timer runs: it is the
        connection's own method, and a lost connection that still referred to itself would hold its answer in memory
        until the garbage collector came by.
        """
        if stage is self._stage:
            return
        self._stage = stage
        if self._timer:
            self._timer.cancel()
        self._timer = None if stage.value is None else self._loop.call_later(stage.value, too_slow)
