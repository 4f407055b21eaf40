"""Handlers that the controllers of all resources inherit."""

from collections.abc import Callable, Mapping
from copy import copy
from functools import cache
from typing import Any, NamedTuple, Self, TypeVar, get_type_hints

from litestar._kwargs import KwargsModel
from litestar._signature import SignatureModel
from litestar.handlers import HTTPRouteHandler
from litestar.types import Empty
from litestar.types.internal_types import PathParameterDefinition
from litestar.utils.signature import ParsedSignature

Function = Callable[..., Any]
RETURN = "return"
"""The key of the return type in what `InheritedHandler.types` gives."""


class InheritedHandler(HTTPRouteHandler):
    """A handler with type variables in its signature; its controller's `signature_namespace` says what they stand for.

    Litestar is shown `Any` in their place, so that all controllers share one parsed signature, and the models by which
    Litestar reads requests: to make these for each took a third of the start-up with 300 resources. Query and body are
    parsed by the types that `types` gives.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """The copy that Litestar makes for each controller, with copies of the dictionaries that are written to later."""
        copied = copy(self)
        copied.opt = dict(self.opt)
        copied._response_handler_mapping = self._response_handler_mapping.copy()  # noqa: SLF001  # it is a copy of itself
        return copied

    @property
    def parsed_fn_signature(self) -> ParsedSignature:
        if self._parsed_fn_signature is Empty:
            self._parsed_fn_signature = _signature(self._function, frozenset(self._namespace))
        return self._parsed_fn_signature

    def create_kwargs_model(self, path_parameters: dict[str, PathParameterDefinition]) -> KwargsModel:
        made_of = (
            path_parameters.keys() & self.parsed_fn_signature.parameters.keys(),
            self.resolve_dependencies(),
            self.resolve_layered_parameters(),
            self.resolve_type_decoders(),
        )
        key = self._function, frozenset(self._namespace)
        if key not in _models or _models[key].made_of != made_of:
            _models[key] = _Models(
                made_of, self.signature_model, super().create_kwargs_model(path_parameters)
            )
        self._signature_model = _models[key].signature
        return _models[key].kwargs

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


class _Models(NamedTuple):
    """What Litestar made of one function for the first of the controllers that inherit it."""

    made_of: tuple[object, ...]
    signature: type[SignatureModel]
    kwargs: KwargsModel


_models: dict[tuple[Function, frozenset[str]], _Models] = {}
"""The last of each function: those of an application have the same dependencies."""


@cache
def _hints(function: Function) -> dict[str, Any]:
    return get_type_hints(function)


def _resolved(kind: Any, namespace: Mapping[str, Any]) -> Any:
    """The type with its type variables, and the classes whose names the namespace has, replaced by what it holds."""
    if variables := getattr(kind, "__parameters__", ()):
        return kind[tuple(_resolved(each, namespace) for each in variables)]
    return namespace.get(kind.__name__, kind) if isinstance(kind, TypeVar | type) else kind
