"""Which field holds a text that PostgreSQL could not read, of those that only PostgreSQL can check."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.types import TypeEngine

from service.core.database.sqlstate import driver_error
from service.core.resources.rows.model_rows import table_columns_of
from service.prisma.base import Base
from service.prisma.types import AsText, ScalarList

_LENGTH = re.compile(r" ?\(\d+\)")


def malformed(error: Exception, model: type[Base], values: Mapping[str, object]) -> Mapping[str, str]:
    """The attributes whose text may have caused the error, each with its type's name.

    These are bound as text; the driver itself has read the values of all others by then.
    """
    said = str(driver_error(error))
    given = {
        key: kind.name
        for key, column in table_columns_of(model).items()
        if values.get(key) is not None and (kind := _text_kind(column.type))
    }
    quoted = {key: kind for key, kind in given.items() if _is_quoted(values[key], said)}
    of_type = {key: kind for key, kind in (quoted or given).items() if f"type {_bare(kind)}" in _bare(said)}
    return of_type or quoted or given


def _text_kind(kind: TypeEngine[Any]) -> AsText | None:
    kind = kind.item if isinstance(kind, ScalarList) else kind
    return kind if isinstance(kind, AsText) else None


def _is_quoted(value: Any, said: str) -> bool:
    texts: Iterable[object] = [value] if isinstance(value, str) else value
    return any(f'"{each}"' in said for each in texts)


def _bare(text: str) -> str:
    return _LENGTH.sub("", text)
