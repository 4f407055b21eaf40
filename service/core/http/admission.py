"""What a request is checked for once its handler is known, and before that is called."""

from typing import Any

from litestar import Request

from service.core.auth import PUBLIC, Caller
from service.core.errors import BadRequest, InsufficientScope, Unavailable
from service.core.http.operation import WRITES, NoQuery, operation_of
from service.core.http.query import parse_query
from service.core.http.refusals import is_crowded

PROBE = "probe"
"""The `opt` of an operation that orchestrators call every few seconds.

It is answered even by a busy process, so that none is restarted for being busy.
"""


def refuse_when_crowded(request: Request[Any, Any, Any]) -> None:
    """Raises `Unavailable` for a request that the protocol marked as one too many, unless its route is a probe.

    The protocol itself cannot refuse it, because it does not know the route yet.
    """
    if is_crowded(request.scope) and PROBE not in request.scope["route_handler"].opt:
        raise Unavailable("This process has as many requests in flight as it takes. Try again.")


def refuse_out_of_scope(request: Request[Any, Any, Any]) -> None:
    """Raises `InsufficientScope` when the token's `scope` does not name the operation's.

    This is not a guard, because Litestar copies the handler for each guard that it calls: 6 microseconds.
    """
    handler = request.route_handler
    # Without an operation are those that say which methods there are, and public ones, about whose callers nobody asks.
    if not handler.operation_id or handler.opt.get(PUBLIC):
        return
    caller: Caller = request.scope["user"]
    if caller.scopes is None:
        return
    needed = operation_of(handler).needed_scope
    if needed not in caller.scopes:
        raise InsufficientScope(
            f"The token's `scope` does not name `{needed}`.",
            headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{needed}"'},
        )


def refuse_stray_parameters(request: Request[Any, Any, Any]) -> None:
    """Raises `ValidationFailed` for a query string where the operation takes none."""
    if not request.scope["query_string"]:
        return
    handler = request.route_handler
    if handler.operation_id and operation_of(handler).criteria is NoQuery:
        parse_query(request.scope["query_string"], NoQuery)


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
