"""One operation of the API document, read off its handler."""

from collections.abc import Iterator
from inspect import cleandoc
from typing import Any, get_args, get_origin

import msgspec
from litestar import Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from service.core.auth import PUBLIC
from service.core.errors import (
    ApiError,
    BadRequest,
    Conflict,
    ContentTooLarge,
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
from service.core.http.reply import JSON
from service.core.openapi.schemas import SchemaBook, as_parameter
from service.core.schema import Resource
from service.prisma.names import camel

Document = dict[str, Any]

ERRORS = (
    BadRequest,
    Unauthorized,
    NotFound,
    RequestTimeout,
    Conflict,
    PreconditionFailed,
    ContentTooLarge,
    UriTooLong,
    UnsupportedMediaType,
    ValidationFailed,
    HeadersTooLarge,
    ApiError,
    Unavailable,
    Timeout,
)
HEADERS: dict[str, Document] = {
    "ETag": {"description": "The strong validator of this state.", "schema": {"type": "string"}},
    "Location": {
        "description": "The path of what was created.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Retry-After": {
        "description": "After how many seconds to try again.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "WWW-Authenticate": {"description": "The scheme that is wanted.", "schema": {"type": "string"}},
    "X-Request-Id": {
        "description": "The caller's own id of the call, or one made here. It finds the call in the logs.",
        "schema": {"type": "string"},
    },
}
WRITES = frozenset({"POST", "PUT", "PATCH"})
CREATED = "201"


def operations_of(app: Litestar) -> Iterator["Operation"]:
    """Every method of every route that names an operation."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if isinstance(handler.operation_id, str):
                    for method in handler.http_methods:
                        yield Operation(route.path_format, str(method), handler)


class Operation:
    """A method of a path, and the handler behind it."""

    def __init__(self, path: str, method: str, handler: HTTPRouteHandler) -> None:
        self.handler = handler
        self.method = method
        self.fields = handler.parsed_fn_signature.parameters
        self.path_fields = [name for name in self.fields if f"{{{name}}}" in path]
        for name in self.path_fields:
            path = path.replace(f"{{{name}}}", f"{{{camel(name)}}}")
        self.path = path
        self.name = str(handler.operation_id)
        self.status = str(handler.status_code)
        self.tag = handler.resolve_tags()[0]
        self.tag_description = cleandoc(type(getattr(handler.fn, "__self__", None)).__doc__ or "")
        self.criteria = self.fields["criteria"].annotation if "criteria" in self.fields else None
        self.payload = self.fields["payload"].annotation if "payload" in self.fields else None
        self.answer = _answer(handler)

    @property
    def is_public(self) -> bool:
        return bool(self.handler.opt.get(PUBLIC))

    @property
    def shows_one(self) -> bool:
        """Whether it answers with a single resource, which carries an ETag."""
        return isinstance(self.answer, type) and issubclass(self.answer, Resource)

    def types(self) -> Iterator[Any]:
        """Every type that the document needs a schema of."""
        yield from (kind for kind in (self.answer, self.payload) if kind is not None)
        if self.criteria is not None:
            yield from (field.type for field in msgspec.structs.fields(self.criteria))

    def describe(self, book: SchemaBook) -> Document:
        summary, _, rest = cleandoc(self.handler.fn.__doc__ or "").partition("\n\n")
        described: Document = {
            "operationId": self.name,
            "tags": [self.tag],
            "summary": summary.rstrip("."),
            "description": rest or summary,
            "parameters": [*self._in_path(), *self._in_query(book), *self._in_headers()],
            "responses": self._responses(book),
            "security": [] if self.is_public else [{"bearer": []}],
        }
        if self.payload is not None:
            content = {JSON: book.content(self.payload, sent=True)}
            described["requestBody"] = {"required": True, "content": content}
        return {name: value for name, value in described.items() if value != [] or name == "security"}

    def _in_path(self) -> Iterator[Document]:
        for name in self.path_fields:
            declared = self.fields[name].kwarg_definition
            is_number = self.fields[name].annotation is int
            yield {
                "name": camel(name),
                "in": "path",
                "required": True,
                "description": getattr(declared, "description", None) or f"The {name.replace('_', ' ')}.",
                "schema": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
                if is_number
                else {"type": "string", "minLength": 1},
            }

    def _in_query(self, book: SchemaBook) -> Iterator[Document]:
        if self.criteria is not None:
            for field in msgspec.structs.fields(self.criteria):
                yield as_parameter(field, book.schema(field.type))

    def _in_headers(self) -> Iterator[Document]:
        if "if_match" in self.fields:
            yield _header("If-Match", "The ETag of the state to change; 412 where it has changed since.")
        elif self.shows_one and self.method == "GET":
            yield _header("If-None-Match", "The ETag of the state at hand; 304 where it is still the same.")

    def _responses(self, book: SchemaBook) -> Document:
        headers = ["X-Request-Id"]
        success: Document = {"description": "Done."}
        if self.answer is not None:
            success["description"] = book.description(self.answer)
            success["content"] = {JSON: book.content(self.answer)}
        if self.shows_one:
            headers.append("ETag")
        if self.status == CREATED:
            headers.append("Location")
        references = {name: {"$ref": f"#/components/headers/{name}"} for name in sorted(headers)}
        responses = {self.status: success | {"headers": references}}
        if self.shows_one and self.method == "GET":
            responses["304"] = {"description": "It is still the same.", "headers": references}
        for error in self._errors():
            responses[str(error.status)] = {"$ref": f"#/components/responses/{response_name(error)}"}
        return dict(sorted(responses.items()))

    def _errors(self) -> Iterator[type[ApiError]]:
        # Every operation refuses query parameters that it does not know, and calls above the limits.
        yield from (ValidationFailed, UriTooLong, HeadersTooLarge, Unavailable, ApiError)
        if not self.is_public:
            yield from (Unauthorized, Timeout)
        if self.path_fields:
            yield NotFound
        if self.criteria is not None or self.payload is not None:
            yield BadRequest
        if self.payload is not None:
            yield from (RequestTimeout, ContentTooLarge, UnsupportedMediaType)
        if self.method in WRITES:
            yield Conflict
        if "if_match" in self.fields:
            yield PreconditionFailed


def response_name(error: type[ApiError]) -> str:
    """The name of the component that describes an error."""
    return "InternalError" if error is ApiError else error.__name__


def _answer(handler: HTTPRouteHandler) -> Any:
    """What a successful answer shows; None for no body."""
    annotation = handler.parsed_fn_signature.return_type.annotation
    origin = get_origin(annotation)
    if isinstance(origin, type) and issubclass(origin, Response):
        return get_args(annotation)[0]
    return None if annotation is type(None) else annotation


def _header(name: str, description: str) -> Document:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string"},
    }
