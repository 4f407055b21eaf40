"""Parses attributes, and the values in them, from tokens."""

from collections.abc import Iterator
from decimal import Decimal

from service.dev.schema.cursor import Cursor
from service.dev.schema.values import Attribute, Call, Expression, Word


def read_attributes(cursor: Cursor) -> tuple[Attribute, ...]:
    """Read the `@...` attributes on the rest of this line."""
    attributes: list[Attribute] = []
    while cursor.skip_mark("@"):
        attributes.append(read_attribute(cursor))
    return tuple(attributes)


def read_attribute(cursor: Cursor) -> Attribute:
    """Read an attribute whose `@` or `@@` has been read."""
    return Attribute(_name(cursor, "the attribute's name"), *_arguments(cursor))


def read_expression(cursor: Cursor) -> Expression:
    if cursor.at("word"):
        name = _name(cursor, "a value")
        return Call(name, *_arguments(cursor)) if cursor.at_mark("(") else Word(name)
    if cursor.skip_mark("["):
        return tuple(read_expression(cursor) for _ in _items(cursor, "]"))
    if cursor.skip_mark("{"):
        return {_key(cursor): read_expression(cursor) for _ in _items(cursor, "}")}
    token = cursor.next()
    match token.kind:
        case "string":
            return token.text
        case "number":
            return Decimal(token.text) if "." in token.text else int(token.text)
        case _:
            raise cursor.unexpected(token, "a value")


def _arguments(cursor: Cursor) -> tuple[tuple[Expression, ...], dict[str, Expression]]:
    args: list[Expression] = []
    named: dict[str, Expression] = {}
    if cursor.skip_mark("("):
        for _ in _items(cursor, ")"):
            value = read_expression(cursor)
            if isinstance(value, Word) and cursor.skip_mark(":"):
                cursor.skip_lines()
                named[value.text] = read_expression(cursor)
            else:
                args.append(value)
    return tuple(args), named


def _items(cursor: Cursor, end: str) -> Iterator[None]:
    """Yield at the start of each item of a list with commas, over any number of lines; the caller reads the item."""
    cursor.skip_lines()
    while not cursor.skip_mark(end):
        with cursor.nested():
            yield
        cursor.skip_lines()
        if not cursor.skip_mark(",") and not cursor.at_mark(end):
            raise cursor.unexpected(cursor.next(), f"',' or {end!r}")
        cursor.skip_lines()


def _key(cursor: Cursor) -> str:
    key = _name(cursor, "a name")
    cursor.take_mark(":")
    return key


def _name(cursor: Cursor, wanted: str) -> str:
    """Read a name with or without dots: `id`, `db.VarChar`."""
    parts = [cursor.take("word", wanted)]
    while cursor.skip_mark("."):
        parts.append(cursor.take("word", wanted))
    return ".".join(parts)
