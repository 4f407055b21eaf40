"""Whole examples of bodies, put together from those of their fields."""

from typing import Any

import msgspec

from service.core.errors import ApiError, FieldError, ValidationFailed
from service.core.http.problem import to_problem

Document = dict[str, Any]

REQUEST_ID = "1f0c7d5e8a9b4c3d8e7f6a5b4c3d2e1f"


def example_of(schema: Document, components: Document, *, sent: bool = False) -> Any:
    """What fits the schema. Where it is `sent`, it names no other row unless it must: that row would be made up."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(components[schema["$ref"].rpartition("/")[2]], components, sent=sent)
    if "enum" in schema:
        return schema["enum"][0]
    kinds = {schema["type"]} if isinstance(schema["type"], str) else {*schema["type"]}
    if "object" in kinds:
        return {
            name: example_of(field, components)
            for name, field in schema.get("properties", {}).items()
            if not sent or name in schema.get("required", []) or not _names_a_row(name)
        }
    if "array" in kinds:
        return [example_of(schema["items"], components)]
    if "null" in kinds:
        return None
    return {"boolean": True, "string": "text"}.get(schema["type"], schema.get("minimum", 1))


def problem_examples(error: type[ApiError]) -> Document:
    """The problem of each code that an error can have, by the code."""
    kinds = [error] if error is ApiError else [error, *error.__subclasses__()]
    return {kind.code: {"summary": kind.title, "value": _problem(kind)} for kind in kinds}


def _problem(kind: type[ApiError]) -> Document:
    errors = (FieldError("/title", "is required"),) if issubclass(kind, ValidationFailed) else ()
    problem = to_problem(kind(f"{kind.title}.", errors=errors), "/api/v1/nothing")
    return msgspec.to_builtins(problem) | {"requestId": REQUEST_ID}


def _names_a_row(name: str) -> bool:
    return name == "id" or name.endswith("Id")
