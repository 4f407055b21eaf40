"""Related rows inside of a row, in the same statement: a DTO, or a list of them, as the field of a DTO.

A related row crosses as a JSON list of texts, one for each of its columns, out of which come the values that the driver
gives for a row of its own: what is nested is converted as what is flat is.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import (
    ColumnElement,
    Dialect,
    FromClause,
    Integer,
    Select,
    func,
    literal,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, RelationshipProperty
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import UserDefinedType

from service.core.resources.mapping import Column, Field, Mapping, MappingError
from service.core.resources.nested_text import (
    Read,
    json_row,
    json_rows,
    nested,
    nested_text,
    outside,
    reader_of,
    sqlite_reader_of,
)

Relation: TypeAlias = InstrumentedAttribute[Any]
Expressions: TypeAlias = Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]]

Readers: TypeAlias = Sequence[tuple[int, Read]]

_decode = msgspec.json.Decoder(list[list[str | None]]).decode


def to_one(relation: Relation, mapping: Mapping[Any, Any]) -> Field:
    """The row that a row belongs to; None where there is none."""
    rows = _Rows(mapping.table, mapping.columns)
    sql = _Related(relation, mapping.table).rows(rows, mapping.visible, order=(), most=1)

    def read(value: Any) -> Any:
        found = rows.read(value)
        return mapping.to_dto(found[0]) if found else None

    return Field(sql, read)


def to_many(relation: Relation, mapping: Mapping[Any, Any], *, order: Expressions, most: int) -> Field:
    """The first `most` rows that belong to a row, in this order and then that of their keys."""
    rows = _Rows(mapping.table, mapping.columns)
    order = [*order, *mapping.key]
    sql = _Related(relation, mapping.table).rows(rows, mapping.visible, order=order, most=most)
    return Field(sql, lambda value: [mapping.to_dto(row) for row in rows.read(value)])


def values_of(relation: Relation, column: Column, *, most: int, visible: Expressions = ()) -> Field:
    """One column of the first `most` rows that belong to a row, in its own order."""
    table = relation.property.mapper.local_table
    rows = _Rows(table, [column.expression])
    sql = _Related(relation, table).rows(rows, visible, order=[column.expression], most=most)
    return Field(sql, lambda value: [each for (each,) in rows.read(value)])


def count_of(relation: Relation, *, visible: Expressions = ()) -> Field:
    """How many rows belong to a row."""
    related = _Related(relation, relation.property.mapper.local_table)
    return Field(nested(related.select(func.count(), visible).scalar_subquery(), Integer()))


def chain(relation: Relation, mapping: Mapping[Any, Any], *, most: int) -> Field:
    """What lies above a row along a relation of a model to itself, the uppermost first, `most` steps up.

    A circle, which only SQL can make, is walked once.
    """
    table = mapping.table
    related = _Related(relation, table)
    if len(related.pairs) != 1:
        raise MappingError(f"{relation} goes by several columns: a chain goes by one")
    ((lower, upper),) = related.pairs
    first = related.select(literal(1).label("step"), ()).add_columns(
        _column_in(related.table, upper).label("here"), _column_in(related.table, lower).label("above")
    )
    chained = first.cte(recursive=True, nesting=True)
    next_one = table.alias()
    chained = chained.union_all(
        select(chained.c.step + 1, _column_in(next_one, upper), _column_in(next_one, lower)).where(
            _same(next_one, upper, chained.c.above), chained.c.step < most
        )
    )
    steps = select(chained.c.here, func.min(chained.c.step).label("step")).group_by(chained.c.here).subquery()
    target = table.alias()
    rows = _Rows(table, mapping.columns)
    found = (
        select(rows.of(target))
        .where(_same(target, upper, steps.c.here), steps.c.here != outside(upper))
        .where(*_moved(mapping.visible, table, target))
        .order_by(steps.c.step.desc())
        .limit(most)
    )
    return Field(rows.listed(found), lambda value: [mapping.to_dto(row) for row in rows.read(value)])


class _Related:
    """The rows of a table that belong to the row outside, by their relation."""

    def __init__(self, relation: Relation, table: FromClause) -> None:
        prop = relation.property
        if not isinstance(prop, RelationshipProperty) or prop.mapper.local_table is not table:
            raise MappingError(f"{relation} is no relation that leads to {table}")
        self._source = table
        self.table = table.alias()
        self._from = [self.table]
        self.pairs = list(prop.local_remote_pairs or ())
        if prop.secondary is None:
            self._on = [_same(self.table, remote, outside(local)) for local, remote in self.pairs]
        else:
            link = prop.secondary.alias()
            self._from.append(link)
            self._on = [_same(link, linked, outside(local)) for local, linked in prop.synchronize_pairs]
            self._on += [
                _same(link, linked, _column_in(self.table, far))
                for far, linked in prop.secondary_synchronize_pairs or ()
            ]

    def select(self, what: ColumnElement[Any], visible: Expressions) -> Select[Any]:
        """What is asked of those rows that are visible."""
        where = [*self._on, *_moved(visible, self._source, self.table)]
        return select(what).select_from(*self._from).where(*where)

    def rows(
        self, rows: "_Rows", visible: Expressions, *, order: Expressions, most: int
    ) -> ColumnElement[Any]:
        order = _moved(order, self._source, self.table)
        return rows.listed(self.select(rows.of(self.table), visible).order_by(*order).limit(most))


class _Rows(UserDefinedType[list[list[Any]]]):
    """The rows that a driver would give for columns of a table, in one JSON text."""

    cache_ok = False

    def __init__(self, table: FromClause, columns: Expressions) -> None:
        # SQLAlchemy copies a type by the names of its arguments.
        self.table = table
        self.columns = columns
        self._readers = _by_position(reader_of(column.type) for column in columns)

    def of(self, other: FromClause) -> ColumnElement[str]:
        """A row of the table, which is called otherwise in the statement, as JSON."""
        return json_row(*(nested_text(column) for column in _moved(self.columns, self.table, other)))

    def listed(self, rows: Select[Any]) -> ColumnElement[Any]:
        """The rows of a SELECT of `of`."""
        inner = rows.subquery()
        return nested(select(json_rows(inner.c[0])).scalar_subquery(), self)

    def read(self, value: str | list[list[Any]]) -> list[list[Any]]:
        """Asyncpg gives the text itself; SQLite's rows come through SQLAlchemy, and `result_processor`."""
        return _read(value, self._readers) if isinstance(value, str) else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[..., list[list[Any]]] | None:
        del coltype
        if dialect.name != "sqlite":
            return None
        readers = _by_position(sqlite_reader_of(column.type, dialect) for column in self.columns)

        def read(value: Any) -> list[list[Any]]:
            return _read(value, readers)

        return read


def _by_position(readers: Iterable[Read | None]) -> Readers:
    """Of the columns whose values are not the texts themselves: most are."""
    return [(position, read) for position, read in enumerate(readers) if read]


def _read(text: str, readers: Readers) -> list[list[Any]]:
    rows: list[list[Any]] = _decode(text)
    for position, read in readers:
        for row in rows:
            if row[position] is not None:
                row[position] = read(row[position])
    return rows


def _column_in(table: FromClause, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of a table under the table's other name."""
    return table.c[str(column.key)]


def _same(table: FromClause, column: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[bool]:
    return _column_in(table, column) == other


def _moved(expressions: Expressions, table: FromClause, other: FromClause) -> list[ColumnElement[Any]]:
    """The expressions over the columns of a table as expressions over those of its other name.

    SQLAlchemy's own adapter would also move what an inner query says of the same table under a third name.
    """

    def move(element: Any, **_: object) -> ColumnElement[Any] | None:
        return _column_in(other, element) if getattr(element, "table", None) is table else None

    said = (each.expression if isinstance(each, InstrumentedAttribute) else each for each in expressions)
    return [replacement_traverse(each, {}, move) for each in said]
