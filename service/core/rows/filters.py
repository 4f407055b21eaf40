"""What a query parameter asks of a column: a condition over bound values, built once for each number of them."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import BindParameter, ColumnElement, Text, and_, bindparam, or_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from service.core.rows.wire import list_contains

Column = InstrumentedAttribute[Any]
Binds = Sequence[BindParameter[Any]]


class Filter(msgspec.Struct, frozen=True):
    """A condition; the type that its values are bound as; and what to make of a value first."""

    build: Callable[[Binds], ColumnElement[bool]]
    bind_type: TypeEngine[Any]
    prepare: Callable[[Any], Any] = lambda value: value

    def condition(self, name: str, count: int) -> ColumnElement[bool]:
        return self.build([bindparam(f"{name}_{index}", type_=self.bind_type) for index in range(count)])


def equals(column: Column) -> Filter:
    return Filter(lambda binds: column == binds[0], column.type)


def one_of(column: Column) -> Filter:
    return Filter(column.in_, column.type)


def holds_all(column: Column) -> Filter:
    """Every value given is in the list."""
    return Filter(lambda binds: and_(*(list_contains(column, bind) for bind in binds)), Text())


def at_or_after(column: Column) -> Filter:
    return Filter(lambda binds: column >= binds[0], column.type)


def before(column: Column) -> Filter:
    return Filter(lambda binds: column < binds[0], column.type)


def text_in(*columns: Column) -> Filter:
    """The text occurs in one of the columns, whatever its case."""
    return Filter(
        lambda binds: or_(*(column.ilike(binds[0], escape="\\") for column in columns)), Text(), _like_pattern
    )


def _like_pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
