"""JSON Schemas of the DTOs, under plain names."""

import math
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from service.core.openapi.enums import enum_schemas
from service.core.openapi.examples import example_of

Document = dict[str, Any]

REFERENCE = "#/components/schemas/{name}"
MAX_INT32 = 2**31 - 1
_LISTING = re.compile(r"^Listing_(\w+?)_$")


class SchemaBook:
    """Every schema of the document: `components` by name, `schema(type)` for one."""

    def __init__(self, kinds: Iterable[Any]) -> None:
        unique = list(dict.fromkeys(map(_Hashed, kinds)))
        schemas, components = msgspec.json.schema_components(
            [item.kind for item in unique], ref_template=REFERENCE
        )
        self._schemas = {item: _tidy(schema) for item, schema in zip(unique, schemas, strict=True)}
        enums = enum_schemas(item.kind for item in unique)
        structs = {
            plain_name(name): _component(_tidy(schema))
            for name, schema in components.items()
            if name not in enums
        }
        self.components: Document = dict(sorted((structs | enums).items()))

    def schema(self, kind: Any) -> Document:
        return self._schemas[_Hashed(kind)]

    def content(self, kind: Any, *, sent: bool = False) -> Document:
        """A media type: the schema, and an example of all that fits it."""
        schema = self.schema(kind)
        return {"schema": schema, "example": example_of(schema, self.components, sent=sent)}

    def description(self, kind: Any) -> str:
        """What the component behind a type is."""
        name = self.schema(kind)["$ref"].rpartition("/")[2]
        return self.components[name]["description"]


class _Hashed:
    """A type that may hold unhashable metadata, as a key."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self._text = repr(kind)

    def __hash__(self) -> int:
        return hash(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashed) and other._text == self._text


def plain_name(name: str) -> str:
    """`PageList` for msgspec's `Listing_Page_`."""
    match = _LISTING.match(name)
    return f"{match[1]}List" if match else name


def as_parameter(field: msgspec.structs.FieldInfo, schema: Document) -> Document:
    """One query parameter out of a field; what may be left out is never null."""
    if "anyOf" in schema:
        (schema,) = (member for member in schema["anyOf"] if member.get("type") != "null")
    elif isinstance(schema.get("type"), list):
        schema = schema | {"type": schema["type"][0]}
    schema = {name: value for name, value in schema.items() if name != "default"}
    parameter: Document = {
        "name": field.encode_name,
        "in": "query",
        "required": False,
        "description": schema.pop("description"),
        "schema": schema,
    }
    if field.default not in (msgspec.NODEFAULT, None, ()) and "$ref" not in schema:
        # Beside a reference to an enum it is a text, which generated code does not take for a member.
        schema["default"] = field.default
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
    return parameter


def _tidy(schema: Document | list[Any] | str | float | None) -> Any:
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {
        name: _tidy(value) for name, value in schema.items() if name != "title" or not isinstance(value, str)
    }
    reference = tidy.get("$ref")
    if isinstance(reference, str):
        head, _, name = reference.rpartition("/")
        tidy["$ref"] = f"{head}/{plain_name(name)}"
    pattern = tidy.get("pattern")
    if isinstance(pattern, str) and pattern.endswith(r"\Z"):
        # Python's `$` lets a line break through, and `\Z` is no part of JSON Schema's patterns.
        tidy["pattern"] = pattern.removesuffix(r"\Z") + "$"
    if tidy.get("type") == "integer" and tidy.get("maximum", math.inf) <= MAX_INT32:
        tidy["format"] = "int32"
    return _nullable(tidy)


def _nullable(schema: Document) -> Document:
    """`type: [T, "null"]` for a scalar that may be null."""
    members: list[Document] = schema.get("anyOf", [])
    if {"type": "null"} in members and len(members) == 2:  # noqa: PLR2004  # null and one other
        other = next(member for member in members if member != {"type": "null"})
        if isinstance(other.get("type"), str):
            rest = {name: value for name, value in schema.items() if name != "anyOf"}
            return {**other, **rest, "type": [other["type"], "null"]}
    return schema


def _component(schema: Document) -> Document:
    """Defaults in words: generators would make a field with a default one that must be sent."""
    return schema | {"properties": {name: _in_words(field) for name, field in schema["properties"].items()}}


def _in_words(field: Document) -> Document:
    if field.get("default") is None:
        return {name: value for name, value in field.items() if name != "default"}
    default = msgspec.json.encode(field["default"]).decode()
    rest = {name: value for name, value in field.items() if name != "default"}
    return rest | {"description": f"{field['description']} `{default}` where it is left out."}
