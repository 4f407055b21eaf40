"""Handlers that the controllers of all resources inherit."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, get_type_hints

from litestar.handlers import HTTPRouteHandler
from litestar.types import Empty
from litestar.utils.signature import ParsedSignature

Function = Callable[..., Any]
RETURN = "return"
"""The key of the return type in what `InheritedHandler.types` gives."""


class InheritedHandler(HTTPRouteHandler):
    """A handler with type variables in its signature; its controller's `signature_namespace` says what they stand for.

    Litestar is shown `Any` in their place, so that all controllers share one parsed signature: to parse it for each
    took a quarter of the start-up with 300 resources. Query and body are parsed by the types that `types` gives.
    """

    @property
    def parsed_fn_signature(self) -> ParsedSignature:
        if self._parsed_fn_signature is Empty:
            self._parsed_fn_signature = _signature(self._function, frozenset(self._namespace))
        return self._parsed_fn_signature

    def types(self) -> dict[str, Any]:
        """The types of the arguments by their names, and the return type, as this handler's controller has them."""
        return {name: _resolved(kind, self._namespace) for name, kind in _hints(self._function).items()}

    @property
    def _function(self) -> Function:
        """The plain function, which all controllers share, not the method of one of them."""
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
    """The type with its type variables, and the classes whose names the namespace has, replaced by what it holds."""
    if variables := getattr(kind, "__parameters__", ()):
        return kind[tuple(_resolved(each, namespace) for each in variables)]
    return namespace.get(kind.__name__, kind) if isinstance(kind, TypeVar | type) else kind
