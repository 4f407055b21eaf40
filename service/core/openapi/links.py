"""Links of the API document: which operations take what an answer holds."""

from collections.abc import Sequence
from typing import Any, get_args

import msgspec

from service.core.openapi.operations import CREATED, Operation
from service.prisma.names import camel

Document = dict[str, Any]


def links_from(operation: Operation, operations: Sequence[Operation]) -> Document:
    """What a created resource is good for, and where a list leads."""
    if operation.status == CREATED:
        return _links(operation.answer, operations, "$response.body#")
    if operation.criteria is not None and (items := get_args(operation.answer)):
        reads = [other for other in operations if other.method == "GET"]
        return {
            operation.name: {
                "operationId": operation.name,
                "description": "The next page.",
                "parameters": {"cursor": "$response.body#/nextCursor"},
            }
        } | _links(items[0], reads, "$response.body#/items/0")
    return {}


def _links(resource: type[msgspec.Struct], operations: Sequence[Operation], pointer: str) -> Document:
    """A link to each operation whose path takes an identifying field of the resource, and nothing else."""
    fields = {field.name for field in msgspec.structs.fields(resource)}
    # `note_id` names the `id` of a Note; any other field names itself.
    names = {f"{resource.__name__.lower()}_id": "id"} | {name: name for name in fields}
    links: Document = {}
    for operation in operations:
        if len(operation.path_fields) == 1 and names.get(operation.path_fields[0]) in fields:
            (parameter,) = operation.path_fields
            expression = f"{pointer}/{camel(names[parameter])}"
            links[operation.name] = {
                "operationId": operation.name,
                "parameters": {camel(parameter): expression},
            }
    return links
