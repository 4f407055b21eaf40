"""Every mutation of a document: each edit, of each construct."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.dev.contract.parts import Json, Node
from tests.dev.contract import operation_edits, schema_edits
from tests.dev.contract.edits import Change, Edit, become, both, copied, drop, led, put, renamed, within
from tests.dev.contract.sites import (
    BOTH,
    NOWHERE,
    Directions,
    Pointer,
    directions,
    entries,
    node_at,
    operations,
    schemas,
)


@dataclass(frozen=True)
class Mutation:
    """One change to a document."""

    kind: str
    focus: Pointer
    """The construct to which the document is cut down, so that the change is in it."""
    pointer: Pointer
    change: Change
    breaks: bool

    def __str__(self) -> str:
        return f"{self.kind}: {'/'.join(map(str, self.focus))}"

    def applied(self, document: Node) -> Node:
        """A copy of the document with the change in it."""
        mutant = copied(document)
        assert isinstance(mutant, dict)
        self.change(node_at(mutant, self.pointer))
        return mutant


def mutations(document: Node) -> Iterator[Mutation]:
    """Every mutation of a document."""
    read_only = set(_read_only(document))
    for site in schemas(document):
        for edit in schema_edits.edits(site.node):
            if edit.kind != "read only" or site.pointer not in read_only:
                yield _mutation(edit, site.pointer, site.directions)
        for edit in _inlined(document, site.node):
            yield _mutation(edit, site.pointer, site.directions)
    for pointer, operation in operations(document):
        for edit in operation_edits.edits(operation):
            yield _mutation(edit, pointer, BOTH)
    reached = directions(document)
    for name, response in entries(node_at(document, ("components",)), "responses"):
        for edit in operation_edits.response_edits(response):
            travels = reached.get(f"#/components/responses/{name}", NOWHERE)
            yield _mutation(edit, ("components", "responses", name), travels)
    for focus, edit in (*_document(document), *_paths(document), *_components(document)):
        yield Mutation(edit.kind, focus, (), edit.change, bool(edit.breaks))


def _mutation(edit: Edit, pointer: Pointer, travels: Directions) -> Mutation:
    return Mutation(edit.kind, pointer + edit.part, pointer, edit.change, bool(edit.breaks & travels))


def _read_only(node: Json) -> Iterator[Pointer]:
    """The components that are read-only already, by a `readOnly` beside a reference to them."""
    if isinstance(node, dict) and node.get("readOnly") and isinstance(reference := node.get("$ref"), str):
        yield tuple(reference.split("/")[1:])
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _read_only(child)


def _inlined(document: Node, schema: Node) -> Iterator[Edit]:
    """Put the target of a reference in its place: the same values, of a type without a name."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        target = node_at(document, tuple(reference.split("/")[1:]))
        named = {"enum", "properties"} & target.keys()
        yield Edit("inlined", become(target), BOTH if named else NOWHERE)


def _document(document: Node) -> Iterator[tuple[Pointer, Edit]]:
    for edit in _around(document):
        yield (), edit


def _around(document: Node) -> Iterator[Edit]:
    yield Edit("another title", within("info", put("title", "Another")), NOWHERE)
    yield Edit("minor version", within("info", put("version", "2.1.0")), NOWHERE)
    yield Edit("other tags", put("tags", []), NOWHERE)
    yield Edit("patch of OpenAPI", put("openapi", "3.1.1"), NOWHERE)
    yield Edit("another OpenAPI", put("openapi", "3.2.0"))
    yield Edit("another server", put("servers", [{"url": "https://example.com"}]))
    servers = [server for _, server in entries(document, "servers")]
    yield Edit("one more server", put("servers", [*servers, {"url": "https://example.com"}]), NOWHERE)
    yield Edit("webhooks", put("webhooks", {}))


def _paths(document: Node) -> Iterator[tuple[Pointer, Edit]]:
    for key, item in entries(document, "paths"):
        for edit in _path(str(key), item):
            yield ("paths", key), edit
    yield (), Edit("new path", within("paths", put("/new", {})), NOWHERE)


def _path(path: str, item: Node) -> Iterator[Edit]:
    yield Edit("path gone", within("paths", drop(path)))
    yield Edit("path renamed", within("paths", renamed(path, f"{path}2")))
    yield Edit("path described", within("paths", within(path, put("summary", "Another"))), NOWHERE)
    parameter: Node = {"name": "all", "in": "query", "required": True, "schema": {"type": "string"}}
    yield Edit("parameter of a path", within("paths", within(path, put("parameters", [parameter]))))
    for method in sorted(item):
        yield Edit("operation gone", within("paths", within(path, drop(method))))
    new: Node = {"operationId": "brandNew", "responses": {"204": {"description": "Done."}}}
    yield Edit("new operation", within("paths", within(path, put("trace", new))), NOWHERE)


def _components(document: Node) -> Iterator[tuple[Pointer, Edit]]:
    for kind, components in entries(document, "components"):
        for name in components:
            focus = ("components", kind, name)
            yield focus, Edit(f"{kind} renamed", _renamed(str(kind), name))
            new = within(str(kind), put("BrandNew", {"type": "string"}))
            yield focus, Edit(f"new {kind}", within("components", new), NOWHERE)
            if kind == "securitySchemes":
                other = within(str(kind), within(name, put("type", "mutualTLS")))
                yield focus, Edit("another security scheme", within("components", other))


def _renamed(kind: str, name: str) -> Change:
    """Rename a component, and let all references to it lead to the new name."""

    old, new = (f"#/components/{kind}/{end}" for end in (name, f"{name}2"))
    return both(within("components", within(kind, renamed(name, f"{name}2"))), led(old, new))
