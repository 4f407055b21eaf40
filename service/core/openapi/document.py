"""Builds the OpenAPI document from what the handlers of the routes declare."""

from collections.abc import Sequence

from service.core.errors import ApiError
from service.core.http.headers import HEADERS
from service.core.http.operation import Operation
from service.core.http.problem import Problem
from service.core.http.reply import PROBLEM_JSON
from service.core.openapi import Document
from service.core.openapi.enums import tell_names_apart
from service.core.openapi.examples import problem_examples
from service.core.openapi.links import links_from
from service.core.openapi.operations import describe, response_name, tag_description
from service.core.openapi.schemas import SchemaBook

BEARER: Document = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "A token that app-web's server signs with the shared secret: HS256, `aud` service, "
    "`sub` the acting user, `exp` a few minutes ahead. It is checked as RFC8725 asks.",
}


def build_document(
    declared: Sequence[Operation], info: Document, *, leave_out: str | None = None
) -> Document:
    """The document of the declared operations, but for those with the tag `leave_out`.

    `info` is the beginning of the document: all that stands before its tags and paths.
    """
    operations = sorted(
        (operation for operation in declared if operation.tag != leave_out),
        key=lambda operation: (operation.path, operation.method),
    )
    tags = {operation.tag: tag_description(operation) for operation in operations}
    book = SchemaBook()
    errors = {error for operation in operations for error in operation.errors}
    responses = {
        response_name(error): _problem(error, book)
        for error in sorted(errors, key=lambda error: (error.status, error.code))
    }
    paths: dict[str, Document] = {}
    for operation in operations:
        described = describe(operation, book)
        if links := links_from(operation, operations):
            described["responses"][operation.status]["links"] = links
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    document = info | {
        "tags": [{"name": name, "description": description} for name, description in tags.items()],
        "paths": paths,
        "components": {
            "schemas": book.components,
            "responses": responses,
            "headers": HEADERS,
            "securitySchemes": {"bearer": BEARER},
        },
    }
    tell_names_apart(document)
    return document


def _problem(error: type[ApiError], book: SchemaBook) -> Document:
    headers = (*error.default_headers, *error.other_headers, "X-Request-Id")
    return {
        "description": f"{error.title}.",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": {PROBLEM_JSON: {"schema": book.schema(Problem), "examples": problem_examples(error)}},
    }
