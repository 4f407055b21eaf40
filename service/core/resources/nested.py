"""Related rows inside of a row, in the same statement: a DTO, or a list of them, as the field of a DTO.

A related row crosses as a JSON list of texts, one for each of its columns, out of which come the values that the driver
gives for a row of its own: what is nested is converted as what is flat is.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import (
    ColumnElement,
    Dialect,
    FromClause,
    Integer,
    Select,
    case,
    func,
    select,
)
from sqlalchemy.orm import MANYTOONE, InstrumentedAttribute
from sqlalchemy.types import UserDefinedType

from service.core.resources.conditions import Access, RowCondition
from service.core.resources.conversions import Convert, Read, conversion_of, each
from service.core.resources.links import Link, link_of
from service.core.resources.mapping import Column, Field, Mapping, MappingError, Relation
from service.core.resources.nested_text import (
    ROW,
    decoded_as,
    json_row,
    json_rows,
    nested,
    nested_text,
    outside,
    reader_of,
    sqlite_reader_of,
)
from service.core.resources.related import Related, column_in, constant, moved, same

Expressions: TypeAlias = Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]]

Readers: TypeAlias = Sequence[tuple[int, Read]]

Row: TypeAlias = Sequence[Any]

_decode_texts = msgspec.json.Decoder(list[list[str | None]]).decode


def to_one(relation: Relation, mapping: Mapping[Any, Any]) -> Field:
    """The row that a row belongs to; None where there is none that the caller may read."""
    rows = _Rows(mapping.table, mapping.columns)
    sql = rows.listed(_related(relation, rows).limit(constant(1)))

    def read(values: Sequence[Any]) -> list[Any]:
        found, counts = rows.read(values)
        shown = iter(mapping.to_dtos(found))
        return [next(shown) if count else None for count in counts]

    belongs_to_it = relation.property.direction is not MANYTOONE
    return Field(sql, read, shows=mapping, relation=relation, is_set=belongs_to_it)


def to_many(relation: Relation, mapping: Mapping[Any, Any], *, order: Expressions, most: int) -> Field:
    """The first `most` rows that belong to a row and that the caller may read, in this order and then that of their keys."""
    rows = _Rows(mapping.table, mapping.columns)
    related = _related(relation, rows, order=[*order, *mapping.key])

    def read(values: Sequence[Any]) -> list[list[Any]]:
        found, counts = rows.read(values)
        return _apart(mapping.to_dtos(found), counts)

    return Field(
        rows.listed(related.limit(constant(most))), read, shows=mapping, relation=relation, is_set=True
    )


def values_of(relation: Relation, column: Column, *, most: int) -> Field:
    """One column of the first `most` rows that belong to a row and that the caller may read, in its own order.

    A payload that holds the field of the same name links the row with other rows, where the column is the key of these
    and the relation goes by a join table: `most` is to be all of them then, since those that are left out are taken away.
    """
    conversion = conversion_of(column.type)
    link = link_of(relation, column)
    if link is None or not link.far.foreign_keys:
        rows = _Rows(column.class_.__table__, [conversion.select(column.expression)])
        related = _related(relation, rows, order=[column.expression])
    else:
        rows = _Rows(link.table, [conversion.select(link.far)])
        related = _linked(link, rows)

    def read(values: Sequence[Any]) -> list[list[Any]]:
        found, counts = rows.read(values)
        column = [value for (value,) in found]
        return _apart(conversion.read(column) if conversion.read else column, counts)

    return Field(rows.listed(related.limit(constant(most))), read, relation=relation, is_set=True, link=link)


def count_of(relation: Relation) -> Field:
    """How many rows belong to a row, of those that the caller may read."""
    counted = Related(relation).select(func.count(), _is_readable(relation)).scalar_subquery()
    return Field(nested(counted, Integer()), relation=relation, is_set=True)


def chain(relation: Relation, mapping: Mapping[Any, Any], *, most: int) -> Field:
    """What lies above a row along a relation of a model to itself, the uppermost first, `most` steps up.

    It leads past rows that the caller may not read. A circle, which only SQL can make, is walked once.
    """
    table = mapping.table
    related = Related(relation)
    if len(related.pairs) != 1:
        raise MappingError(f"{relation} goes by several columns: a chain goes by one")
    ((lower, upper),) = related.pairs
    rows = _Rows(table, [*mapping.columns, *mapping.key])

    def step(number: ColumnElement[int], row: FromClause) -> list[ColumnElement[Any]]:
        (is_readable,) = moved([mapping.is_readable], table, row)
        shown = case((is_readable, rows.of(row)))
        return [number.label("step"), shown.label(ROW), column_in(row, lower).label("above")]

    def is_another(row: FromClause) -> ColumnElement[bool]:
        return column_in(row, upper) != outside(upper)

    number, *rest = step(constant(1), related.table)
    chained = related.select(number).add_columns(*rest).where(is_another(related.table))
    chained = chained.cte(recursive=True, nesting=True)
    next_one = table.alias()
    chained = chained.union_all(
        select(*step(chained.c.step + constant(1), next_one)).where(
            same(next_one, upper, chained.c.above), is_another(next_one), chained.c.step < constant(most)
        )
    )
    found = select(chained.c[ROW]).where(chained.c[ROW].is_not(None)).order_by(chained.c.step)

    def read(values: Sequence[Any]) -> list[list[Any]]:
        chains: list[list[Any]] = []
        for steps in _apart(*rows.read(values)):
            # In a circle above the row each comes again and again: the nearest counts.
            nearest: dict[Any, Row] = {}
            for row in steps:
                nearest.setdefault((*row[mapping.width :],), row)
            chains.append(mapping.to_dtos([*reversed(nearest.values())]))
        return chains

    return Field(rows.listed(found), read, shows=mapping, relation=relation)


def _is_readable(relation: Relation) -> RowCondition:
    return RowCondition(relation.property.mapper, Access.READ)


def _related(relation: Relation, rows: "_Rows", *, order: Expressions = ()) -> Select[Any]:
    related = Related(relation)
    if related.source is not rows.table:
        raise MappingError(f"{relation} does not lead to {rows.table}")
    found = related.select(rows.of(related.table), _is_readable(relation))
    return found.order_by(*moved(order, related.source, related.table))


def _linked(link: Link, rows: "_Rows") -> Select[Any]:
    """The same by the join table alone, in which the key of each of them is."""
    joined = link.table.alias()
    far = column_in(joined, link.far)
    is_readable = RowCondition(link.key.class_.__mapper__, Access.READ, by=far)
    return (
        select(rows.of(joined)).where(same(joined, link.near, outside(link.own)), is_readable).order_by(far)
    )


class _Rows(UserDefinedType[Sequence[Row]]):
    """The rows that a driver would give for columns of a table, in one JSON text."""

    cache_ok = False

    def __init__(self, table: FromClause, columns: Expressions) -> None:
        # SQLAlchemy copies a type by the names of its arguments.
        self.table = table
        self.columns = columns
        kind: Any = tuple[*(decoded_as(column.type) for column in columns)]
        self._decode = msgspec.json.Decoder(list[list[kind]], strict=False).decode
        self._readers = _by_position(reader_of(column.type) for column in columns)

    def of(self, other: FromClause) -> ColumnElement[str]:
        """A row of the table, which is called otherwise in the statement."""
        return json_row(*(nested_text(column) for column in moved(self.columns, self.table, other))).label(
            ROW
        )

    def listed(self, rows: Select[Any]) -> ColumnElement[Any]:
        """The rows of a SELECT of `of`."""
        return nested(json_rows(rows), self)

    def read(self, values: Sequence[str | Sequence[Row]]) -> tuple[Sequence[Row], Sequence[int]]:
        """The rows of all these values, and how many each of them has.

        Asyncpg gives the text itself; SQLite's rows come through SQLAlchemy, and `result_processor`.
        """
        texts = [value for value in values if isinstance(value, str)]
        read: Sequence[Sequence[Row]] = self._decode(f"[{','.join(texts)}]") if texts else values
        rows = [row for some in read for row in some]
        return _read(rows, self._readers) if texts else rows, [*map(len, read)]

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[..., Sequence[Row] | None] | None:
        del coltype
        if dialect.name != "sqlite":
            return None
        readers = _by_position(sqlite_reader_of(column.type, dialect) for column in self.columns)

        def read(value: Any) -> Sequence[Row] | None:
            return None if value is None else _read(_decode_texts(value), readers)

        return read


def _by_position(readers: Iterable[Convert | None]) -> Readers:
    """Of the columns whose values are not those that were decoded: most are."""
    return [(position, each(read)) for position, read in enumerate(readers) if read]


def _read(rows: Sequence[Row], readers: Readers) -> Sequence[Row]:
    if not (rows and readers):
        return rows
    columns: list[Sequence[Any]] = [*zip(*rows, strict=True)]
    for position, read in readers:
        columns[position] = read(columns[position])
    return [*zip(*columns, strict=True)]


def _apart(items: Iterable[Any], counts: Iterable[int]) -> list[list[Any]]:
    """The first so many, the next so many, and so on."""
    rest = iter(items)
    return [[*islice(rest, count)] for count in counts]
