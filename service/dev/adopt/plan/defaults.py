"""Turns Prisma's defaults into defaults of payloads' fields."""

from decimal import Decimal
from typing import Any

from sqlalchemy import types
from sqlalchemy.types import TypeEngine

from service.dev.schema.values import Expression, Word
from service.prisma.types import ScalarList


def literal_of(default: Expression, kind: TypeEngine[Any]) -> object:
    """The value of `@default(...)` for a column of this type; None where a payload's field cannot default to it."""
    match default:
        # Before true and false, which an enum may have among its values.
        case Word() if isinstance(kind, types.Enum) and kind.enum_class:
            return next((member for member in kind.enum_class if member.value == default.text), None)
        case Word("true" | "false"):
            return default.text == "true"
        case () if isinstance(kind, ScalarList):
            return []
        case int() | str() | Decimal():
            return _scalar(default, kind)
        case _:
            return None


def _scalar(default: int | str | Decimal, kind: TypeEngine[Any]) -> object:
    match kind:
        case (
            types.Enum() | types.JSON() | types.DateTime() | types.Date() | types.Time() | types.LargeBinary()
        ):
            return None
        case types.BigInteger() | types.Numeric() if not isinstance(kind, types.Float):
            return str(default)
        case types.Integer():
            return int(default)
        case types.Float():
            return float(default)
        case types.String():
            return str(default)
        case _:
            return None
