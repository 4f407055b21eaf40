"""What decides whether a route may be called at all, before anything of the request is read."""

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from service.core.auth import PUBLIC, Caller
from service.core.errors import InsufficientScope, NotFound


async def local_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard: outside local the route does not exist, whatever the call carries.

    A coroutine, since Litestar has a thread run any other.
    """
    if not connection.app.state.settings.is_local:
        raise NotFound("There is nothing at this path.")


SCOPE = "scope"
"""The `opt` of an operation that holds what a token's `scope` must name."""


def refuse_out_of_scope(request: Request[Any, Any, Any]) -> None:
    """A token whose `scope` does not name the operation's may not call it; one without a `scope` may, unless one is required.

    No guard of Litestar's, which copies the handler for each: a tenth of what a call costs in which nothing is read.
    """
    opt = request.scope["route_handler"].opt
    needed = opt.get(SCOPE)
    if needed is None or opt.get(PUBLIC):
        return
    caller: Caller = request.scope["user"]
    if caller.scopes is None:
        is_allowed = caller.claims is None or not request.app.state.settings.require_scope
    else:
        is_allowed = needed in caller.scopes
    if not is_allowed:
        raise InsufficientScope(
            f"The token's `scope` does not name `{needed}`.",
            headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{needed}"'},
        )
