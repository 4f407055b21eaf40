"""How values cross by which rows are found: nothing of them is left out, so that what is shown finds its row."""

from typing import Any

import msgspec
from sqlalchemy import types
from sqlalchemy.types import TypeEngine

from service.core.resources.columns import wire
from service.core.resources.columns.conversions import Conversion, conversion_of
from service.prisma.types import plain_type

MILLISECONDS = 3
"""Digits of a second that callers see."""


def is_finer_than_shown(kind: TypeEngine[Any]) -> bool:
    """Whether it may hold parts of milliseconds, which callers see of keys alone."""
    plain = plain_type(kind)
    precision: int | None = getattr(plain, "precision", None)
    return isinstance(plain, types.DateTime | types.Time) and (precision is None or precision > MILLISECONDS)


def key_conversion_of(kind: TypeEngine[Any]) -> Conversion:
    """That of a column which rows are found by: nothing of its value is left out.

    Prisma's client leaves out microseconds here too, and so finds no row by such a key that it has read.
    """
    conversion = conversion_of(kind)
    if not is_finer_than_shown(kind):
        return conversion
    if isinstance(plain_type(kind), types.Time):
        return msgspec.structs.replace(conversion, select=wire.key_time_text)
    return msgspec.structs.replace(conversion, select=wire.key_moment_text)
