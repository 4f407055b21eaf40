"""How conditions use a token's claims: what each claim is compared with, and the value that is bound for it."""

from operator import eq
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, types
from sqlalchemy.sql.elements import BinaryExpression, BindParameter
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

from service.core.resources.columns.conversions import conversion_of
from service.core.resources.conditions import Claim, Condition, Part
from service.core.storable_text import why_unstorable
from service.prisma.types import plain_type

SUBJECT = "sub"
"""The claim that holds the acting user's id."""


class ClaimUse(msgspec.Struct, frozen=True):
    """A claim, and what it is compared with: a column, or a constant."""

    name: str
    other: ColumnElement[Any]

    @property
    def constant(self) -> object:
        """The constant that the claim is compared with; None where it is compared with a column."""
        return self.other.value if isinstance(self.other, BindParameter) else None

    @property
    def key(self) -> tuple[str, str]:
        """Equal for uses that bind the same value: the claim's name, and the constant or the type of the column."""
        if self.constant is not None:
            return self.name, f"is {self.constant!r}"
        return self.name, repr(plain_type(self.other.type))

    def value(self, said: object) -> object:
        """The claim's value `said`, as the column binds it. Raises `ValueError` where the comparison cannot be true."""
        if isinstance(said, bool) or not isinstance(said, str | int):
            raise ValueError("is no text or whole number")  # noqa: TRY004  # all wrong values of a claim raise the same
        if why := why_unstorable(str(said)):
            raise ValueError(why)
        if self.constant is not None and str(said) != str(self.constant):
            raise ValueError("has another value than it must have")
        return str(said) if self.constant is not None else conversion_of(self.other.type).write(str(said))


def claim_use(part: Condition) -> ClaimUse | None:
    """The claim that a part of a condition compares, and with what; None where the part holds no claim.

    Raises `TypeError` where a claim, or a condition such as `signed_in()`, is used in any other way.
    """
    if isinstance(part, BinaryExpression):
        sides = [part.left, part.right]
        for one, other in (sides, reversed(sides)):
            if isinstance(one, Claim) and _is_comparable(other, part):
                return ClaimUse(one.name, other)
    if any(isinstance(each, Claim | Part) for each in iterate(part)):
        raise TypeError(
            f"{type(part).__name__}: a claim is compared with a column of text, whole numbers or uuids, or is `==` a constant, "
            "and conditions are joined by `&` and `|` alone"
        )
    return None


def _is_comparable(other: ColumnElement[Any], comparison: BinaryExpression[Any]) -> bool:
    if isinstance(other, BindParameter):
        return comparison.operator is eq and isinstance(other.value, str | int)
    return can_be_claimed(other.type)


def can_be_claimed(kind: TypeEngine[Any]) -> bool:
    """Whether a claim can be compared with a column of this type: text, whole numbers, uuids."""
    plain = plain_type(kind)
    return isinstance(plain, types.String | types.Integer | types.Uuid) and not isinstance(plain, types.Enum)
