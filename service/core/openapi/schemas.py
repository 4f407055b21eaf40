"""JSON Schemas of the DTOs, under plain names."""

import math
from collections.abc import Iterable
from typing import Any, get_args, get_origin

import msgspec
from msgspec import inspect

from service.core.openapi.enums import enum_schema, order_names
from service.core.openapi.examples import example_of
from service.core.schema import Listing
from service.core.type_info import AnnotationError, FieldsType, below, name_in_full

Document = dict[str, Any]

REFERENCE = "#/components/schemas/{name}"
TAG = "Tells it from the others that may stand here."
NULL: Document = {"type": "null"}
_EVERY_KIND: tuple[Document, ...] = (
    {"type": "object", "additionalProperties": True},
    {"type": "array", "items": {}},
    {"type": "string"},
    {"type": "number", "format": "double"},
    {"type": "boolean"},
    NULL,
)
"""Together they are any JSON. Of those, generators make a type that takes some of it, and never what is read."""
_MAX_LENGTHS = {"uuid": 36, "date": 10}
_TYPES = {str: "string", bool: "boolean", int: "integer", type(None): "null"}


class SchemaBook:
    """Gives each type its schema, and collects the `components` that these refer to."""

    def __init__(self) -> None:
        self._components: dict[str, Document] = {}
        self._kinds: dict[str, Any] = {}
        self._schemas: dict[type, Document] = {}

    @property
    def components(self) -> Document:
        return dict(sorted(self._components.items()))

    def schema(self, kind: Any) -> Document:
        """Raises `AnnotationError` for another type of a name that one before has."""
        if not isinstance(kind, type):
            return self._schema(kind)
        if kind not in self._schemas:
            self._schemas[kind] = self._schema(kind)
        return self._schemas[kind].copy()

    def _schema(self, kind: Any) -> Document:
        named = [node.cls for node in below(kind) if isinstance(node, FieldsType | inspect.EnumType)]
        (schema, *references), components = msgspec.json.schema_components(
            [kind, *named], ref_template="{name}"
        )
        names = {
            reference["$ref"]: self._claim(each) for reference, each in zip(references, named, strict=True)
        }
        for given, name in names.items():
            if name not in self._components:
                self._components[name] = self._component(name, components[given], names)
        return _tidy(schema, names)

    def content(self, kind: Any, *, sent: bool = False) -> Document:
        """A media type: the schema, and an example of all that fits it."""
        return {"schema": self.schema(kind), "example": example_of(kind, sent=sent)}

    def description(self, kind: Any) -> str:
        """What a type says of itself."""
        schema = self.schema(kind)
        component = self._components.get(schema.get("$ref", "").rpartition("/")[2], schema)
        return component.get("description", "What was asked for.")

    def show_read_only(self, payload: Any, shown: Any, names: Iterable[str]) -> None:
        """Say of a payload that it may also hold these fields of what is shown, which stay as they are."""
        self.schema(payload)
        self.schema(shown)
        properties = self._components[plain_name(payload)]["properties"]
        for name in names:
            properties[name] = self._components[plain_name(shown)]["properties"][name] | {"readOnly": True}

    def _claim(self, kind: Any) -> str:
        name = plain_name(kind)
        other = self._kinds.setdefault(name, kind)
        if other != kind:
            raise AnnotationError(
                f"{name_in_full(other)} and {name_in_full(kind)} are both called {name} in the API document. "
                "Give one another name."
            )
        return name

    def _component(self, name: str, schema: Document, names: dict[str, str]) -> Document:
        kind = self._kinds[name]
        if isinstance(inspect.type_info(kind), inspect.EnumType):
            return enum_schema(kind)
        tidy = _tidy(schema, names)
        if tag := getattr(kind, "__struct_config__", None) and kind.__struct_config__.tag_field:
            tidy["properties"][tag] = {"description": TAG} | tidy["properties"][tag]
        if "properties" in tidy:
            tidy["properties"] = {field: _in_words(each) for field, each in tidy["properties"].items()}
        if "prefixItems" in tidy:
            tidy["prefixItems"] = [_in_words(each) for each in tidy["prefixItems"]]
        return tidy


def plain_name(kind: Any) -> str:
    """The name of a type in the document: `PageList` for `Listing[Page]`."""
    origin = get_origin(kind)
    if origin is None:
        return kind.__name__
    parameters = "".join(plain_name(each) for each in get_args(kind))
    return f"{parameters}{'List' if origin is Listing else origin.__name__}"


