"""How values are compared: as they are, not rounded to what a column can hold, and as PostgreSQL compares them.

So 1.23 is not at least 1.234, which a column with two digits behind the point would round to 1.23. Python and PostgreSQL
differ, too:

- `comparable` of a conversion: whether PostgreSQL has `=` for the type.
- `tells_apart`: whether its `=` sees every difference that callers see.
- `canonical`: the form of a value in which Python's `==` agrees with it.
- `is_equal_as_in_python` of `lookups`: whether Python's `==` agrees without that.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, CHAR, Float, Numeric, TypeDecorator
from sqlalchemy.dialects.postgresql import CITEXT, TIME
from sqlalchemy.types import TypeEngine

from service.core.resources.columns.conversions import Convert, conversion_of, unchanged
from service.prisma.types import ExactDecimal, ExactMoney, UtcTimestamp, plain_type


class ComparedDecimal(TypeDecorator[Decimal]):
    """A number of any scale, to be compared with a column that has a fixed scale."""

    impl = Numeric
    cache_ok = True

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale


def compared_as(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type as which a value is bound for a comparison with a column of this type."""
    match kind:
        case UtcTimestamp():
            return UtcTimestamp(None, timezone=kind.timezone)
        case ExactDecimal(scale=int() as scale) if not isinstance(kind, ExactMoney):
            return ComparedDecimal(scale)
        case TIME(timezone=False):
            return TIME()
        case _:
            return kind


def exactly(kind: TypeEngine[Any]) -> Convert:
    """A function that converts a value to what a column of this type binds.

    It raises `ValueError` for a value that is finer than the column can hold.
    """
    conversion = conversion_of(kind)
    write, truncate = conversion.write, conversion.truncate
    if truncate is None:
        return write

    def convert(value: Any) -> Any:
        written = write(value)
        if truncate(written) != written:
            raise ValueError("is finer than what can be stored")
        return written

    return convert


def as_stored(kind: TypeEngine[Any]) -> Convert:
    """A function that converts a value to what a column of this type holds once it is stored."""
    conversion = conversion_of(kind)
    write, truncate = conversion.write, conversion.truncate
    return write if truncate is None else lambda value: truncate(write(value))


def canonical(kind: TypeEngine[Any]) -> Convert:
    """A function that gives values of this type a form in which Python compares them as PostgreSQL does."""
    match plain_type(kind):
        case CITEXT():
            return str.lower
        case CHAR():
            return lambda text: text.rstrip(" ")
        case _:
            return unchanged


def tells_apart(kind: TypeEngine[Any]) -> bool:
    """Whether PostgreSQL's `=` tells apart all values of a type that look different to callers.

    It does not for a `citext`, where `News` equals `NEWS`, or a number without a fixed scale, where 1.0 equals 1.00.
    """
    match plain_type(kind):
        case ARRAY() as many:
            return tells_apart(many.item_type)
        case CITEXT() | Numeric(scale=None) as plain:
            return isinstance(plain, Float)
        case _:
            return conversion_of(kind).comparable
