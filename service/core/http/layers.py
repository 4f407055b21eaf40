"""What every request passes on its way to the application."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

HttpApp: TypeAlias = Callable[[HTTPScope, Receive, Send], Awaitable[None]]
Layer: TypeAlias = Callable[[HttpApp], HttpApp]

FAULT = 500
"""The least status that is a fault of the service's, and that of a request which ends without an answer."""
STATUS = "answered_with"
"""What the `state` of a request's scope calls the status that it is answered with. `RequestContext` notes it."""


def status_of(scope: HTTPScope) -> int:
    """The status that it was answered with."""
    return scope["state"].get(STATUS, FAULT)


def template_of(scope: HTTPScope) -> str | None:
    """The template of its path, `/pages/{page_id}`; None where it has come to no route."""
    if "path_template" not in scope:
        return None
    return scope["path_template"]


def layered(app: ASGIApp, layers: Iterable[Layer]) -> ASGIApp:
    """The application inside of its layers, of which the first is the outermost. They see HTTP alone."""
    outermost: HttpApp = app
    for layer in reversed(list(layers)):
        outermost = layer(outermost)

    def call(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "http":
            return outermost(scope, receive, send)
        return app(scope, receive, send)

    return call
