"""Values that columns are compared with, which are not rounded as stored ones are: nothing that is 1.23 is at least 1.234."""

from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, CHAR, Float, Numeric, TypeDecorator
from sqlalchemy.dialects.postgresql import CITEXT, TIME
from sqlalchemy.types import TypeEngine

from service.core.resources.columns.conversions import Convert, conversion_of, unchanged
from service.prisma.types import ExactDecimal, ExactMoney, UtcTimestamp, plain_type


class ComparedDecimal(TypeDecorator[Decimal]):
    """A number of any scale, to be compared with a column of one."""

    impl = Numeric
    cache_ok = True

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale


def compared_as(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """What a value is bound as, to be compared with a column of a type."""
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
    """Makes of a value what a column of a type binds. Raises `ValueError` where it is finer than what the column holds."""
    conversion = conversion_of(kind)
    write, keep = conversion.write, conversion.keep
    if keep is None:
        return write

    def convert(value: Any) -> Any:
        written = write(value)
        if keep(written) != written:
            raise ValueError("is finer than what can be stored")
        return written

    return convert


def as_stored(kind: TypeEngine[Any]) -> Convert:
    """Makes of a value what a column of a type then holds."""
    conversion = conversion_of(kind)
    write, keep = conversion.write, conversion.keep
    return write if keep is None else lambda value: keep(write(value))


def canonical(kind: TypeEngine[Any]) -> Convert:
    """What gives values that columns of a type bind the form in which Python too takes for equal what PostgreSQL does."""
    match plain_type(kind):
        case CITEXT():
            return str.lower
        case CHAR():
            return lambda text: text.rstrip(" ")
        case _:
            return unchanged


def tells_apart(kind: TypeEngine[Any]) -> bool:
    """Whether PostgreSQL's `=` tells apart what callers see of a type.

    `News` and `NEWS` are equal in a `citext`, 1.0 and 1.00 in a number of no stated scale.
    """
    match plain_type(kind):
        case ARRAY() as many:
            return tells_apart(many.item_type)
        case CITEXT() | Numeric(scale=None) as plain:
            return isinstance(plain, Float)
        case _:
            return conversion_of(kind).comparable
