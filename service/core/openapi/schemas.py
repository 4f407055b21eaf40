"""JSON Schemas of the DTOs, under plain names."""

from collections.abc import Iterable
from typing import Any, get_args, get_origin

import msgspec
from msgspec import inspect

from service.core.openapi import Document
from service.core.openapi.enums import enum_schema
from service.core.openapi.examples import example_of
from service.core.openapi.tidy import NULL, in_words, tidied
from service.core.schema import Listing
from service.core.type_info import AnnotationError, FieldsType, below, name_in_full

TAG = "Which of the alternatives this is."


class SchemaBook:
    """Gives each type its schema, and collects the `components` that the schemas refer to."""

    def __init__(self) -> None:
        self._components: dict[str, Document] = {}
        self._kinds: dict[str, Any] = {}
        self._schemas: dict[type, Document] = {}

    @property
    def components(self) -> Document:
        return dict(sorted(self._components.items()))

    def schema(self, kind: Any) -> Document:
        """The schema of a type. Raises `AnnotationError` where another type has the same name in the document."""
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
            reference["$ref"]: self._claim(plain_name(each), each)
            for reference, each in zip(references, named, strict=True)
        }
        for given, name in names.items():
            if name not in self._components:
                self._components[name] = self._component(name, components[given], names)
        return self._tidied(schema, names)

    def content(self, kind: Any, *, sent: bool = False) -> Document:
        """The media type object of a body: its schema, and an example that fits it."""
        return {"schema": self.schema(kind), "example": example_of(kind, sent=sent)}

    def description(self, kind: Any) -> str:
        """The description of a type."""
        schema = self.schema(kind)
        component = self._components.get(schema.get("$ref", "").rpartition("/")[2], schema)
        return component.get("description", "What was asked for.")

    def show_read_only(self, payload: Any, shown: Any, names: Iterable[str]) -> None:
        """Add fields of the type `shown` to the payload's schema as `readOnly`: they may be sent, and are ignored."""
        self.schema(payload)
        self.schema(shown)
        properties = self._components[plain_name(payload)]["properties"]
        for name in names:
            properties[name] = self._components[plain_name(shown)]["properties"][name] | {"readOnly": True}

    def _claim(self, name: str, kind: Any) -> str:
        other = self._kinds.setdefault(name, kind)
        if other != kind:
            raise AnnotationError(
                f"{_told(other)} and {_told(kind)} are both called {name} in the API document. "
                "Give one another name."
            )
        return name

    def _component(self, name: str, schema: Document, names: dict[str, str]) -> Document:
        kind = self._kinds[name]
        if isinstance(inspect.type_info(kind), inspect.EnumType):
            return enum_schema(kind)
        tidy = self._tidied(schema, names)
        if tag := getattr(kind, "__struct_config__", None) and kind.__struct_config__.tag_field:
            tidy["properties"][tag] = {"description": TAG} | tidy["properties"][tag]
        if "properties" in tidy:
            tidy["properties"] = {field: in_words(each) for field, each in tidy["properties"].items()}
        if "prefixItems" in tidy:
            tidy["prefixItems"] = [in_words(each) for each in tidy["prefixItems"]]
        return tidy

    def _tidied(self, schema: Document, names: dict[str, str]) -> Document:
        """The schema, tidied. Each union in it that has a name becomes a component of its own."""
        unions: dict[str, Document] = {}
        tidy = tidied(schema, names, unions)
        for title, union in unions.items():
            members = ", ".join(member["$ref"].rpartition("/")[2] for member in union["oneOf"])
            self._components[self._claim(title, f"the union of {members}")] = union
        return tidy


def _told(kind: Any) -> str:
    return kind if isinstance(kind, str) else name_in_full(kind)


def plain_name(kind: Any) -> str:
    """The name of a type in the document: `PageList` for `Listing[Page]`."""
    origin = get_origin(kind)
    if origin is None:
        return kind.__name__
    parameters = "".join(plain_name(each) for each in get_args(kind))
    return f"{parameters}{'List' if origin is Listing else origin.__name__}"


def as_parameter(field: msgspec.structs.FieldInfo, schema: Document) -> Document:
    """The query parameter of a field. Its schema allows no null: a parameter is given, or left out."""
    schema = _not_null(schema)
    parameter: Document = {"name": field.encode_name, "in": "query", "required": field.required}
    if "description" in schema:
        parameter["description"] = schema.pop("description")
    if field.default not in (msgspec.NODEFAULT, msgspec.UNSET, None, ()) and "$ref" not in schema:
        # No default beside a reference to an enum: it would be a text, which generated code does not take for a member.
        schema["default"] = msgspec.to_builtins(field.default)
    if "items" in schema:
        schema["items"] = _empty_too(schema["items"])
    parameter["schema"] = _empty_too(schema)
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
    return parameter


def _empty_too(schema: Document) -> Document:
    """The schema without a `minLength` of 1, since a parameter that is empty counts as not given."""
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
