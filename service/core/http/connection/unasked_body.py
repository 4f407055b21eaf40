"""Answers to requests whose body nobody asked for: the caller sent `Expect: 100-continue` and still waits."""

from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


def ending_unasked(
    cycle: RequestResponseCycle, send: Any, end: Callable[[RequestResponseCycle], None]
) -> Any:
    """The cycle's `send`, which calls `end` before an answer that comes although the body was not asked for.

    Whether that body still follows is up to the caller, so that nobody knows what the next bytes on the connection are.
    The answer has to say that the connection ends (RFC 9110): Apache, as a proxy, otherwise waits for the body, and
    makes a 500 of the answer.
    """
    if not cycle.waiting_for_100_continue:
        return send

    async def send_ending(message: Any) -> None:
        if cycle.waiting_for_100_continue and cycle.more_body:
            end(cycle)
        await send(message)

    return send_ending
