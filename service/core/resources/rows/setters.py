"""Which columns of a row the fields of a payload set."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

import msgspec
from sqlalchemy.orm import InstrumentedAttribute

from service.core.resources.columns.conversions import Convert
from service.core.resources.columns.exact import as_stored
from service.core.type_info import fields_of
from service.prisma.types import is_json


class Setter(msgspec.Struct, frozen=True):
    """A field of a payload that sets a column."""

    name: str
    pointer: str
    key: str
    """The name of the model's attribute."""
    write: Convert
    """Converts the payload's value to what the column binds. Raises `ValueError`."""
    is_document: bool
    """Whether the column holds JSON."""


def setters_of(
    payload: type[msgspec.Struct],
    attribute: Callable[[str], InstrumentedAttribute[Any]],
    leave_out: Collection[str],
) -> Iterator[Setter]:
    """The fields of a payload that set a column; `attribute` gives the column, and those in `leave_out` set none.

    Call this once for each type of payload: it takes longer than all else that a write does in Python.
    """
    for field in fields_of(payload):
        if field.name not in leave_out:
            column = attribute(field.name)
            yield Setter(
                field.name,
                f"/{field.encode_name}",
                column.key,
                as_stored(column.type),
                is_document=is_json(column.type),
            )
