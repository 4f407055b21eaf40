"""Refuses requests above the number that a process serves at once, except probes, which ask whether it is alive."""

from typing import Any

from litestar import Request

from service.core.errors import Unavailable

PROBE = "probe"
"""The `opt` of an operation that orchestrators call every few seconds.

It is answered even by a busy process, so that none is restarted for being busy.
"""
CROWDED = "crowded"
"""The key, in the `state` of a request's scope, that marks it as one more than the process serves at once."""


def refuse_when_crowded(request: Request[Any, Any, Any]) -> None:
    """Raises `Unavailable` for a request that the protocol marked as one too many, unless its route is a probe.

    The protocol itself cannot refuse it, because it does not know the route yet.
    """
    if CROWDED in request.scope["state"] and PROBE not in request.scope["route_handler"].opt:
        raise Unavailable("This process has as many requests in flight as it takes. Try again.")
