"""Rows that belong to a row by a relation, under other names in the statement."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeGuard

from sqlalchemy import ColumnElement, FromClause, Integer, Select, Table, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute, RelationshipProperty
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from service.core.database.statement import Expression
from service.core.resources.columns.nested_text import outside
from service.prisma.base import Base, ViewBase


class Related:
    """The rows of a table that belong to the row outside, by their relation."""

    def __init__(self, relation: InstrumentedAttribute[Any]) -> None:
        prop = relationship_of(relation)
        self.source = prop.mapper.local_table
        self.model = prop.mapper.class_
        self.table = self.source.alias()
        self._from = [self.table]
        self.pairs = list(prop.local_remote_pairs or ())
        if prop.secondary is None:
            self._on = [same(self.table, remote, outside(local)) for local, remote in self.pairs]
        else:
            link = prop.secondary.alias()
            self._from.append(link)
            self._on = [same(link, linked, outside(local)) for local, linked in prop.synchronize_pairs]
            self._on += [
                same(link, linked, column_in(self.table, far))
                for far, linked in prop.secondary_synchronize_pairs or ()
            ]

    def select(self, what: ColumnElement[Any], *where: ColumnElement[bool]) -> Select[Any]:
        """`what` of those rows for which `where` holds, which is written over the table itself."""
        held = adapted(where, self.source, self.table)
        return select(what).select_from(*self._from).where(*self._on, *held)


def relationship_of(relation: InstrumentedAttribute[Any]) -> RelationshipProperty[Any]:
    """Raises `TypeError` for an attribute that is none."""
    if not isinstance(relation.property, RelationshipProperty):
        raise TypeError(f"{relation} is no relation")
    return relation.property


def table_of(model: type[Base | ViewBase]) -> "Table[Any]":
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is no table or view")
    return table  # pyright: ignore[reportUnknownVariableType]  # isinstance knows no columns of it


def column_in(table: FromClause, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of a table under the table's other name."""
    return table.c[str(column.key)]


def constant(number: int) -> ColumnElement[int]:
    """A number that stands in the SQL: PostgreSQL plans for it, and nothing is bound at each call."""
    return literal_column(str(number), Integer())


def columns_of(table: FromClause, expressions: Iterable[Expression]) -> list[ColumnElement[Any]]:
    """The columns of a table that expressions use, each once."""
    parts: Iterator[object] = (part for each in _sql_of(expressions) for part in iterate(each))
    # The table's own: the mapper's would be called by their attributes in a subquery.
    return list(dict.fromkeys(column_in(table, part) for part in parts if _is_of(part, table)))


def same(table: FromClause, column: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[bool]:
    return column_in(table, column) == other


def adapted(
    expressions: Iterable[Expression], table: FromClause, other: FromClause
) -> list[ColumnElement[Any]]:
    """The expressions over the columns of a table as expressions over those of its other name.

    SQLAlchemy's own adapter would also move what an inner query says of the same table under a third name.
    """

    def move(element: Any, **_: object) -> ColumnElement[Any] | None:
        return column_in(other, element) if _is_of(element, table) else None

    return [replacement_traverse(each, {}, move) for each in _sql_of(expressions)]


def _sql_of(expressions: Iterable[Expression]) -> Iterator[ColumnElement[Any]]:
    return (each.expression if isinstance(each, InstrumentedAttribute) else each for each in expressions)


def _is_of(part: object, table: FromClause) -> TypeGuard[ColumnElement[Any]]:
    return getattr(part, "table", None) is table
