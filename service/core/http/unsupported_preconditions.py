"""Refuses preconditions that a write does not check: to write regardless may be what the caller wanted to prevent."""

from typing import Any

from litestar import Request

from service.core.errors import BadRequest
from service.core.http.operation import WRITES, operation_of


def refuse_unsupported_preconditions(request: Request[Any, Any, Any]) -> None:
    """Raises `BadRequest` for a write with `If-None-Match`, or with an `If-Match` that its operation does not take.

    A create may carry `If-None-Match`: it overwrites nothing, so that the condition always holds. A public handler
    without an `operation_id` has no operation that could say what it takes, and reads its headers itself.
    """
    handler = request.route_handler
    if request.scope["method"] not in WRITES or not handler.operation_id:
        return
    for name, _ in request.scope["headers"]:
        if name == b"if-none-match" and not operation_of(handler).is_create:
            raise BadRequest(
                "This operation does not check `If-None-Match`. To change a resource only in the state that you have read, "
                "send the ETag of that state as `If-Match`, or with the item of a batch."
            )
        if name == b"if-match" and not operation_of(handler).takes_if_match:
            raise BadRequest(
                "This operation does not check `If-Match`, which is for changes of the one resource that the path names. "
                "In a batch, send each item's ETag with the item."
            )
