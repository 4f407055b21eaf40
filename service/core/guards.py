"""Litestar's guards."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from service.core.errors import NotFound


async def local_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard that raises `NotFound` outside local, whatever the call carries.

    It is a coroutine, since Litestar would run a plain function in a thread.
    """
    if not connection.app.state.settings.is_local:
        raise NotFound("There is nothing at this path.")
