"""How values of keys and foreign keys are converted: without loss, so that a value as it is shown finds its row."""

from typing import Any

import msgspec
from sqlalchemy import types
from sqlalchemy.types import TypeEngine

from service.core.resources.columns import wire
from service.core.resources.columns.conversions import Conversion, conversion_of
from service.prisma.types import plain_type

MILLISECONDS = 3
"""How many digits of a second callers see."""


def is_finer_than_shown(kind: TypeEngine[Any]) -> bool:
    """Whether a type may hold parts of milliseconds, which callers see in keys only."""
    plain = plain_type(kind)
    precision: int | None = getattr(plain, "precision", None)
    return isinstance(plain, types.DateTime | types.Time) and (precision is None or precision > MILLISECONDS)


def key_conversion_of(kind: TypeEngine[Any]) -> Conversion:
    """The conversion of a column by which rows are found, which shows microseconds too.

    Prisma's client drops microseconds even in keys, and so finds no row by such a key that it has read.
    """
    conversion = conversion_of(kind)
    if not is_finer_than_shown(kind):
        return conversion
    if isinstance(plain_type(kind), types.Time):
        return msgspec.structs.replace(conversion, select=wire.key_time_text)
    return msgspec.structs.replace(conversion, select=wire.key_moment_text)
