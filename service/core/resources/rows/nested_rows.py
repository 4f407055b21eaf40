"""Rows of a table in one JSON text, and how that is read back to the values that a driver would give."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import ColumnElement, FromClause, Select
from sqlalchemy.types import UserDefinedType

from service.core.database.statement import Expression
from service.core.resources.columns.conversions import Readers, by_position, each, read_columns
from service.core.resources.columns.nested_text import (
    ROW,
    decoded_as,
    json_row,
    json_rows,
    nested,
    nested_text,
    reader_of,
)
from service.core.resources.rows.related import adapted

Row: TypeAlias = Sequence[Any]


class NestedRows(UserDefinedType[str]):
    """The type of an SQL value that holds rows of a table, with these columns, in one JSON text."""

    cache_ok = False

    def __init__(self, table: FromClause, columns: Callable[[], Sequence[Expression]]) -> None:
        # Attributes are called like the arguments, by whose names SQLAlchemy copies a type.
        self.table = table
        self.columns = columns

    def of(self, other: FromClause) -> ColumnElement[str]:
        """A row of the table, which is the alias `other` in the statement."""
        columns = adapted(self.columns(), self.table, other)
        return json_row(*(nested_text(column) for column in columns)).label(ROW)

    def listed(self, rows: Select[Any]) -> ColumnElement[Any]:
        """The rows of a SELECT of `of`, in one JSON text."""
        return nested(json_rows(rows), self)

    def read(self, texts: Sequence[str]) -> tuple[Sequence[Row], Sequence[int]]:
        """The rows of all these texts together, and how many rows each text has."""
        read = self._decode(f"[{','.join(texts)}]")
        rows: Sequence[Row] = [row for some in read for row in some]
        if rows and self._readers:
            rows = [*zip(*read_columns(rows, self._readers), strict=True)]
        return rows, [*map(len, read)]

    @cached_property
    def _decode(self) -> Callable[[str], Sequence[Sequence[Row]]]:
        rows: Any = list[list[tuple[*(decoded_as(column.type) for column in self.columns())]]]
        return msgspec.json.Decoder(rows, strict=False).decode

    @cached_property
    def _readers(self) -> Readers:
        readers = (reader_of(column.type) for column in self.columns())
        return by_position(read and each(read) for read in readers)


def split(items: Iterable[Any], counts: Iterable[int]) -> list[list[Any]]:
    """The items split into lists of these lengths."""
    rest = iter(items)
    return [[*islice(rest, count)] for count in counts]
