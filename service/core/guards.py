"""Guards of routes: coroutines, since Litestar has a thread run any other, which doubled what a read costs."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from service.core.auth import PUBLIC, Caller
from service.core.errors import InsufficientScope, NotFound


async def local_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Outside local the route does not exist, whatever the call carries."""
    if not connection.app.state.settings.is_local:
        raise NotFound("There is nothing at this path.")


SCOPE = "scope"
"""The `opt` of an operation that holds what a token's `scope` must name."""


async def in_scope(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A token whose `scope` does not name the operation's may not call it; one without a `scope` may, unless one is required."""
    needed = handler.opt.get(SCOPE)
    if needed is None or handler.opt.get(PUBLIC):
        return
    caller: Caller = connection.user
    if caller.scopes is None:
        is_allowed = caller.claims is None or not connection.app.state.settings.require_scope
    else:
        is_allowed = needed in caller.scopes
    if not is_allowed:
        raise InsufficientScope(
            f"The token's `scope` does not name `{needed}`.",
            headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{needed}"'},
        )
