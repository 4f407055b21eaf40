"""How numbers are checked and converted for columns of their types, and how floats are shown."""

import re
from collections.abc import Callable
from decimal import Decimal
from struct import pack, unpack

from sqlalchemy import types
from sqlalchemy.dialects import postgresql as pg

from service.core.schema import MAX_DECIMAL_LENGTH, MAX_INTEGER_LENGTH
from service.prisma.types import EXACT, MONEY_SCALE

INTEGER = re.compile("-?[0-9]+")
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
MIN_MONEY, MAX_MONEY = (Decimal(cents).scaleb(-MONEY_SCALE) for cents in (-(2**63), 2**63 - 1))
MAX_SINGLE = 3.4028235e38
_NO_JSON = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def finite(number: float) -> float:
    if number - number != 0:
        raise ValueError(f"{number} is no number in JSON")
    return number


def shown(number: float) -> float | str:
    """The number; for NaN and the infinities, which JSON does not have, PostgreSQL's text."""
    return number if number - number == 0 else _NO_JSON[str(number)]


def shown_from_text(text: str) -> float | str:
    return shown(float(text))


def single(number: float) -> float:
    """The number rounded to single precision, so that it compares as a stored one does. Raises `ValueError`."""
    if abs(number) > MAX_SINGLE:
        raise ValueError("is too large for a number of single precision")
    return unpack("f", pack("f", finite(number)))[0]


def range_of(kind: types.Integer | pg.OID) -> tuple[int, int]:
    if isinstance(kind, pg.OID):
        return 0, 2**32 - 1
    limit = 2 ** (15 if isinstance(kind, types.SmallInteger) else 31)
    return -limit, limit - 1


def integer(least: int, most: int) -> Callable[[int | str], int]:
    def write(value: int | str) -> int:
        if isinstance(value, str) and not INTEGER.fullmatch(value):
            raise ValueError("must be a whole number")
        number = int(value) if isinstance(value, int) or len(value) <= MAX_INTEGER_LENGTH else most + 1
        if not least <= number <= most:
            raise ValueError(f"must be between {least} and {most}")
        return number

    return write


def decimal(precision: int | None, scale: int | None) -> Callable[[Decimal | str], Decimal]:
    before_point = (precision or 0) - (scale or 0)
    too_large = Decimal(1).scaleb(before_point)

    def write(value: Decimal | str) -> Decimal:
        if isinstance(value, str) and not DECIMAL.fullmatch(value):
            raise ValueError("must be a decimal number without an exponent, such as 4.50")
        if isinstance(value, str) and len(value) > MAX_DECIMAL_LENGTH:
            raise ValueError(f"must have at most {MAX_DECIMAL_LENGTH} characters")
        number = Decimal(value)
        if precision is not None and (
            number.copy_abs() >= too_large or of_scale(number, scale or 0).copy_abs() >= too_large
        ):
            raise ValueError(f"must have at most {before_point} digits before the point")
        return number

    return write


PLAIN = (65, 30)
"""The precision and scale of Prisma's `Decimal` where no `@db.` says another."""


def trimmed(text: str) -> str:
    """A decimal number as Prisma's client shows it: `9.99`, where PostgreSQL writes all 30 decimals."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def of_scale(number: Decimal, scale: int) -> Decimal:
    """The number as PostgreSQL rounds it for a column of this scale. Python's default context would keep 28 digits."""
    return number.quantize(Decimal(1).scaleb(-scale), context=EXACT)


def money(value: Decimal | str) -> Decimal:
    amount = decimal(None, None)(value)
    if not MIN_MONEY <= amount <= MAX_MONEY:
        raise ValueError(f"must be between {MIN_MONEY} and {MAX_MONEY}")
    if amount != of_scale(amount, MONEY_SCALE):
        raise ValueError(f"must have at most {MONEY_SCALE} digits behind the point")
    return amount
