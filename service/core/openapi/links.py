"""Links in the API document: which operations take fields of an answer as their parameters."""

from collections.abc import Sequence
from typing import get_args, get_origin

import msgspec

from service.core.http.operation import Operation
from service.core.openapi import Document
from service.core.openapi.operations import CREATED
from service.core.schema import Listing
from service.core.type_info import fields_of
from service.prisma.names import spaced


def links_from(operation: Operation, operations: Sequence[Operation]) -> Document:
    """Links from a created resource to the operations on it, or from a list to its next page and reads of its items."""
    if operation.status == CREATED and operation.shows_one:
        return _links(operation, operation.answer, operations, "$response.body#")
    if get_origin(operation.answer) is Listing:
        (item,) = get_args(operation.answer)
        reads = [other for other in operations if other.method == "GET"]
        return {
            operation.name: {
                "operationId": operation.name,
                "description": "The next page.",
                "parameters": {"cursor": "$response.body#/nextCursor"},
            }
        } | _links(operation, item, reads, "$response.body#/items/0")
    return {}


def _links(
    operation: Operation, resource: type[msgspec.Struct], operations: Sequence[Operation], pointer: str
) -> Document:
    """A link to each operation whose path takes identifying fields of the resource, and nothing else."""
    links: Document = {}
    its_own, anybodys = _fields(resource, along=True), _fields(resource, along=False)
    for other in operations:
        known = its_own if other.tag == operation.tag else anybodys
        if other.in_path and all(parameter.argument in known for parameter in other.in_path):
            links[other.name] = {
                "operationId": other.name,
                "parameters": {
                    parameter.name: f"{pointer}/{known[parameter.argument]}" for parameter in other.in_path
                },
            }
    return links


def _fields(resource: type[msgspec.Struct], *, along: bool) -> dict[str, str]:
    """The wire names of the fields that can fill arguments of paths, by the names of the arguments.

    Of a Note, `id` fills `note_id`, and `owner_id` fills `owner_id`. A field that is no id, such as `slug`, fills the
    argument of its own name only `along` with the resource's own operations: elsewhere a slug is that of another kind.
    """
    prefix = spaced(resource.__name__).lower()
    names = {field.name: field.encode_name for field in fields_of(resource)}
    known = names if along else {name: wire for name, wire in names.items() if name.endswith("_id")}
    return {f"{prefix}_{name}": wire for name, wire in names.items()} | known
