"""The layers (ASGI middleware) that every request passes on its way to Litestar's application."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

HttpApp: TypeAlias = Callable[[HTTPScope, Receive, Send], Awaitable[None]]
Layer: TypeAlias = Callable[[HttpApp], HttpApp]

FAULT = 500
"""The lowest status that is a fault of the service; also the one noted for a request that ends without an answer."""
STATUS = "answered_with"
"""The key, in the `state` of a request's scope, of the status that it is answered with. `RequestContext` sets it."""


def status_of(scope: HTTPScope) -> int:
    """The status that the request was answered with."""
    return scope["state"].get(STATUS, FAULT)


def template_of(scope: HTTPScope) -> str | None:
    """The template of the request's path, such as `/pages/{page_id}`; None where it has reached no route."""
    if "path_template" not in scope:
        return None
    return scope["path_template"]


def layered(app: ASGIApp, layers: Iterable[Layer]) -> ASGIApp:
    """The application within its layers, the first of them outermost. They see HTTP requests only, not the lifespan."""
    outermost: HttpApp = app
    for layer in reversed(list(layers)):
        outermost = layer(outermost)

    def call(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "http":
            return outermost(scope, receive, send)
        return app(scope, receive, send)

    return call
