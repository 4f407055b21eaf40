"""Units of work that run again."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from service.core.database.sqlstate import is_transient

T = TypeVar("T")

ATTEMPTS = 3
FIRST_WAIT_SECONDS = 0.04


async def retried(run: Callable[[], Awaitable[T]]) -> T:
    """Run again, after a random moment, what may succeed then: `ATTEMPTS` in all."""
    for attempt in range(1, ATTEMPTS):
        try:
            return await run()
        except Exception as error:
            if not is_transient(error):
                raise
        await asyncio.sleep(random.uniform(0, FIRST_WAIT_SECONDS * 2**attempt))  # noqa: S311  # no secret
    return await run()
