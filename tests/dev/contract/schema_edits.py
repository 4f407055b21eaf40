"""Every change to a schema that one may think of, keyword by keyword."""

from collections.abc import Iterator

from service.dev.contract.parts import Json, Node
from tests.dev.contract.edits import Edit, become, both, drop, put, renamed, strings, within
from tests.dev.contract.sites import ANSWERS, BOTH, NOWHERE, REQUESTS, entries

LOWEST = ("minimum", "minLength", "minItems")
HIGHEST = ("maximum", "maxLength", "maxItems")
BOUNDS: dict[str, dict[str, Json]] = {
    "string": {"minLength": 3, "maxLength": 7, "pattern": "^a+$", "format": "uuid", "enum": ["a"]},
    "integer": {"minimum": 3, "maximum": 7, "multipleOf": 5, "format": "int64"},
    "number": {"minimum": 3, "maximum": 7, "multipleOf": 5, "format": "float"},
    "array": {"minItems": 3, "maxItems": 7, "uniqueItems": True},
}
OTHER = {"string": "integer", "integer": "string", "number": "string", "boolean": "string", "null": "string"}


def edits(schema: Node) -> Iterator[Edit]:
    """What can be changed in a schema, whatever it holds."""
    yield Edit("described", put("description", "In other words."), NOWHERE)
    yield Edit("deprecated", put("deprecated", value=True), NOWHERE)
    yield Edit("example", put("examples", ["another"]), NOWHERE)
    yield Edit("extension", put("x-order", 1), NOWHERE)
    yield Edit("unknown keyword", put("not", {"type": "null"}))
    if "$ref" in schema:
        yield from _reference(schema)
        return
    for kind, keyword, breaks in (("read only", "readOnly", REQUESTS), ("write only", "writeOnly", ANSWERS)):
        if keyword not in schema:
            yield Edit(kind, put(keyword, value=True), breaks)
    yield from _types(schema)
    yield from _values(schema)
    yield from _bounds(schema)
    yield from _defaults(schema)
    yield from _properties(schema)
    yield from _further(schema)
    yield from _unions(schema)


def _reference(schema: Node) -> Iterator[Edit]:
    nullable: Node = {"anyOf": [{"$ref": schema["$ref"]}, {"type": "null"}]}
    yield Edit("nullable reference", become(nullable), ANSWERS)
    yield Edit("another schema", become({"type": "array", "items": {"$ref": schema["$ref"]}}))


def _types(schema: Node) -> Iterator[Edit]:
    named = strings(schema, "type")
    if "enum" not in schema and named:
        if "null" not in named:
            yield Edit("nullable", put("type", [*named, "null"]), ANSWERS)
        elif len(named) > 1:
            yield Edit("not nullable", put("type", [one for one in named if one != "null"]), REQUESTS)
        yield Edit("any type", drop("type"))
    for one in named:
        changed: list[Json] = [OTHER.get(one, "boolean") if other == one else other for other in named]
        if one != "null":
            yield Edit("another type", become({"type": changed if len(changed) > 1 else changed[0]}))
        if one == "integer":
            yield Edit(
                "number", put("type", ["number" if other == one else other for other in named]), ANSWERS
            )
    if isinstance(items := schema.get("items"), dict):
        typed = {"$ref", "type", "anyOf", "oneOf"} & items.keys()
        yield Edit("any items", drop("items"), BOTH if typed else ANSWERS)


def _values(schema: Node) -> Iterator[Edit]:
    if "const" in schema:
        yield Edit("another value", put("const", "another"))
    values = strings(schema, "enum")
    if not values:
        return
    names = strings(schema, "x-enum-varnames") or values
    for value, name in zip(values, names, strict=True):
        kept: list[Json] = [one for one in values if one != value]
        kept_names: list[Json] = [one for one in names if one != name]
        yield Edit("value gone", both(put("enum", kept), put("x-enum-varnames", kept_names)))
        changed: list[Json] = [f"{one}X" if one == name else one for one in names]
        yield Edit("value renamed", put("x-enum-varnames", changed))
    more = both(put("enum", [*values, "more"]), put("x-enum-varnames", [*names, "MORE"]))
    yield Edit("value added", more, ANSWERS)
    yield Edit("values not listed", both(drop("enum"), put("x-enum-varnames", [])))
    turned = both(put("enum", list(values[::-1])), put("x-enum-varnames", list(names[::-1])))
    yield Edit("values in another order", turned, NOWHERE)


