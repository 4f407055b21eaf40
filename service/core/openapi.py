"""The OpenAPI document, read off the routes: what handlers declare is what the document says."""

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
    NotFound,
    PreconditionFailed,
    Timeout,
    Unauthorized,
    Unavailable,
    UnsupportedMediaType,
    ValidationFailed,
)
from service.core.openapi_schemas import SchemaBook, as_parameter
from service.core.problem import Problem
from service.core.reply import JSON, PROBLEM_JSON
from service.core.schema import Resource

Document = dict[str, Any]

ERRORS = (
    BadRequest,
    Unauthorized,
    NotFound,
    Conflict,
    PreconditionFailed,
    ContentTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
    Unavailable,
    Timeout,
)
WRITES = frozenset({"POST", "PUT", "PATCH"})


def build_document(app: Litestar, info: Document, *, leave_out: str | None = None) -> Document:
    """The document of every route that names an operation. `info` holds what is above the paths.

    Operations under the tag `leave_out` stay out of it.
    """
    operations = [item for item in _operations(app) if leave_out not in item[2].resolve_tags()]
    book = SchemaBook([Problem, *(kind for _, _, handler in operations for kind in _types(handler))])
    paths: dict[str, Document] = {}
    for path, method, handler in sorted(operations, key=lambda item: (item[0], item[1])):
        paths.setdefault(path, {})[method.lower()] = _operation(path, method, handler, book)
    return info | {
        "paths": paths,
        "components": {
            "schemas": book.components,
            "responses": {error.__name__: _problem(error, book) for error in ERRORS},
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A token that app-web's server signs with the shared secret: HS256, `aud` service, "
                    "`sub` the acting user, `exp` a few minutes ahead.",
                }
            },
        },
    }


def _operations(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if isinstance(handler.operation_id, str):
                    for method in handler.http_methods:
                        path = route.path_format
                        yield (f"{path}/" if handler.paths == {"/"} else path), str(method), handler


def _types(handler: HTTPRouteHandler) -> Iterator[Any]:
    parameters = handler.parsed_fn_signature.parameters
    if (kind := _answer(handler)) is not None:
        yield kind
    if "payload" in parameters:
        yield parameters["payload"].annotation
    if "criteria" in parameters:
        for field in msgspec.structs.fields(parameters["criteria"].annotation):
            yield field.type


def _answer(handler: HTTPRouteHandler) -> Any:
    """What a successful answer shows; None for no body."""
    annotation = handler.parsed_fn_signature.return_type.annotation
    origin = get_origin(annotation)
    if isinstance(origin, type) and issubclass(origin, Response):
        return get_args(annotation)[0]
    return None if annotation is type(None) else annotation


def _operation(path: str, method: str, handler: HTTPRouteHandler, book: SchemaBook) -> Document:
    parameters = handler.parsed_fn_signature.parameters
    is_public = bool(handler.opt.get(PUBLIC))
    summary, _, rest = cleandoc(handler.fn.__doc__ or "").partition("\n\n")
    operation: Document = {
        "operationId": handler.operation_id,
        "tags": handler.resolve_tags(),
        "summary": summary.rstrip("."),
        "description": rest or summary,
        "parameters": [*_path_parameters(path, handler, book), *_query(handler, book), *_headers(handler)],
        "responses": _responses(path, method, handler, book),
        "security": [] if is_public else [{"bearer": []}],
    }
    if "payload" in parameters:
        schema = book.schema(parameters["payload"].annotation)
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    return {name: value for name, value in operation.items() if value != [] or name == "security"}


def _path_parameters(path: str, handler: HTTPRouteHandler, book: SchemaBook) -> Iterator[Document]:
    fields = handler.parsed_fn_signature.parameters
    for name in fields:
        if f"{{{name}}}" in path:
            is_number = fields[name].annotation is int
            description = getattr(fields[name].kwarg_definition, "description", None)
            yield {
                "name": name,
                "in": "path",
                "required": True,
                "description": description or f"The {name.replace('_', ' ')}.",
                "schema": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
                if is_number
                else {"type": "string", "minLength": 1},
            }


def _query(handler: HTTPRouteHandler, book: SchemaBook) -> Iterator[Document]:
    criteria = handler.parsed_fn_signature.parameters.get("criteria")
    if criteria is not None:
        for field in msgspec.structs.fields(criteria.annotation):
            yield as_parameter(field, book.schema(field.type))


def _headers(handler: HTTPRouteHandler) -> Iterator[Document]:
    if "if_match" in handler.parsed_fn_signature.parameters:
        yield {
            "name": "If-Match",
            "in": "header",
            "required": False,
            "description": "The ETag of the state that the change is made for; 412 where it has changed since.",
            "schema": {"type": "string"},
        }


def _responses(path: str, method: str, handler: HTTPRouteHandler, book: SchemaBook) -> Document:
    kind = _answer(handler)
    success: Document = {"description": "Done." if kind is None else "The answer."}
    if kind is not None:
        success["content"] = {JSON: {"schema": book.schema(kind)}}
    headers: Document = {}
    if isinstance(kind, type) and issubclass(kind, Resource):
        headers["ETag"] = {"description": "The strong validator of this state.", "schema": {"type": "string"}}
    if handler.status_code == 201:  # noqa: PLR2004
        headers["Location"] = {"description": "Where it is.", "schema": {"type": "string"}}
    if headers:
        success["headers"] = headers
    errors = {
        str(error.status): {"$ref": f"#/components/responses/{error.__name__}"}
        for error in _errors(path, method, handler)
    }
    return {str(handler.status_code): success} | dict(sorted(errors.items()))


def _errors(path: str, method: str, handler: HTTPRouteHandler) -> Iterator[type[ApiError]]:
    parameters = handler.parsed_fn_signature.parameters
    if not handler.opt.get(PUBLIC):
        yield from (Unauthorized, Unavailable, Timeout)
    if "{" in path:
        yield NotFound
    if "{" in path or "criteria" in parameters:
        yield ValidationFailed
    if "criteria" in parameters or "payload" in parameters:
        yield BadRequest
    if "payload" in parameters:
        yield from (ValidationFailed, ContentTooLarge, UnsupportedMediaType)
    if method in WRITES:
        yield Conflict
    if "if_match" in parameters:
        yield PreconditionFailed


def _problem(error: type[ApiError], book: SchemaBook) -> Document:
    answer: Document = {
        "description": f"{error.title}.",
        "content": {PROBLEM_JSON: {"schema": book.schema(Problem)}},
    }
    if error.default_headers:
        answer["headers"] = {name: {"schema": {"type": "string"}} for name in error.default_headers}
    return answer
