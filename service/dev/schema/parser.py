"""Parses the text of a schema into its blocks."""

from collections.abc import Callable
from typing import Literal, TypeVar

from service.dev.schema.attributes import read_attribute, read_attributes, read_expression
from service.dev.schema.cursor import Cursor
from service.dev.schema.document import Schema, merge
from service.dev.schema.nodes import Enum, EnumValue, Field, Model
from service.dev.schema.values import Attribute, Expression

T = TypeVar("T")

BLOCK = "model, view, enum, type, datasource or generator"


def parse_schema(text: str, file: str = "schema.prisma") -> Schema:
    """Parse a schema that is one file. Raises `SchemaError`."""
    return merge([parse_blocks(text, file)])


def parse_blocks(text: str, file: str) -> Schema:
    """Parse one file of a schema, whose relations are not known yet. Raises `SchemaSyntaxError`."""
    cursor = Cursor(text, file)
    models: list[Model] = []
    types: list[Model] = []
    enums: list[Enum] = []
    settings: dict[str, Expression] = {}
    while True:
        docs = cursor.docs_above(over_empty_lines=False)
        if cursor.at("end"):
            return Schema(tuple(models), tuple(enums), tuple(types), settings)
        place = cursor.place
        keyword = cursor.next()
        name = cursor.take("word", "the block's name")
        cursor.take_mark("{")
        match keyword.text:
            case "model" | "view":
                models.append(_model(cursor, name, docs, place, is_view=keyword.text == "view"))
            case "type":
                types.append(_model(cursor, name, docs, place))
            case "enum":
                enums.append(_enum(cursor, name, docs, place))
            case "datasource" | "generator":
                settings |= _settings(cursor, keyword.text)
            case _:
                raise cursor.unexpected(keyword, BLOCK)
        cursor.docs_behind()


def _model(cursor: Cursor, name: str, docs: str, place: str, *, is_view: bool = False) -> Model:
    fields, attributes = _members(cursor, _field)
    return Model(name=name, fields=fields, attributes=attributes, docs=docs, place=place, is_view=is_view)


def _members(cursor: Cursor, read: Callable[[Cursor, str], T]) -> tuple[tuple[T, ...], tuple[Attribute, ...]]:
    """The rest of a block: what `read` makes of each member, with the docs above it, and the block's attributes."""
    members: list[T] = []
    attributes: list[Attribute] = []
    cursor.docs_behind()
    while True:
        above = cursor.docs_above(over_empty_lines=True)
        if cursor.skip_mark("}"):
            return tuple(members), tuple(attributes)
        if cursor.skip_mark("@@"):
            attributes.append(read_attribute(cursor))
        else:
            members.append(read(cursor, above))
        _end_line(cursor)


def _field(cursor: Cursor, above: str) -> Field:
    place, comments = cursor.place, cursor.comments()
    name = cursor.take("word", "a field's name or '}'")
    cursor.skip_mark(":")
    kind = cursor.take("word", "the field's type")
    if kind == "Unsupported":
        cursor.take_mark("(")
        kind = f'Unsupported("{cursor.take("string", "the database type, in quotes")}")'
        cursor.take_mark(")")
    arity = _arity(cursor)
    attributes = read_attributes(cursor)
    docs = _join(above, cursor.docs_behind())
    return Field(
        name=name,
        type=kind,
        arity=arity,
        attributes=attributes,
        docs=docs,
        place=place,
        comments=comments,
    )


def _arity(cursor: Cursor) -> Literal["required", "optional", "list"]:
    if cursor.skip_mark("["):
        cursor.take_mark("]")
        cursor.skip_mark("?")
        return "list"
    return "optional" if cursor.skip_mark("?") else "required"


def _enum(cursor: Cursor, name: str, docs: str, place: str) -> Enum:
    values, attributes = _members(cursor, _enum_value)
    return Enum(name=name, values=values, attributes=attributes, docs=docs, place=place)


def _enum_value(cursor: Cursor, above: str) -> EnumValue:
    place = cursor.place
    name = cursor.take("word", "a value's name or '}'")
    attributes = read_attributes(cursor)
    return EnumValue(name=name, attributes=attributes, docs=_join(above, cursor.docs_behind()), place=place)


def _settings(cursor: Cursor, keyword: str) -> dict[str, Expression]:
    settings: dict[str, Expression] = {}
    while True:
        cursor.skip_lines()
        if cursor.skip_mark("}"):
            return settings
        name = cursor.take("word", "a property's name or '}'")
        cursor.take_mark("=")
        settings[f"{keyword}.{name}"] = read_expression(cursor)
        _end_line(cursor)


def _end_line(cursor: Cursor) -> None:
    """Refuse anything else on the line: a field, value, attribute or property has a line of its own."""
    cursor.docs_behind()
    if not cursor.at("newline") and not cursor.at_mark("}"):
        raise cursor.unexpected(cursor.next(), "the end of the line")


def _join(*docs: str) -> str:
    return "\n".join(part for part in docs if part)
