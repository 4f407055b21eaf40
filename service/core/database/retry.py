"""Runs units of work again after transient errors."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from service.core.database.sqlstate import is_transient

T = TypeVar("T")

ATTEMPTS = 3
FIRST_WAIT_SECONDS = 0.04


async def retried(run: Callable[[], Awaitable[T]]) -> T:
    """Run `run` up to `ATTEMPTS` times: after a transient error it runs again, after a random wait."""
    for attempt in range(1, ATTEMPTS):
        try:
            return await run()
        except Exception as error:
            if not is_transient(error):
                raise
        await asyncio.sleep(random.uniform(0, FIRST_WAIT_SECONDS * 2**attempt))  # noqa: S311  # no secret
    return await run()
