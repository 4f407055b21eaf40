"""Places are given in turn, and none is lost by who gives up."""

import asyncio

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.core.connections.gate import Gate


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
