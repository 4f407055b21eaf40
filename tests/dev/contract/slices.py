"""Cuts a document down to one of its constructs and the operations that use it."""

from collections.abc import Iterable, Iterator

from service.dev.contract.parts import Json, Node
from tests.dev.contract.sites import (
    ANSWERS,
    REQUESTS,
    Directions,
    Pointer,
    entries,
    look_up,
    node_at,
    operations,
    references,
)

NAMES = ("operationId", "tags", "security")


def cut(document: Node, focus: Pointer) -> Node:
    """A document cut down to the operations around a component, an operation or a path, and the components they need.

    For any other `focus` no operation is left. Whatever is neither a path nor a component stays.
    """
    match focus:
        case ("components", "securitySchemes", _):
            kept = dict(list(operations(document))[:1])
        case ("components", kind, name, *_):
            kept = _users(document, f"#/components/{kind}/{name}")
        case ("paths", path, method, *rest):
            pointer = ("paths", path, method)
            kept = {pointer: _only(node_at(document, pointer), *rest[:2])}
        case ("paths", path):
            kept = {pointer: operation for pointer, operation in operations(document) if pointer[1] == path}
        case _:
            kept = {}
    paths: dict[str, Json] = {}
    for (_, path, method), operation in kept.items():
        held = paths.setdefault(str(path), {})
        assert isinstance(held, dict)
        held[str(method)] = operation
    needed = set(closure(document, references(paths)))
    if focus[:1] == ("components",):
        needed |= {"/".join(("#", *map(str, focus[:3])))}
        needed |= set(closure(document, references(look_up(document, focus[:3]))))
    components: dict[str, Json] = {}
    for kind, held in entries(node_at(document, ("components",)), "securitySchemes"):
        components.setdefault("securitySchemes", {})
        node_at(components, ("securitySchemes",))[str(kind)] = held
    for reference in sorted(needed):
        _, _, kind, name = reference.split("/")
        components.setdefault(kind, {})
        node_at(components, (kind,))[name] = look_up(document, ("components", kind, name))
    rest = {key: value for key, value in document.items() if key not in {"paths", "components"}}
    return {**rest, "paths": paths, "components": components}


def _users(document: Node, reference: str) -> dict[Pointer, Node]:
    """For each direction in which a component travels, one operation with the part alone in which it does."""
    kept: dict[Pointer, Node] = {}
    waiting = {REQUESTS, ANSWERS}
    for pointer, operation in operations(document):
        for direction, part in _pieces(operation):
            if direction in waiting and reference in closure(document, references(part)):
                waiting.remove(direction)
                kept[pointer] = _named(operation) | kept.get(pointer, {}) | part
    return kept


def _only(operation: Node, *part: str | int) -> Node:
    """An operation with its parameters, its body or one answer alone; the whole operation where no part is named."""
    named = _named(operation)
    match part:
        case ("responses", status):
            named["responses"] = {str(status): look_up(operation, part)}
        case (str(key), _) if key in operation:
            named[key] = operation[key]
        case (_, _):
            pass
        case _:
            return operation
    return named


def _named(operation: Node) -> Node:
    named: Node = {"responses": {}}
    named.update({name: operation[name] for name in NAMES if name in operation})
    return named


def _pieces(operation: Node) -> Iterator[tuple[Directions, Node]]:
    yield REQUESTS, {key: operation[key] for key in ("parameters", "requestBody") if key in operation}
    for status, response in entries(operation, "responses"):
        yield ANSWERS, {"responses": {str(status): response}}


def closure(document: Node, start: Iterable[str]) -> set[str]:
    """All references that can be reached from some, directly or through others."""
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        reference = waiting.pop()
        if reference not in reached:
            reached.add(reference)
            waiting += references(look_up(document, tuple(reference.split("/")[1:])))
    return reached
