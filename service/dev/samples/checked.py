"""Rows for tables whose CHECKs hold columns against each other: which columns are given, and with which values."""

import re
from collections.abc import Container, Mapping, Sequence
from enum import Enum, auto
from functools import cache
from random import Random
from typing import Any

import msgspec
import sqlalchemy as sa

from service.dev.samples.listed import sample_of
from service.dev.samples.order import AnyTable
from service.prisma.types import plain_type

FEW = (0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 8, 11)
"""Numbers of drawn values: small ones for `position BETWEEN 1 AND 3`, several to find a `closesAt` after `opensAt`."""
TEXT = re.compile(r"'(?:[^']|'')*'")
WORD = re.compile(r"\w+")
COMPARED = (sa.Boolean, sa.Date, sa.DateTime, sa.Enum, sa.Integer, sa.Numeric, sa.Time)
"""The types whose values are drawn; of the others there are too many for a CHECK to hold one against another."""


class Form(Enum):
    """Which columns a made-up row gives."""

    FULL = auto()
    BARE = auto()
    """The required ones alone: many a CHECK holds for these."""
    DRAWN = auto()
    """Of those in CHECKs only some, with values that differ: `num_nonnulls(a, b) = 1` holds for half of the draws."""


class Draw(msgspec.Struct, frozen=True):
    """What a row leaves out of what it may, and the values that are not by the row's own number."""

    without: Container[str] = frozenset[str]()
    values: Mapping[str, Any] = {}


@cache
def checked(table: AnyTable) -> Sequence["sa.Column[Any]"]:
    """The columns that the table's CHECKs name, without those of its key."""
    texts = (str(each.sqltext) for each in table.constraints if isinstance(each, sa.CheckConstraint))
    named = {word for text in texts for word in WORD.findall(TEXT.sub("", text))}
    return [column for column in table.columns if column.name in named and not column.primary_key]


def draw(table: AnyTable, form: Form, number: int, taken: Sequence[Mapping[str, Any]]) -> Draw:
    """The draw with this number: of two, one is like a row that the database has `taken`."""
    if form is Form.FULL:
        return Draw()
    if form is Form.BARE:
        return Draw(without=table.columns.keys())
    random = Random(number)  # noqa: S311  # nobody has to guess what is made up
    columns = checked(table)
    compared = [column for column in columns if isinstance(plain_type(column.type), COMPARED)]
    if taken and number % 2:
        like = random.choice(taken)
        return Draw(
            without={column.name for column in columns if like.get(column.name) is None},
            values={column.name: like[column.name] for column in compared if column.name in like},
        )
    return Draw(
        without={column.name for column in columns if random.random() < 1 / 2},
        values={column.name: sample_of(column, random.choice(FEW)) for column in compared},
    )
