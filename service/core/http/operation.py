"""What each handler declares, worked out once at start-up and read by parsing, refusals and the API document."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

import msgspec
from litestar import Litestar, Response
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import HeaderParameter
from litestar.routes import HTTPRoute

from service.core.auth import PUBLIC
from service.core.errors import (
    ApiError,
    BadRequest,
    Conflict,
    ContentTooLarge,
    Forbidden,
    HeadersTooLarge,
    NotFound,
    PreconditionFailed,
    RequestTimeout,
    Timeout,
    Unauthorized,
    Unavailable,
    UnsupportedMediaType,
    UriTooLong,
    ValidationFailed,
)
from service.core.http.handler_checks import (
    CRITERIA,
    PAYLOAD,
    function_of,
    place_of,
    refuse_doubles,
    refuse_nameless,
    refuse_unknowable,
)
from service.core.http.inherited import RETURN, InheritedHandler
from service.core.http.parameter import Parameter, parameter_of
from service.core.schema import Resource
from service.core.type_info import fields_of, is_struct
from service.prisma.names import camel

KEY = "key"
"""The `opt` of a handler that takes the key from the path itself: the names and types of the segments that hold it."""
IF_MATCH = "If-Match"
JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OPERATION = "operation"


class NoQuery(msgspec.Struct, forbid_unknown_fields=True):
    """The query of an operation that takes no query parameters."""


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One operation of the API: a method of a path, with what its handler takes and answers."""

    name: str
    method: str
    path: str
    handler: HTTPRouteHandler
    needed_scope: str
    """What a token's `scope` must name, where the token has one."""
    in_path: tuple[Parameter, ...]
    in_headers: tuple[Parameter, ...]
    criteria: type[msgspec.Struct]
    """The type of the query; `NoQuery` where the operation takes none."""
    payload: Any
    """The type of the body; None where the operation takes none."""
    answer: Any
    """The type that a successful answer shows; None for an answer without a body."""
    read_only: tuple[str, ...]
    """Fields that the answer shows and the payload lacks. A body may hold them, so that one can send what one has read,
    and they are ignored."""

    @property
    def status(self) -> str:
        return str(self.handler.status_code)

    @property
    def controller(self) -> object:
        """The controller that the handler is a method of; None where it is a function."""
        return getattr(function_of(self.handler), "__self__", None)

    @property
    def tag(self) -> str:
        return self.handler.resolve_tags()[0]

    @property
    def is_public(self) -> bool:
        return bool(self.handler.opt.get(PUBLIC))

    @property
    def shows_one(self) -> bool:
        """Whether it answers with a single resource, which carries an ETag."""
        return _shows_one(self.answer)

    @property
    def is_batch(self) -> bool:
        """Whether it changes several rows, which its body names."""
        return self.method == "PATCH" and not self.in_path

    @property
    def is_create(self) -> bool:
        """Whether it makes a row in a collection."""
        return self.method == "POST" and not self.in_path

    @property
    def takes_if_match(self) -> bool:
        return any(header.name == IF_MATCH for header in self.in_headers)

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types of the bodies that it takes. A PATCH of one row may also be a merge patch."""
        return (JSON, MERGE_PATCH) if self.method == "PATCH" and self.in_path else (JSON,)

    @property
    def errors(self) -> Iterator[type[ApiError]]:
        """The errors that it may answer with."""
        # Every operation refuses query parameters that it does not know, and calls above the limits.
        yield from (ValidationFailed, UriTooLong, HeadersTooLarge, Unavailable, ApiError)
        if not self.is_public:
            yield from (Unauthorized, Forbidden, Timeout)
        if self.in_path:
            yield NotFound
        if self.in_path or self.criteria is not NoQuery or self.payload is not None:
            yield BadRequest
        if self.payload is not None:
            yield from (RequestTimeout, ContentTooLarge, UnsupportedMediaType)
        if self.method in WRITES:
            yield Conflict
        if self.is_batch or self.takes_if_match:
            yield PreconditionFailed


def declare_operations(app: Litestar) -> list[Operation]:
    """The operations of all handlers that have an `operation_id`. Raises `AnnotationError` for one that cannot be."""
    operations: list[Operation] = []
    handlers = [
        (route.path_format, handler)
        for route in app.routes
        for handler in (route.route_handlers if isinstance(route, HTTPRoute) else ())
        if handler.operation_id or "OPTIONS" not in handler.http_methods  # which Litestar adds
    ]
    for path, handler in handlers:
        if handler.operation_id:
            operation = _operation(path, handler)
            handler.opt[_OPERATION] = operation
            operations.append(operation)
        else:
            refuse_nameless(handler, path)
    refuse_doubles(handlers)
    return operations


def operation_of(handler: BaseRouteHandler) -> Operation:
    """The operation of a handler that has an `operation_id`."""
    return handler.opt[_OPERATION]


def _operation(path: str, handler: HTTPRouteHandler) -> Operation:
    place = place_of(path, handler)
    arguments = handler.parsed_fn_signature.parameters
    types = _types_of(handler)
    key: dict[str, Any] = handler.opt.get(KEY, {})
    in_path = (
        *(parameter_of(argument) for argument in arguments.values() if f"{{{argument.name}}}" in path),
        *(Parameter(camel(name), kind, name) for name, kind in key.items() if f"{{{name}}}" in path),
    )
    criteria = types.get(CRITERIA, NoQuery)
    refuse_unknowable(place, path, handler, criteria, {each.argument: each.name for each in in_path})
    (method,) = handler.http_methods
    for parameter in in_path:
        path = path.replace(f"{{{parameter.argument}}}", f"{{{parameter.name}}}")
    return Operation(
        name=str(handler.operation_id),
        method=str(method),
        path=path,
        handler=handler,
        needed_scope=f"{handler.resolve_tags()[0]}:{'read' if method == 'GET' else 'write'}",
        in_path=in_path,
        in_headers=tuple(
            parameter_of(argument)
            for argument in arguments.values()
            if isinstance(argument.kwarg_definition, HeaderParameter)
        ),
        criteria=criteria,
        payload=types.get(PAYLOAD),
        answer=_answer(types[RETURN]),
        read_only=_read_only(handler, types),
    )


def _types_of(handler: HTTPRouteHandler) -> Mapping[str, Any]:
    """The types of a handler's arguments by their names, and its return type under `RETURN`."""
    if isinstance(handler, InheritedHandler):
        return handler.types()
    signature = handler.parsed_fn_signature
    taken = {name: argument.annotation for name, argument in signature.parameters.items()}
    return {**taken, RETURN: signature.return_type.annotation}


def _read_only(handler: HTTPRouteHandler, types: Mapping[str, Any]) -> tuple[str, ...]:
    answer, payload = _answer(types[RETURN]), types.get(PAYLOAD)
    if (
        "PUT" not in handler.http_methods
        or not is_struct(get_origin(payload) or payload)
        or not _shows_one(answer)
    ):
        return ()
    taken = {field.encode_name for field in fields_of(payload)}
    return tuple(field.encode_name for field in fields_of(answer) if field.encode_name not in taken)


def _shows_one(answer: Any) -> bool:
    return isinstance(answer, type) and issubclass(answer, Resource)


def _answer(annotation: Any) -> Any:
    kind = get_origin(annotation) or annotation
    if isinstance(kind, type) and issubclass(kind, Response):
        # One that does not say what it holds, such as `Stream`, `File` and `Redirect`, is nothing that JSON Schema describes.
        return next(iter(get_args(annotation)), None)
    return None if annotation is type(None) else annotation
