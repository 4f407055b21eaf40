"""How values of each column type are converted: from the database to a DTO, and from a payload to the database."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from enum import Enum
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, types
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeEngine

from service.core.resources.columns import numbers, wire
from service.prisma.types import MICROSECONDS, AsText, Money, ScalarList, plain_type, shown_text

Convert = Callable[[Any], Any]
Read = Callable[[Sequence[Any]], Sequence[Any]]
"""Converts the values that one column has in several rows; None stays None."""
Select = Callable[[ColumnElement[Any]], ColumnElement[Any]]

BOOLEANS = {"true": True, "false": False}
DAY = r"\d{4}-\d\d-\d\d"
CLOCK = r"\d\d:\d\d:\d\d(?:\.\d+)?"
HEXADECIMAL = r"[0-9A-Fa-f]{8}(-?)(?:[0-9A-Fa-f]{4}\1){3}[0-9A-Fa-f]{12}"


def unchanged(value: Any) -> Any:
    """The conversion of values that need none."""
    return value


class Conversion(msgspec.Struct, frozen=True):
    """How values of one column type are converted, in both directions."""

    select: Select
    """The SQL of a column in a SELECT, so that the driver gives the form that goes over the wire."""
    read: Read | None = None
    """What is left to do in Python, so that each value is what the DTO's annotation says; None for nothing.

    It takes a whole column, because for many rows a function call for each value takes longer than all else.
    """
    write: Convert = unchanged
    """Converts a payload's value to what the column's type binds; never called with None. Raises `ValueError`."""
    truncate: Convert | None = None
    """Reduces the result of `write` to what the column stores and compares of it; None where that is all of it."""
    comparable: bool = True
    """Whether PostgreSQL has `=` and an order for the type."""


def conversion_of(kind: TypeEngine[Any]) -> Conversion:
    """The conversion of a column's type."""
    match kind:
        case pg.DOMAIN():
            return conversion_of(kind.data_type)
        case ScalarList():
            return _list_of(kind.item)
        case types.ARRAY():
            return _list_of(kind.item_type)
        case AsText():
            return Conversion(shown_text, comparable=False)
        case types.TypeDecorator():
            return conversion_of(kind.impl_instance)
        case types.Enum():
            return Conversion(shown_text, read=_members_of(kind), write=_member(kind.enum_class))
        case types.JSON():
            return Conversion(shown_text, read=each(msgspec.Raw), comparable=False)
        case _:
            return _scalar(kind)


def _scalar(kind: TypeEngine[Any]) -> Conversion:
    match kind:
        case types.DateTime():
            return Conversion(wire.utc_text, write=_moment, truncate=_cut_to(kind))
        case types.Date():
            write = _from_text(_of_form(DAY, date.fromisoformat), "must be a day, such as 2026-01-31")
            return Conversion(wire.date_text, write=write)
        case types.Time():
            write = _from_text(_of_form(CLOCK, time.fromisoformat), "must be a time of day, such as 12:00:00")
            return Conversion(wire.time_text, write=write, truncate=_cut_to(kind))
        case types.Boolean():
            return Conversion(unchanged, write=_boolean)
        case types.BigInteger():
            return Conversion(shown_text, write=numbers.integer(-(2**63), 2**63 - 1))
        case types.Integer() | pg.OID():
            return Conversion(unchanged, write=numbers.integer(*numbers.range_of(kind)))
        case types.REAL():
            return Conversion(wire.single_text, read=each(numbers.shown), write=numbers.single)
        case types.Float():
            return Conversion(unchanged, read=each(numbers.shown), write=numbers.finite)
        case Money():
            return Conversion(shown_text, write=numbers.money)
        case types.Numeric():
            truncate = None if kind.scale is None else partial(numbers.of_scale, scale=kind.scale)
            # What is made for Prisma's plain `Decimal` says nothing of how many digits a value has.
            is_plain = (kind.precision, kind.scale) == numbers.PLAIN
            read = each(numbers.trimmed) if is_plain else None
            write = numbers.decimal(kind.precision, kind.scale)
            return Conversion(shown_text, read=read, write=write, truncate=truncate)
        case types.Uuid():
            return Conversion(wire.uuid_text, write=_from_text(_of_form(HEXADECIMAL, UUID), "must be a UUID"))
        case _:
            return Conversion(unchanged)


