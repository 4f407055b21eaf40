"""Rewrites the JSON Schemas that msgspec makes into forms that generators of clients understand."""

import math

import msgspec

from service.core.openapi import Document
from service.core.openapi.enums import order_names

REFERENCE = "#/components/schemas/{name}"
NULL: Document = {"type": "null"}
_EVERY_KIND: tuple[Document, ...] = (
    {"type": "object", "additionalProperties": True},
    {"type": "array", "items": {}},
    {"type": "string"},
    {"type": "number", "format": "double"},
    {"type": "boolean"},
    NULL,
)
"""Together these are any JSON. From a union of them generators make a type that takes only some values, and not those
that were read."""
_TYPES = {str: "string", bool: "boolean", int: "integer", type(None): "null"}


def tidied(schema: Document, names: dict[str, str], unions: dict[str, Document]) -> Document:
    """The schema with the document's own names and formats. Examples and defaults in it stay as they are.

    A union to which a `Meta` gives a title is put into `unions`, to become a component: generators make up names for
    unions that have none.
    """
    tidy: Document = {name: value for name, value in schema.items() if name != "title"}
    for name in ("items", "additionalProperties", "propertyNames"):
        if isinstance(tidy.get(name), dict):
            tidy[name] = tidied(tidy[name], names, unions)
    for name in ("anyOf", "prefixItems"):
        if name in tidy:
            tidy[name] = [tidied(member, names, unions) for member in tidy[name]]
    if tidy.get("type") == "object" and not tidy.keys() & {"properties", "additionalProperties"}:
        # Without this, openapi-typescript takes the schema for an object that has no fields.
        tidy["additionalProperties"] = True
    if "anyOf" in tidy:
        tidy = _simpler(tidy)
    if "properties" in tidy:
        tidy["properties"] = {
            name: tidied(field, names, unions) for name, field in tidy["properties"].items()
        }
    if "$ref" in tidy:
        tidy["$ref"] = _reference(tidy["$ref"], names)
    if "discriminator" in tidy:
        mapping = {
            str(tag): _reference(name, names) for tag, name in tidy["discriminator"]["mapping"].items()
        }
        # A tag tells the members apart: `oneOf`, since of `anyOf` generators make one type with the fields of all.
        tidy |= {
            "oneOf": tidy.pop("anyOf"),
            "discriminator": tidy["discriminator"] | {"mapping": mapping},
        }
        if title := schema.get("title"):
            default = {"default": tidy.pop("default")} if "default" in tidy else {}
            unions[title] = tidy
            return {"$ref": REFERENCE.format(name=title), **default}
    if "enum" in tidy and "type" not in tidy:
        kinds = list(dict.fromkeys(_TYPES[type(value)] for value in tidy["enum"]))
        tidy = {"type": kinds[0] if len(kinds) == 1 else kinds, **tidy, **order_names(tidy["enum"])}
    pattern = tidy.get("pattern")
    if isinstance(pattern, str) and pattern.endswith(r"\Z"):
        # DTOs use `\Z`, since Python's `$` also matches before a line break at the end; JSON Schema does not know `\Z`.
        tidy["pattern"] = pattern.removesuffix(r"\Z") + "$"
    return _nullable(with_format(tidy))


def with_format(schema: Document) -> Document:
    """The schema, for a number with the smallest format that holds it: without one, generators take it for 32 bits."""
    if schema.get("type") == "number":
        return schema | {"format": "double"}
    if schema.get("type") != "integer":
        return schema
    lowest, highest = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    for bits in (32, 64):
        if -(2 ** (bits - 1)) <= lowest and highest < 2 ** (bits - 1):
            return schema | {"format": f"int{bits}"}
    return schema


def _reference(name: str, names: dict[str, str]) -> str:
    return REFERENCE.format(name=names[name])


def _simpler(schema: Document) -> Document:
    """The union without members that another one includes: an integer beside any number, all others beside any JSON."""
    members: list[Document] = schema["anyOf"]
    if all(each in [_unbounded(member) for member in members] for each in _EVERY_KIND):
        members = [{}, *members]
    for member in members:
        if not member.keys() - {"description", "examples"}:
            return member | {name: value for name, value in schema.items() if name != "anyOf"}
    if with_format({"type": "number"}) in members:
        members = [member for member in members if member.get("type") != "integer"]
    return schema | {"anyOf": members}


def _unbounded(schema: Document) -> Document:
    """The schema without its bounds of length: the length of any JSON is bounded by the body that holds it."""
    return {name: value for name, value in schema.items() if name not in ("maxItems", "maxLength")}


def _nullable(schema: Document) -> Document:
    """`type: [T, "null"]` for a scalar that may be null."""
    members: list[Document] = schema.get("anyOf", [])
    if NULL in members and len(members) == 2:  # noqa: PLR2004  # null and one other
        other = next(member for member in members if member != NULL)
        if isinstance(other.get("type"), str) and "enum" not in other:
            rest = {name: value for name, value in schema.items() if name != "anyOf"}
            return {**other, **rest, "type": [other["type"], "null"]}
    return schema


def in_words(field: Document) -> Document:
    """The field's schema with its default put into words: generators would require a field that has a `default`."""
    rest = {name: value for name, value in field.items() if name != "default"}
    if field.get("default") is None:
        return rest
    default = f"`{msgspec.json.encode(field['default']).decode()}` where it is left out."
    return rest | {"description": f"{field['description']} {default}" if "description" in field else default}
