"""Where the schemas of a document stand, and in which directions their values travel."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from service.dev.contract.findings import Breaks
from service.dev.contract.parts import Json, Node

Pointer: TypeAlias = tuple[str | int, ...]
Directions: TypeAlias = frozenset[Breaks]

NOWHERE: Directions = frozenset()
REQUESTS: Directions = frozenset({Breaks.REQUESTS})
ANSWERS: Directions = frozenset({Breaks.ANSWERS})
BOTH = REQUESTS | ANSWERS
METHODS = ("delete", "get", "patch", "post", "put", "trace")


@dataclass(frozen=True)
class Site:
    """A schema of a document, where it stands, and the directions in which its values travel."""

    pointer: Pointer
    node: Node
    directions: Directions


def look_up(document: Json, pointer: Pointer) -> Json:
    found: Json = document
    for key in pointer:
        match found:
            case dict():
                found = found[str(key)]
            case list():
                found = found[int(key)]
            case _:
                raise LookupError(pointer)
    return found


def node_at(document: Json, pointer: Pointer) -> Node:
    found = look_up(document, pointer)
    assert isinstance(found, dict), pointer
    return found


def entries(node: Node, key: str) -> Iterator[tuple[str | int, Node]]:
    """The objects below a key, each with its own key or index."""
    holder = node.get(key)
    pairs = (
        holder.items() if isinstance(holder, dict) else enumerate(holder if isinstance(holder, list) else ())
    )
    for name, child in pairs:
        if isinstance(child, dict):
            yield name, child


def operations(document: Node) -> Iterator[tuple[Pointer, Node]]:
    for path, item in entries(document, "paths"):
        for method in METHODS:
            if method in item:
                pointer = ("paths", path, method)
                yield pointer, node_at(document, pointer)


def schemas(document: Node) -> Iterator[Site]:
    """Every schema of a document, with the directions in which its values travel."""
    reached = directions(document)
    for pointer, operation in operations(document):
        for index, parameter in entries(operation, "parameters"):
            yield from _below((*pointer, "parameters", index), parameter, REQUESTS)
        body = operation.get("requestBody")
        if isinstance(body, dict):
            yield from _below((*pointer, "requestBody"), body, REQUESTS)
        for status, response in entries(operation, "responses"):
            yield from _below((*pointer, "responses", status), response, ANSWERS)
    for kind, components in entries(document, "components"):
        for name, component in entries({"of": components}, "of"):
            travels = reached.get(f"#/components/{kind}/{name}", NOWHERE)
            find = _schema if kind == "schemas" else _below
            yield from find(("components", kind, name), component, travels)


def _below(pointer: Pointer, holder: Node, travels: Directions) -> Iterator[Site]:
    """The schemas of a parameter, body, response or header."""
    schema = holder.get("schema")
    if isinstance(schema, dict):
        yield from _schema((*pointer, "schema"), schema, travels)
    for key in ("content", "headers"):
        for name, child in entries(holder, key):
            yield from _below((*pointer, key, name), child, travels)


def _schema(pointer: Pointer, schema: Node, travels: Directions) -> Iterator[Site]:
    yield Site(pointer, schema, travels)
    for key in ("properties", "anyOf", "oneOf", "allOf"):
        for name, child in entries(schema, key):
            yield from _schema((*pointer, key, name), child, travels)
    for key in ("items", "additionalProperties"):
        child = schema.get(key)
        if isinstance(child, dict):
            yield from _schema((*pointer, key), child, travels)


def directions(document: Node) -> dict[str, Directions]:
    """In which directions the values of each component travel."""
    reached: dict[str, Directions] = {}
    for _, operation in operations(document):
        sent: list[Json] = [operation.get("parameters"), operation.get("requestBody")]
        for start, direction in ((sent, REQUESTS), (operation.get("responses"), ANSWERS)):
            waiting = list(references(start))
            while waiting:
                reference = waiting.pop()
                if not direction <= reached.get(reference, NOWHERE):
                    reached[reference] = reached.get(reference, NOWHERE) | direction
                    waiting += references(look_up(document, tuple(reference.split("/")[1:])))
    return reached


def references(node: Json) -> Iterator[str]:
    """Every $ref below a node."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)
