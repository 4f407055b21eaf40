"""Litestar's guards."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from service.core.errors import NotFound


async def local_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard: outside local the route does not exist, whatever the call carries.

    A coroutine, since Litestar has a thread run any other.
    """
    if not connection.app.state.settings.is_local:
        raise NotFound("There is nothing at this path.")