def as_parameter(field: msgspec.structs.FieldInfo, schema: Document) -> Document:
    """One query parameter out of a field; what may be left out is never null."""
    schema = _not_null(schema)
    parameter: Document = {"name": field.encode_name, "in": "query", "required": field.required}
    if "description" in schema:
        parameter["description"] = schema.pop("description")
    if field.default not in (msgspec.NODEFAULT, msgspec.UNSET, None, ()) and "$ref" not in schema:
        # Beside a reference to an enum it is a text, which generated code does not take for a member.
        schema["default"] = msgspec.to_builtins(field.default)
    if "items" in schema:
        schema["items"] = _empty_too(schema["items"])
    parameter["schema"] = _empty_too(schema)
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
    return parameter


def _empty_too(schema: Document) -> Document:
    """A parameter that is empty counts as not given."""
    return {name: value for name, value in schema.items() if (name, value) != ("minLength", 1)}


def _not_null(schema: Document) -> Document:
    schema = {name: value for name, value in schema.items() if name != "default"}
    if isinstance(schema.get("type"), list):
        kinds = [kind for kind in schema["type"] if kind != "null"]
        schema["type"] = kinds[0] if len(kinds) == 1 else kinds
    members = [member for member in schema.get("anyOf", []) if member != NULL]
    if len(members) == 1:
        return {**members[0], **{name: value for name, value in schema.items() if name != "anyOf"}}
    return schema | {"anyOf": members} if members else schema


def _tidy(schema: Document, names: dict[str, str]) -> Document:
    """A schema with our names and formats. What is an example or a default stays as it is."""
    tidy: Document = {name: value for name, value in schema.items() if name != "title"}
    for name in ("items", "additionalProperties", "propertyNames"):
        if isinstance(tidy.get(name), dict):
            tidy[name] = _tidy(tidy[name], names)
    for name in ("anyOf", "prefixItems"):
        if name in tidy:
            tidy[name] = [_tidy(member, names) for member in tidy[name]]
    if tidy.get("type") == "object" and not tidy.keys() & {"properties", "additionalProperties"}:
        # Left unsaid, openapi-typescript takes it for an object without any field.
        tidy["additionalProperties"] = True
    if "anyOf" in tidy:
        tidy = _simpler(tidy)
    if "properties" in tidy:
        tidy["properties"] = {name: _tidy(field, names) for name, field in tidy["properties"].items()}
    if "$ref" in tidy:
        tidy["$ref"] = _reference(tidy["$ref"], names)
    if "discriminator" in tidy:
        mapping = {
            str(tag): _reference(name, names) for tag, name in tidy["discriminator"]["mapping"].items()
        }
        # Its tag says which one it is. Of `anyOf` generators make one type with the fields of all.
        tidy |= {
            "oneOf": tidy.pop("anyOf"),
            "discriminator": tidy["discriminator"] | {"mapping": mapping},
        }
    if "enum" in tidy and "type" not in tidy:
        kinds = list(dict.fromkeys(_TYPES[type(value)] for value in tidy["enum"]))
        tidy = {"type": kinds[0] if len(kinds) == 1 else kinds, **tidy, **order_names(tidy["enum"])}
    pattern = tidy.get("pattern")
    if isinstance(pattern, str) and pattern.endswith(r"\Z"):
        # Python's `$` lets a line break through, and `\Z` is no part of JSON Schema's patterns.
        tidy["pattern"] = pattern.removesuffix(r"\Z") + "$"
    return _nullable(with_format(tidy))


def with_format(schema: Document) -> Document:
    """A number with the smallest format that holds it; generators take one without for 32 bits.

    A text whose format says how long it is, with that length.
    """
    if longest := _MAX_LENGTHS.get(schema.get("format", "")):
        return schema | {"maxLength": longest}
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
    """Without a member that another says already: an integer beside any number; and nothing beside what anything is."""
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
    """Without how much of it there may be: any JSON is bounded by the body that holds it."""
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


def _in_words(field: Document) -> Document:
    """Defaults in words: generators would make a field with a default one that must be sent."""
    rest = {name: value for name, value in field.items() if name != "default"}
    if field.get("default") is None:
        return rest
    default = f"`{msgspec.json.encode(field['default']).decode()}` where it is left out."
    return rest | {"description": f"{field['description']} {default}" if "description" in field else default}
