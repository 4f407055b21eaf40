"""Refuses preconditions that a write does not look at: to do it all the same may be what the caller wanted to prevent."""

from typing import Any

from litestar import Request

from service.core.errors import BadRequest
from service.core.http.operation import IF_MATCH, operation_of

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_unsupported_preconditions(request: Request[Any, Any, Any]) -> None:
    """Raises `BadRequest` for `If-None-Match`, and for `If-Match` where the operation does not take it.

    What creates in a collection overwrites nothing, so that `If-None-Match` holds there.
    """
    if request.scope["method"] in _SAFE:
        return
    for name, _ in request.scope["headers"]:
        if name == b"if-none-match" and not _creates(request):
            raise BadRequest(
                "`If-None-Match` is for reading: this never creates, and `If-Match` names the state to change."
            )
        if name == b"if-match" and not _takes_if_match(request):
            raise BadRequest(
                "`If-Match` is about one resource that is there, in the path. Each item of a batch names its own."
            )


def _creates(request: Request[Any, Any, Any]) -> bool:
    return request.scope["method"] == "POST" and not operation_of(request.route_handler).in_path


def _takes_if_match(request: Request[Any, Any, Any]) -> bool:
    return any(header.name == IF_MATCH for header in operation_of(request.route_handler).in_headers)
