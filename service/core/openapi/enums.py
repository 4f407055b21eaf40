"""Enums in the API document: their values in the order of declaration, with the names of their members."""

from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import chain, count

from service.core.openapi import Document
from service.prisma.names import spaced

NAMES = "x-enum-varnames"


def order_names(values: Sequence[object]) -> Document:
    """Names for a list's sort orders: without them generators make one constant of `-createdAt` and `createdAt`."""
    orders = [str(value) for value in values]
    if not any(order.startswith("-") for order in orders):
        return {}
    spelt = [f"{order[1:]}_descending" if order.startswith("-") else order for order in orders]
    return {NAMES: [_constant(order) for order in spelt]}


def enum_schema(kind: type[Enum]) -> Document:
    values = [member.value for member in kind]
    return {
        "type": "integer" if all(isinstance(value, int) for value in values) else "string",
        **({"description": kind.__doc__} if kind.__doc__ else {}),
        "enum": values,
        NAMES: [member.name for member in kind],
    }


def tell_names_apart(document: Document) -> None:
    """Put the enum's own name before that of each member, since Go has one scope for the members of all enums.

    This is done for unique names too: otherwise a new resource could change the constants' names in existing clients.
    """
    used = {_constant(name) for name in document["components"]["schemas"]}
    for owner, schema in chain(_in_components(document), _in_parameters(document)):
        schema[NAMES] = [_free(f"{_constant(owner)}_{name}", used) for name in schema[NAMES]]


def _free(name: str, used: set[str]) -> str:
    """The name, numbered where it is taken. `createdAt` takes `created_at` too: generators write both as CREATED_AT."""
    tries = (name if number == 1 else f"{name}_{number}" for number in count(1))
    free = next(each for each in tries if _constant(each) not in used)
    used.add(_constant(free))
    return free


def _in_components(document: Document) -> Iterator[tuple[str, Document]]:
    for name, schema in document["components"]["schemas"].items():
        yield from _below(name, schema)


def _in_parameters(document: Document) -> Iterator[tuple[str, Document]]:
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                yield from _below(f"{operation['operationId']}_{parameter['name']}", parameter["schema"])


def _below(owner: str, schema: Document) -> Iterator[tuple[str, Document]]:
    """Every enum with member names within a schema, and the name of the component or field that holds it."""
    if NAMES in schema:
        yield owner, schema
    for name, field in schema.get("properties", {}).items():
        yield from _below(f"{owner}_{name}", field)
    for name in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(name), dict):
            yield from _below(owner, schema[name])
    for name in ("anyOf", "oneOf", "prefixItems"):
        for member in schema.get(name, ()):
            yield from _below(owner, member)


def _constant(name: str) -> str:
    return spaced(name).upper()