def _bounds(schema: Node) -> Iterator[Edit]:
    for keyword in (*LOWEST, *HIGHEST):
        bound = schema.get(keyword)
        if isinstance(bound, int):
            lower, higher = (REQUESTS, ANSWERS) if keyword in HIGHEST else (ANSWERS, REQUESTS)
            if bound > 0 or keyword == "minimum":
                yield Edit(f"{keyword} lowered", put(keyword, bound - 1), lower)
            yield Edit(f"{keyword} raised", put(keyword, bound + 1), higher)
            if bound > 0 or keyword == "minimum":
                yield Edit(f"{keyword} gone", drop(keyword), ANSWERS)
    for keyword in ("pattern", "format", "uniqueItems", "multipleOf"):
        held = schema.get(keyword)
        always = keyword == "format"
        if isinstance(held, str):
            yield Edit(f"{keyword} changed", put(keyword, f"{held}x"), BOTH)
        if held is not None:
            yield Edit(f"{keyword} gone", drop(keyword), BOTH if always else ANSWERS)
    if "enum" not in schema:
        for one in strings(schema, "type"):
            for keyword, bound in BOUNDS.get(one, {}).items():
                if keyword not in schema:
                    breaks = BOTH if keyword == "format" else REQUESTS
                    yield Edit(f"{keyword} added", put(keyword, bound), breaks)


def _defaults(schema: Node) -> Iterator[Edit]:
    if "default" in schema:
        yield Edit("default gone", drop("default"))
        yield Edit("default changed", put("default", 7), REQUESTS)
    else:
        yield Edit(
            "default added", put("default", None if "null" in strings(schema, "type") else 7), REQUESTS
        )


def _properties(schema: Node) -> Iterator[Edit]:
    if "object" not in strings(schema, "type"):
        return
    required = strings(schema, "required")
    for key, _ in entries(schema, "properties"):
        name = str(key)
        others: list[Json] = [one for one in required if one != name]
        forget = put("required", others)
        yield Edit("field gone", both(within("properties", drop(name)), forget))
        again: list[Json] = [f"{one}2" if one == name else one for one in required]
        yield Edit(
            "field renamed", both(within("properties", renamed(name, f"{name}2")), put("required", again))
        )
        if name in required:
            yield Edit("field optional", forget, ANSWERS)
        else:
            yield Edit("field required", put("required", [*required, name]), REQUESTS)
    new = within("properties", put("brandNew", {"type": "string"}))
    closed = not schema.get("additionalProperties", "properties" in schema)
    if "properties" in schema:
        yield Edit("new field", new, ANSWERS if closed else NOWHERE)
    required_too = both(new, put("required", [*required, "brandNew"]))
    yield Edit("new required field", required_too, BOTH if closed else REQUESTS)


def _further(schema: Node) -> Iterator[Edit]:
    if "object" not in strings(schema, "type"):
        return
    held = schema.get("additionalProperties", "properties" in schema)
    text: Node = {"type": "string"}
    if held is False:
        yield Edit("further fields", put("additionalProperties", value=True), ANSWERS)
    elif held is True:
        yield Edit("no further fields", put("additionalProperties", value=False), REQUESTS)
        yield Edit("further fields of a type", put("additionalProperties", text), REQUESTS)
    else:
        yield Edit("further fields of any type", put("additionalProperties", value=True), ANSWERS)
        yield Edit("no further fields", put("additionalProperties", value=False), REQUESTS)


def _unions(schema: Node) -> Iterator[Edit]:
    for keyword in ("anyOf", "oneOf"):
        held = schema.get(keyword)
        if isinstance(held, list):
            for one in held:
                kept: list[Json] = [other for other in held if other is not one]
                yield Edit("alternative gone", put(keyword, kept), REQUESTS)
            yield Edit("alternative added", put(keyword, [*held, {"type": "boolean"}]), ANSWERS)
    if isinstance(held := schema.get("allOf"), list):
        yield Edit("allOf shorter", put("allOf", held[:-1]))
