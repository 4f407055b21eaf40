"""Handlers that the controllers of all resources inherit: what Litestar reads of them it reads once."""

from collections.abc import Callable, Hashable, Mapping
from functools import cache, partial
from typing import Any, ClassVar, Self, TypeVar, get_type_hints

from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.types import Empty
from litestar.types.empty import EmptyType
from litestar.utils.signature import ParsedSignature

Function = Callable[..., Any]
RETURN = "return"
"""What `types` calls what a handler gives."""


class InheritedHandler(HTTPRouteHandler):
    """A handler with type variables in its signature; what they stand for, the `signature_namespace` of a controller says.

    For Litestar they are `Any`, so that its signature is the same in all controllers: what comes in is parsed by
    the types that `types` tells. Other handlers are copied deeply for each controller, and read anew, which took a tenth
    of the start of 300 resources.
    """

    _signatures: ClassVar[dict[Hashable, ParsedSignature]] = {}
    _models: ClassVar[dict[Hashable, type[Any]]] = {}
    """What was read of functions, by all that decides it."""

    def __init__(
        self,
        method: HttpMethod,
        path: str,
        *,
        operation_id: str,
        request_max_body_size: int | EmptyType = Empty,
    ) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]  # Litestar names types without their parameters
            path, http_method=method, operation_id=operation_id, request_max_body_size=request_max_body_size
        )
        self._again = partial(
            type(self), method, path, operation_id=operation_id, request_max_body_size=request_max_body_size
        )
        self._signature: ParsedSignature | None = None
        self._model: type[Any] | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """As it was declared."""
        other = self._again()
        other(self.fn)
        return other

    @property
    def parsed_fn_signature(self) -> ParsedSignature:
        if self._signature is None:
            key = (self._function, frozenset(self._namespace))
            if key not in self._signatures:
                self._signatures[key] = super().parsed_fn_signature
            self._signature = self._signatures[key]
        return self._signature

    @property
    def signature_model(self) -> type[Any]:
        if self._model is None:
            key = (self._function, frozenset(self._namespace), frozenset(self.dependency_name_set))
            if key not in self._models:
                self._models[key] = super().signature_model
            self._model = self._models[key]
        return self._model

    def resolve_signature_namespace(self) -> dict[str, Any]:
        return dict.fromkeys(self._namespace, Any)

    def types(self) -> dict[str, Any]:
        """What the arguments are, by their names, and what it gives."""
        return {name: _meant(kind, self._namespace) for name, kind in _hints(self._function).items()}

    @property
    def _function(self) -> Function:
        """Of the class, not of a controller."""
        return getattr(self.fn, "__func__", self.fn)

    @property
    def _namespace(self) -> Mapping[str, Any]:
        return self.owner.signature_namespace if self.owner else {}


@cache
def _hints(function: Function) -> dict[str, Any]:
    return get_type_hints(function)


def _meant(kind: Any, namespace: Mapping[str, Any]) -> Any:
    """A type with what a controller says instead of type variables, and of types that have a name in it."""
    if variables := getattr(kind, "__parameters__", ()):
        return kind[tuple(_meant(each, namespace) for each in variables)]
    return namespace.get(kind.__name__, kind) if isinstance(kind, TypeVar | type) else kind
