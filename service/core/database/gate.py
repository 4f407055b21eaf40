"""Who may use a connection, in turn."""

import asyncio
from collections import deque
from typing import NamedTuple

from sqlalchemy.exc import TimeoutError as PoolTimeoutError


class Waiter(NamedTuple):
    """Who waits, and until when by the loop's clock."""

    turn: "asyncio.Future[None]"
    deadline: float


class Gate:
    """Lets `places` in at once, and the others in the order in which they came.

    What asyncio's semaphore inside its timeout does, at a fraction of the price: under load every statement waits
    here. All wait equally long, so that one timer, for whoever came first, serves all.
    """

    def __init__(self, places: int, seconds: float) -> None:
        self._free = places
        self._seconds = seconds
        self._waiting: deque[Waiter] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self) -> None:
        """Raises SQLAlchemy's `TimeoutError` where no place becomes free within the gate's `seconds`."""
        if self._free:
            self._free -= 1
            return
        loop = asyncio.get_running_loop()
        waiter = Waiter(loop.create_future(), loop.time() + self._seconds)
        self._waiting.append(waiter)
        if self._timer is None:
            self._timer = loop.call_at(waiter.deadline, self._give_up, loop)
        try:
            await waiter.turn
        except asyncio.CancelledError:
            if not waiter.turn.cancelled():
                self.leave()  # it was this one's turn just now
            raise

    def leave(self) -> None:
        """The place goes to whoever has waited longest."""
        while self._waiting:
            turn = self._waiting.popleft().turn
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _give_up(self, loop: asyncio.AbstractEventLoop) -> None:
        """Turn away who has waited too long, and look again when the next one will have."""
        while self._waiting and self._waiting[0].deadline <= loop.time():
            turn = self._waiting.popleft().turn
            if not turn.done():
                turn.set_exception(PoolTimeoutError("no connection of the pool became free in time"))
        self._timer = loop.call_at(self._waiting[0].deadline, self._give_up, loop) if self._waiting else None
