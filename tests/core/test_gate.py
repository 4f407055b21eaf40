"""Places are given in turn, and none is lost by who gives up."""

import asyncio
import time

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.core.database.gate import Gate


async def waiting(gate: Gate, *, times: int = 1) -> list["asyncio.Task[None]"]:
    tasks = [asyncio.create_task(gate.enter()) for _ in range(times)]
    await asyncio.sleep(0)
    return tasks


async def is_free(gate: Gate) -> bool:
    (task,) = await waiting(gate)
    if free := task.done():
        gate.leave()
    task.cancel()
    await asyncio.wait([task])
    return free


async def test_the_first_to_come_is_the_first_to_enter() -> None:
    gate = Gate(2, seconds=5)
    tasks = await waiting(gate, times=4)
    assert [task.done() for task in tasks] == [True, True, False, False]
    gate.leave()
    late = await waiting(gate)
    assert [task.done() for task in tasks + late] == [True, True, True, False, False]
    gate.leave()
    gate.leave()
    await asyncio.gather(*tasks, *late)


async def test_who_waits_too_long_takes_no_place() -> None:
    gate = Gate(1, seconds=0.05)
    await gate.enter()
    with pytest.raises(PoolTimeoutError):
        await gate.enter()
    gate.leave()
    assert await is_free(gate)


async def test_each_waits_as_long_as_the_others() -> None:
    gate = Gate(1, seconds=0.1)
    await gate.enter()
    waited: list[float] = []

    async def wait_in_vain(delay: float) -> None:
        await asyncio.sleep(delay)
        started = time.monotonic()
        with pytest.raises(PoolTimeoutError):
            await gate.enter()
        waited.append(time.monotonic() - started)

    await asyncio.gather(*(wait_in_vain(delay) for delay in (0, 0.05, 0.3)))
    assert len(waited) == 3
    assert all(0.09 < seconds < 1 for seconds in waited)


@pytest.mark.parametrize("its_turn", [False, True])
async def test_who_is_cancelled_takes_no_place(*, its_turn: bool) -> None:
    gate = Gate(1, seconds=5)
    await gate.enter()
    (task,) = await waiting(gate)
    if its_turn:
        gate.leave()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    if not its_turn:
        assert not await is_free(gate)
        gate.leave()
    assert await is_free(gate)
