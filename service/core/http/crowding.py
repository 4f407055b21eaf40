"""Requests above those that a process takes at once: refused, but for probes, which ask whether it is alive."""

from typing import Any

from litestar import Request

from service.core.errors import Unavailable

PROBE = "probe"
"""The `opt` of an operation that orchestrators call every few seconds: a process that is busy is not to be restarted."""
CROWDED: dict[str, dict[object, object]] = {"service.crowded": {}}
"""The `extensions` of a request's scope before which came as many as the process takes."""


def refuse_when_crowded(request: Request[Any, Any, Any]) -> None:
    """Raises `Unavailable` for what the protocol found to be too much, now that it is known what it asks for."""
    if "extensions" not in request.scope or request.scope["extensions"] != CROWDED:
        return
    if PROBE not in request.scope["route_handler"].opt:
        raise Unavailable("This process has as many requests in flight as it takes. Try again.")
