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

    def __init__(self, loop: asyncio.AbstractEventLoop, too_slow: Callable[[], None]) -> None:
        """`too_slow` is called where a stage has lasted as long as it may."""
        self._loop = loop
        self._too_slow = too_slow
        self._stage = Stage.NOTHING
        self._timer: asyncio.TimerHandle | None = None

    def follow(self, stage: Stage) -> None:
        """Start anew where the stage is another; a request that arrived whole needs no timer."""
        if stage is self._stage:
            return
        self._stage = stage
        if self._timer:
            self._timer.cancel()
        self._timer = None if stage.value is None else self._loop.call_later(stage.value, self._too_slow)
