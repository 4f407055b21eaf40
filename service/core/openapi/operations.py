"""Describes one operation in the API document, from what its handler declares."""

from collections.abc import Iterator, Mapping
from inspect import cleandoc
from typing import Any

from service.core.errors import ApiError
from service.core.http.cache_groups import NAME_GROUPS
from service.core.http.handler_checks import function_of
from service.core.http.operation import JSON, Operation
from service.core.http.parameter import Parameter
from service.core.openapi import Document
from service.core.openapi.schemas import SchemaBook, as_parameter
from service.core.resources.controller import QueryT
from service.core.resources.filters import Filter
from service.core.resources.read_repository import ReadRepository
from service.core.type_info import fields_of

CREATED = "201"


def describe(operation: Operation, book: SchemaBook) -> Document:
    said = operation.handler.description or function_of(operation.handler).__doc__ or ""
    summary, _, rest = cleandoc(said).partition("\n\n")
    described: Document = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": summary.rstrip("."),
        "description": rest or summary,
        "parameters": [
            *(_in_path(parameter, book) for parameter in operation.in_path),
            *_in_query(operation, book),
            *_in_headers(operation, book),
        ],
        "responses": _responses(operation, book),
        "security": [] if operation.is_public else [{"bearer": []}],
    }
    if operation.payload is not None:
        if operation.read_only:
            book.show_read_only(operation.payload, operation.answer, operation.read_only)
        content = {
            media_type: book.content(operation.payload, sent=True) for media_type in operation.media_types
        }
        described["requestBody"] = {"required": True, "content": content}
    return {name: value for name, value in described.items() if value != [] or name == "security"}


def tag_description(operation: Operation) -> str:
    """The description of an operation's tag: the docstring of its controller."""
    return cleandoc(type(operation.controller).__doc__ or "")


def response_name(error: type[ApiError]) -> str:
    """The name of the component that describes an error."""
    return "InternalError" if error is ApiError else error.__name__


def _in_path(parameter: Parameter, book: SchemaBook) -> Document:
    schema = book.schema(parameter.kind)
    description = schema.pop("description", f"The {parameter.argument.replace('_', ' ')}.")
    if schema.get("type") == "string" and not schema.keys() & {"format", "pattern"}:
        schema.setdefault("minLength", 1)
    return {
        "name": parameter.name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
    }


def _in_query(operation: Operation, book: SchemaBook) -> Iterator[Document]:
    filters = _filters(operation)
    for field in fields_of(operation.criteria):
        schema = book.schema(field.type)
        found = filters.get(field.name)
        if found is not None and found.description is not None:
            schema["description"] = found.description
        yield as_parameter(field, schema)


def _filters(operation: Operation) -> Mapping[str, Filter]:
    """The filters of the list that the operation answers with; none unless its query is that of a `ReadController`."""
    repository: ReadRepository[Any, Any] | None = getattr(operation.controller, "repository", None)
    names: Mapping[str, Any] = getattr(operation.controller, "signature_namespace", {})
    if repository is None or names.get(QueryT.__name__) is not operation.criteria:
        return {}
    return repository.reader.filters


def _in_headers(operation: Operation, book: SchemaBook) -> Iterator[Document]:
    for header in operation.in_headers:
        yield _header(header.name, book.schema(header.kind).get("description", ""))
    if operation.shows_one and operation.method == "GET":
        yield _header(
            "If-None-Match",
            "The ETag of the state that you have; the answer is 304 where it is still the same.",
        )


def _header(name: str, description: str) -> Document:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string"},
    }


def _responses(operation: Operation, book: SchemaBook) -> Document:
    headers = ["X-Request-Id"]
    success: Document = {"description": "Done."}
    if operation.answer is not None:
        success["description"] = book.description(operation.answer)
        success["content"] = {JSON: book.content(operation.answer)}
    if operation.shows_one:
        headers.append("ETag")
    if operation.status == CREATED:
        headers.append("Location")
    if NAME_GROUPS in operation.handler.opt:
        headers.append("Cache-Groups" if operation.method == "GET" else "Cache-Group-Invalidation")
    references = {name: {"$ref": f"#/components/headers/{name}"} for name in sorted(headers)}
    responses = {operation.status: success | {"headers": references}}
    if operation.status == CREATED:
        before = "It was created before, by a call with the same key and content."
        responses["200"] = success | {"description": before, "headers": references}
    if operation.shows_one and operation.method == "GET":
        responses["304"] = {"description": "It is still the same.", "headers": references}
    for error in operation.errors:
        responses[str(error.status)] = {"$ref": f"#/components/responses/{response_name(error)}"}
    return dict(sorted(responses.items()))
