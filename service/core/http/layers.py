"""ASGI applications around ASGI applications."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from litestar.types import ASGIApp

Layer: TypeAlias = Callable[[ASGIApp], ASGIApp]


def layered(app: ASGIApp, layers: Iterable[Layer]) -> ASGIApp:
    """The application inside of its layers, of which the first is the outermost."""
    for layer in reversed(list(layers)):
        app = layer(app)
    return app
