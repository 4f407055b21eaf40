"""Guards of routes."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from service.core.errors import NotFound


def local_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Outside local the route does not exist, whatever the call carries."""
    if not connection.app.state.settings.is_local:
        raise NotFound("There is nothing at this path.")
