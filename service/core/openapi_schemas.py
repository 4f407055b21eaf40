"""JSON Schemas of the DTOs, under plain names."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

Document = dict[str, Any]

REFERENCE = "#/components/schemas/{name}"
_LISTING = re.compile(r"^Listing_(\w+?)_$")


class SchemaBook:
    """Every schema of the document: `components` by name, `schema(type)` for one."""

    def __init__(self, kinds: Iterable[Any]) -> None:
        unique = list(dict.fromkeys(map(_Hashed, kinds)))
        schemas, components = msgspec.json.schema_components(
            [item.kind for item in unique], ref_template=REFERENCE
        )
        self._schemas = {item: _tidy(schema) for item, schema in zip(unique, schemas, strict=True)}
        self.components: Document = {
            plain_name(name): _tidy(schema) for name, schema in sorted(components.items())
        }

    def schema(self, kind: Any) -> Document:
        return self._schemas[_Hashed(kind)]


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
        schema = next(member for member in schema["anyOf"] if member.get("type") != "null")
    elif isinstance(schema.get("type"), list):
        schema = schema | {"type": schema["type"][0]}
    schema = {name: value for name, value in schema.items() if name != "default"}
    description = schema.pop("description", None) or field.encode_name
    if field.default not in (msgspec.NODEFAULT, None, ()):
        schema["default"] = field.default
    parameter: Document = {
        "name": field.encode_name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
    return parameter


def _tidy(schema: Any) -> Any:
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
    return _nullable(tidy)


def _nullable(schema: Document) -> Document:
    """`type: [T, "null"]` for a scalar that may be null."""
    members = schema.get("anyOf")
    if isinstance(members, list) and {"type": "null"} in members and len(members) == 2:  # noqa: PLR2004
        other = next(member for member in members if member != {"type": "null"})
        if isinstance(other.get("type"), str):
            rest = {name: value for name, value in schema.items() if name != "anyOf"}
            return {**other, **rest, "type": [other["type"], "null"]}
    return schema
