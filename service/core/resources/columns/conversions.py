"""How values of each column type cross: from the database to a DTO, and from a payload to the database."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Text, cast, types
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeEngine

from service.core.resources.columns import wire
from service.core.schema import LONGEST_DECIMAL, LONGEST_INTEGER
from service.prisma.types import MONEY_SCALE, AsText, Money, ScalarList, plain_type, shown_text

Convert = Callable[[Any], Any]
Read = Callable[[Sequence[Any]], Sequence[Any]]
"""Of the values that a column has in several rows, each that is not None. Raises `ValueError`."""
Select = Callable[[ColumnElement[Any]], ColumnElement[Any]]

MOMENT_LENGTH = len("2026-01-31T12:00:00.000Z")
DAY_LENGTH = len("2026-01-31")
INTEGER = re.compile("-?[0-9]+")
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
BOOLEANS = {"true": True, "false": False}
LARGEST_MONEY = Decimal(2**63 - 1).scaleb(-MONEY_SCALE)
LARGEST_SINGLE = 3.4028235e38
OUT_OF_CALENDAR = "is outside the years 1 to 9999 of UTC"


def unchanged(value: Any) -> Any:
    """A conversion of what is as it shall be."""
    return value


class Conversion(msgspec.Struct, frozen=True):
    """Both directions of one column type."""

    select: Select
    """What a SELECT says, so that the driver gives the form that crosses the wire."""
    read: Read | None = None
    """What is left to do in Python, so that each value is what the DTO's annotation says.

    For many rows a function that is called for each value takes longer than all else.
    """
    write: Convert = unchanged
    """A payload's value as the column's type binds it; never called with None. Raises `ValueError`."""
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
            return Conversion(_as_text, read=_members_of(kind), write=_member(kind.enum_class))
        case types.JSON():
            return Conversion(_as_text, read=each(msgspec.Raw), comparable=False)
        case _:
            return _scalar(kind)


def _scalar(kind: TypeEngine[Any]) -> Conversion:
    match kind:
        case types.DateTime():
            return Conversion(wire.utc_text, read=_within_calendar(MOMENT_LENGTH), write=_moment)
        case types.Date():
            return Conversion(
                wire.date_text,
                read=_within_calendar(DAY_LENGTH),
                write=_from_text(date.fromisoformat, "must be a day, such as 2026-01-31"),
            )
        case types.Time():
            write = _from_text(time.fromisoformat, "must be a time of day, such as 12:00:00")
            return Conversion(wire.time_text, write=write)
        case types.Boolean():
            return Conversion(unchanged, write=_boolean)
        case types.BigInteger():
            return Conversion(_as_text, write=_integer(-(2**63), 2**63 - 1))
        case types.Integer() | pg.OID():
            return Conversion(unchanged, write=_integer(*_range(kind)))
        case types.REAL():
            return Conversion(wire.single_text, read=each(_finite), write=_single)
        case types.Float():
            return Conversion(unchanged, read=each(_finite), write=_finite)
        case Money():
            return Conversion(shown_text, write=_money)
        case types.Numeric():
            return Conversion(_as_text, write=_decimal(kind.precision, kind.scale))
        case types.Uuid():
            return Conversion(wire.uuid_text, write=_from_text(UUID, "must be a UUID"))
        case _:
            return Conversion(unchanged)


NATIVE_ITEMS = (types.Integer, types.Boolean, types.Float, types.LargeBinary, pg.OID)
"""What drivers read in a list as it goes out."""


def _list_of(kind: TypeEngine[Any]) -> Conversion:
    item = conversion_of(kind)
    read, write = item.read and each(item.read), each(item.write)
    plain = plain_type(kind)
    if isinstance(plain, NATIVE_ITEMS) and not isinstance(plain, types.BigInteger | types.REAL):
        return Conversion(wire.native_list, read=read, write=write, comparable=item.comparable)

    def select(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return wire.text_list(column, plain)

    if isinstance(plain, types.REAL):
        return Conversion(select, read=each(each(float)), write=write)
    return Conversion(select, read=read, write=write, comparable=item.comparable)


def each(convert: Convert) -> Read:
    """What converts each of several values, but None."""
    return lambda values: [None if value is None else convert(value) for value in values]


def _as_text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(column, Text)


def _within_calendar(length: int) -> Read:
    def read(texts: Sequence[str | None]) -> Sequence[str | None]:
        for text in texts:
            if text is not None and len(text) != length:
                raise ValueError(f"{text} {OUT_OF_CALENDAR}")
        return texts

    return read


def _finite(number: float) -> float:
    if number - number != 0:
        raise ValueError(f"{number} is no number in JSON")
    return number


def _single(number: float) -> float:
    if abs(number) > LARGEST_SINGLE:
        raise ValueError("is too large for a number of single precision")
    return _finite(number)


def _boolean(value: bool | str) -> bool:  # noqa: FBT001  # a value of a payload, or of a path
    if isinstance(value, bool):
        return value
    if value not in BOOLEANS:
        raise ValueError("must be true or false")
    return BOOLEANS[value]


def _range(kind: types.Integer | pg.OID) -> tuple[int, int]:
    if isinstance(kind, pg.OID):
        return 0, 2**32 - 1
    limit = 2 ** (15 if isinstance(kind, types.SmallInteger) else 31)
    return -limit, limit - 1


def _integer(least: int, most: int) -> Convert:
    def write(value: int | str) -> int:
        if isinstance(value, str) and not INTEGER.fullmatch(value):
            raise ValueError("must be a whole number")
        number = int(value) if isinstance(value, int) or len(value) <= LONGEST_INTEGER else most + 1
        if not least <= number <= most:
            raise ValueError(f"must be between {least} and {most}")
        return number

    return write


def _moment(value: datetime | str) -> datetime:
    moment = _instant(value)
    if moment.tzinfo is None:
        raise ValueError("needs an offset from UTC, as in 2026-01-31T12:00:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(OUT_OF_CALENDAR) from None


def _from_text(parse: Callable[[str], object], fault: str) -> Convert:
    """What makes of a text what it stands for. Python's own errors are not for callers."""

    def write(value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return parse(value)
        except ValueError:
            raise ValueError(fault) from None

    return write


_instant = _from_text(datetime.fromisoformat, "must be an instant, such as 2026-01-31T12:00:00Z")


def _member(kind: type[Enum] | None) -> Convert:
    if kind is None:
        return unchanged
    allowed = ", ".join(str(member.value) for member in kind)
    return _from_text(kind, f"must be one of {allowed}")


def _decimal(precision: int | None, scale: int | None) -> Convert:
    def write(value: Decimal | str) -> Decimal:
        if isinstance(value, str) and not DECIMAL.fullmatch(value):
            raise ValueError("must be a decimal number, such as 4.50")
        if isinstance(value, str) and len(value) > LONGEST_DECIMAL:
            raise ValueError(f"must have at most {LONGEST_DECIMAL} characters")
        number = Decimal(value)
        if precision is not None and abs(number) >= Decimal(10) ** (precision - (scale or 0)):
            raise ValueError(f"must have at most {precision - (scale or 0)} digits before the point")
        return number

    return write


def _money(value: Decimal | str) -> Decimal:
    amount = _decimal(None, None)(value)
    if abs(amount) > LARGEST_MONEY:
        raise ValueError(f"must be between -{LARGEST_MONEY} and {LARGEST_MONEY}")
    if amount != round(amount, MONEY_SCALE):
        raise ValueError(f"must have at most {MONEY_SCALE} digits behind the point")
    return amount


def _members_of(kind: types.Enum) -> Read:
    """The members that stand for what is stored; a value that this version does not know stays the text that it is."""
    members = dict(zip(kind.enums, kind.enum_class or (), strict=False))
    return lambda values: [members.get(value, value) for value in values]
