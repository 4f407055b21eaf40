"""Enums whose members carry Prisma's names, over a database that may store others."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Self

import sqlalchemy as sa


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
    """The database's names of the members, for `values_callable` of SQLAlchemy's `Enum`."""
    return [member.stored for member in members]


class CrossedEnum(sa.TypeDecorator[Any]):
    """An enum that stores a member under the name of another one.

    SQLAlchemy finds members by their text, and would find that other one.
    """

    impl = sa.Enum
    cache_ok = True

    def __init__(self, kind: type[PrismaEnum], name: str, *, schema: str | None = None) -> None:
        super().__init__(kind, name=name, schema=schema, values_callable=stored_values)
        self.kind = kind
        self.name = name
        self.schema = schema

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        del dialect
        return value.stored if isinstance(value, PrismaEnum) else value
