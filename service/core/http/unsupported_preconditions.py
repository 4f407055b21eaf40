"""Refuses preconditions that a write does not look at: to do it all the same may be what the caller wanted to prevent."""

from typing import Any

from litestar import Request

from service.core.errors import BadRequest
from service.core.http.operation import WRITES, operation_of


def refuse_unsupported_preconditions(request: Request[Any, Any, Any]) -> None:
    """Raises `BadRequest` for `If-None-Match`, and for `If-Match` where the operation does not take it.

    What creates in a collection overwrites nothing, so that `If-None-Match` holds there.
    """
    if request.scope["method"] not in WRITES:
        return
    for name, _ in request.scope["headers"]:
        if name == b"if-none-match" and not operation_of(request.route_handler).is_create:
            raise BadRequest(
                "`If-None-Match` is for reading: this never creates, and `If-Match` names the state to change."
            )
        if name == b"if-match" and not operation_of(request.route_handler).takes_if_match:
            raise BadRequest(
                "`If-Match` is about one resource that is there, in the path. Each item of a batch names its own."
            )
