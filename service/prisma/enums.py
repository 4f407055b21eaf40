"""Enums whose members carry Prisma's names, over a database that may store others."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self


class PrismaEnum(StrEnum):
    """`NAME = "NAME"`, or `NAME = "NAME", "stored"` where the database stores another text."""

    _value_: str
    stored: str

    def __new__(cls, name: str, stored: str | None = None) -> Self:
        member = str.__new__(cls, name)
        member._value_ = name
        member.stored = name if stored is None else stored
        return member


def stored_values(members: Iterable[PrismaEnum]) -> list[str]:
    """For `values_callable` of SQLAlchemy's `Enum`: what the database calls the members."""
    return [member.stored for member in members]
