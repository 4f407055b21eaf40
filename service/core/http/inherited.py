"""Handlers that the controllers of all resources inherit."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, get_type_hints

from litestar.handlers import HTTPRouteHandler
from litestar.types import Empty
from litestar.utils.signature import ParsedSignature

Function = Callable[..., Any]
RETURN = "return"
"""What `types` calls what a handler gives."""


class InheritedHandler(HTTPRouteHandler):
    """A handler with type variables in its signature; what they stand for, the `signature_namespace` of a controller says.

    For Litestar they are `Any`, so that its signature is the same in all controllers: what comes in is parsed by
    the types that `types` tells. To read each controller's anew took a quarter of the start of 300 resources.
    """

    @property
    def parsed_fn_signature(self) -> ParsedSignature:
        if self._parsed_fn_signature is Empty:
            self._parsed_fn_signature = _signature(self._function, frozenset(self._namespace))
        return self._parsed_fn_signature

    def types(self) -> dict[str, Any]:
        """What the arguments are, by their names, and what it gives."""
        return {name: _resolved(kind, self._namespace) for name, kind in _hints(self._function).items()}

    @property
    def _function(self) -> Function:
        """Of the class, not of a controller."""
        return getattr(self.fn, "__func__", self.fn)

    @property
    def _namespace(self) -> Mapping[str, Any]:
        return self.owner.signature_namespace if self.owner else {}


@cache
def _signature(function: Function, names: frozenset[str]) -> ParsedSignature:
    return ParsedSignature.from_fn(function, dict.fromkeys(names, Any))


@cache
def _hints(function: Function) -> dict[str, Any]:
    return get_type_hints(function)


def _resolved(kind: Any, namespace: Mapping[str, Any]) -> Any:
    """A type with what a controller says instead of type variables, and of types that have a name in it."""
    if variables := getattr(kind, "__parameters__", ()):
        return kind[tuple(_resolved(each, namespace) for each in variables)]
    return namespace.get(kind.__name__, kind) if isinstance(kind, TypeVar | type) else kind
