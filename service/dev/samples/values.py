"""Made-up values for columns: a number gives the same one each time, and each number another if the type has enough."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeEngine

from service.dev.samples.texts import letters, text_of, words_of
from service.prisma.types import AsText, ScalarList, plain_type

START = dt.datetime(2025, 1, 6, 9, 0, tzinfo=dt.UTC)
LATER = frozenset({"end", "ends", "ended", "until", "to", "expires", "expiry", "due", "updated", "modified", "closed"})  # fmt: skip
"""Words in the names of times that come after other times of their row."""
STEP = 7
"""The difference from one decimal to the next: a prime, so that few digits give many values."""
MAX_SMALL = 30_000
MAX_DIGITS = 9

NATIVE: Mapping[str, Callable[[int], str]] = {
    "inet": lambda n: f"192.0.{n // 250 % 250}.{n % 250 + 1}",
    "cidr": lambda n: f"10.{n // 250 % 250}.{n % 250}.0/24",
    "macaddr": lambda n: f"08:00:2b:01:{n // 250 % 250:02x}:{n % 250:02x}",
    "interval": lambda n: f"{n // 60 % 24:02d}:{n % 60:02d}:30",
    "point": lambda n: f"({n},{n + 1})",
    "bit varying": lambda n: f"{n % 256:b}",
    "int4range": lambda n: f"[{n},{n + 5})",
    "int8range": lambda n: f"[{n},{n + 5})",
    "numrange": lambda n: f"[{n},{n + 5})",
    "daterange": lambda n: f"[{_day(n)},{_day(n + 7)})",
    "tsrange": lambda n: f'["{_day(n)} 09:00:00","{_day(n)} 10:00:00")',
    "tstzrange": lambda n: f'["{_day(n)} 09:00:00+00","{_day(n)} 10:00:00+00")',
    "tsvector": lambda n: f"'{n}' 'sample'",
}
"""Values, in PostgreSQL's own text form, of types that cross the wire as text."""


def _day(number: int) -> dt.date:
    return START.date() + dt.timedelta(days=number % 10_000)


class NoSampleError(ValueError):
    """A value or row cannot be made up; the message is the reason."""


def sample_value(name: str, kind: TypeEngine[Any], number: int) -> Any:
    """The value with this number for a column of this name and type. Raises `NoSampleError`."""
    plain = kind if isinstance(kind, ScalarList | AsText) else plain_type(kind)
    match plain:
        case ScalarList():
            return [_whole(sample_value(name, plain.item, each)) for each in (number, number + 1)]
        case sa.ARRAY():
            return [_whole(sample_value(name, plain.item_type, each)) for each in (number, number + 1)]
        case AsText():
            return _native(plain.name, number)
        case sa.Enum():
            members: list[Any] = list(plain.enum_class or plain.enums)
            return members[number % len(members)]
        case sa.JSON():
            return {"sample": number, "tags": ["made", "up"]}
        case sa.Uuid():
            return UUID(int=(0x5A << 120) | (4 << 76) | (8 << 60) | number)
        case sa.DateTime() | sa.Date() | sa.Time():
            return _time(name, plain, number)
        case sa.Boolean():
            return number % 2 == 0
        case sa.LargeBinary():
            return f"sample {number}".encode()
        case sa.String():
            return _text(name, plain, number)
        case _:
            return _number(name, plain, number)


def _number(name: str, kind: TypeEngine[Any], number: int) -> Any:
    match kind:
        case sa.SmallInteger():
            return number % MAX_SMALL + 1
        case sa.BigInteger():
            return 9_007_199_254_740_993 + number
        case pg.OID():
            return number + 1
        case sa.Integer():
            return 2000 + number if "year" in words_of(name) else number + 1
        case sa.Float():
            return number + 0.5
        case sa.Numeric():
            return _decimal(kind.precision, kind.scale, number)
        case _:
            raise NoSampleError(f"{name} is of a type that no sample is known of: {kind}")


def _decimal(precision: int | None, scale: int | None, number: int) -> Decimal:
    places = 2 if precision is None else scale or 0
    digits = MAX_DIGITS if precision is None else min(precision, MAX_DIGITS)
    shown = Decimal((STEP * number + 450) % 10**digits).scaleb(-min(places, digits))
    return shown.quantize(Decimal(1).scaleb(-places))


def _text(name: str, kind: sa.String, number: int) -> str:
    text = text_of(name, number, kind.length)
    if isinstance(kind, sa.CHAR) and kind.length:
        # PostgreSQL would pad a shorter text with spaces.
        return text if len(text) == kind.length else letters(number, kind.length).rjust(kind.length, "a")
    return text


def _native(kind: str, number: int) -> str:
    base, _, length = kind.partition("(")
    if base == "bit":
        bits = int(re.sub(r"\D", "", length) or 1)
        return f"{number % 2**bits:0{bits}b}"
    if kind.startswith("time") and kind.endswith("with time zone"):
        return f"{number // 60 % 24:02d}:{number % 60:02d}:00+00"
    if base not in NATIVE:
        raise NoSampleError(f"only the database knows the type {kind}")
    return NATIVE[base](number)


def _time(name: str, kind: TypeEngine[Any], number: int) -> Any:
    match kind:
        case sa.DateTime(precision=None | 6):
            # With microseconds, which a database can store, though Prisma's client only knows milliseconds.
            return _moment(name, number) + dt.timedelta(microseconds=number)
        case sa.DateTime():
            return _moment(name, number)
        case sa.Date():
            return _moment(name, number * 24).date()
        case _:
            is_fine = getattr(kind, "precision", None) in (None, 6)
            return dt.time(9 + number // 60 % 12, number % 60, microsecond=number if is_fine else 0)


def _whole(value: Any) -> Any:
    """The value without fractions of a second, which a list would lose when it is sent back as it was shown."""
    return value.replace(microsecond=0) if isinstance(value, dt.datetime | dt.time) else value


def _moment(name: str, hours: int) -> dt.datetime:
    behind = dt.timedelta(days=30) if LATER & set(words_of(name)) else dt.timedelta()
    return START + behind + dt.timedelta(hours=hours)