NATIVE_ITEMS = (types.Integer, types.Boolean, types.Float, types.LargeBinary, types.CHAR, pg.OID)
"""Types of items that drivers read from a list in the form in which they go out.

`CHAR` is among them because a cast of a `@db.Char` to text cuts off the spaces that pad it.
"""


def _list_of(kind: TypeEngine[Any]) -> Conversion:
    item = conversion_of(kind)
    write = each(item.write)
    read, truncate = (convert and each(convert) for convert in (item.read, item.truncate))
    plain = plain_type(kind)
    if isinstance(plain, NATIVE_ITEMS) and not isinstance(plain, types.BigInteger | types.REAL):
        return Conversion(wire.native_list, read=read, write=write, comparable=item.comparable)

    def select(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return wire.text_list(column, plain)

    if isinstance(plain, types.REAL):
        return Conversion(select, read=each(each(numbers.shown_from_text)), write=write)
    return Conversion(select, read=read, write=write, truncate=truncate, comparable=item.comparable)


def each(convert: Convert) -> Read:
    """A function that converts each of several values except None."""
    return lambda values: [None if value is None else convert(value) for value in values]


Readers: TypeAlias = Sequence[tuple[int, Read]]


def by_position(reads: Iterable[Read | None]) -> Readers:
    """The readers of the columns that need one, with their positions; most columns need none."""
    return [(position, read) for position, read in enumerate(reads) if read]


def read_columns(rows: Sequence[Sequence[Any]], readers: Readers) -> list[Sequence[Any]]:
    """The values of rows, column by column, converted by the readers."""
    columns: list[Sequence[Any]] = [*zip(*rows, strict=True)]
    for position, read in readers:
        columns[position] = read(columns[position])
    return columns


def _cut_to(kind: types.DateTime | types.Time) -> Convert | None:
    """A function that cuts off digits of a second beyond the type's precision; None where it has no precision.

    PostgreSQL would round instead: the last moment of a day to the first of the next day, or to 24:00.
    """
    precision: int | None = getattr(kind, "precision", None)
    if precision is None:
        return None
    step = 10 ** (MICROSECONDS - precision)
    return lambda value: value.replace(microsecond=value.microsecond // step * step)


def _boolean(value: bool | str) -> bool:  # noqa: FBT001  # a value of a payload, or of a path
    if isinstance(value, bool):
        return value
    if value not in BOOLEANS:
        raise ValueError("must be true or false")
    return BOOLEANS[value]


def _moment(value: datetime | str) -> datetime:
    moment = _instant(value)
    if moment.tzinfo is None:
        raise ValueError("needs an offset from UTC, as in 2026-01-31T12:00:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is outside the years 1 to 9999 of UTC") from None


def _from_text(parse: Callable[[str], object], fault: str) -> Convert:
    """A function that parses a text, and returns any other value unchanged.

    It raises `ValueError` with `fault`, because the messages of Python's own errors are not for callers.
    """

    def write(value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return parse(value)
        except ValueError:
            raise ValueError(fault) from None

    return write


def _of_form(pattern: str, parse: Callable[[str], object]) -> Callable[[str], object]:
    """The parser for texts of this form alone: Python's own also take forms that the API document does not name."""
    has_form = re.compile(pattern, re.ASCII).fullmatch

    def strict(text: str) -> object:
        if not has_form(text):
            raise ValueError
        return parse(text)

    return strict


_instant = _from_text(
    _of_form(f"{DAY}[Tt ]{CLOCK}(?:[Zz]|[+-]\\d\\d:\\d\\d)?", datetime.fromisoformat),
    "must be an instant, such as 2026-01-31T12:00:00Z",
)


def _member(kind: type[Enum] | None) -> Convert:
    if kind is None:
        return unchanged
    allowed = ", ".join(str(member.value) for member in kind)
    return _from_text(kind, f"must be one of {allowed}")


def _members_of(kind: types.Enum) -> Read:
    """A function that turns stored values into members; a value that this version does not know stays a text."""
    members = dict(zip(kind.enums, kind.enum_class or (), strict=False))
    return lambda values: [members.get(value, value) for value in values]
