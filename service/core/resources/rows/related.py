"""Related rows in subqueries, where an alias stands for their table."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeGuard

from sqlalchemy import ColumnElement, FromClause, Integer, Select, Table, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute, RelationshipProperty
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from service.core.database.statement import Expression
from service.core.resources.columns.nested_text import outside
from service.prisma.base import Base, ViewBase


class Related:
    """The rows that a relation leads to from the row outside the subquery; `table` is the alias of their table."""

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
        """Selects `what` of related rows for which `where` holds, which is written over the table, not the alias."""
        held = adapted(where, self.source, self.table)
        return select(what).select_from(*self._from).where(*self._on, *held)


def relationship_of(relation: InstrumentedAttribute[Any]) -> RelationshipProperty[Any]:
    """The relationship of an attribute. Raises `TypeError` for an attribute without one."""
    if not isinstance(relation.property, RelationshipProperty):
        raise TypeError(f"{relation} is no relation")
    return relation.property


def table_of(model: type[Base | ViewBase]) -> "Table[Any]":
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is no table or view")
    return table  # pyright: ignore[reportUnknownVariableType]  # isinstance knows no columns of it


def column_in(table: FromClause, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column of `table`, an alias, that stands for a column of the aliased table."""
    return table.c[str(column.key)]


def constant(number: int) -> ColumnElement[int]:
    """A number written into the SQL, so that PostgreSQL plans for it, and nothing is bound at each call."""
    return literal_column(str(number), Integer())


def columns_of(table: FromClause, expressions: Iterable[Expression]) -> list[ColumnElement[Any]]:
    """The columns of a table that expressions use, each once."""
    parts: Iterator[object] = (part for each in _sql_of(expressions) for part in iterate(each))
    # The table's own columns: in a subquery, the mapper's would be named after their attributes.
    return list(dict.fromkeys(column_in(table, part) for part in parts if _is_of(part, table)))


def same(table: FromClause, column: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[bool]:
    return column_in(table, column) == other


def adapted(
    expressions: Iterable[Expression], table: FromClause, other: FromClause
) -> list[ColumnElement[Any]]:
    """The expressions with columns of `table` replaced by those of `other`, an alias or subquery of it.

    SQLAlchemy's own adapter would also replace those of a third alias of the table, in an inner query.
    """

    def move(element: Any, **_: object) -> ColumnElement[Any] | None:
        return column_in(other, element) if _is_of(element, table) else None

    return [replacement_traverse(each, {}, move) for each in _sql_of(expressions)]


def _sql_of(expressions: Iterable[Expression]) -> Iterator[ColumnElement[Any]]:
    return (each.expression if isinstance(each, InstrumentedAttribute) else each for each in expressions)


def _is_of(part: object, table: FromClause) -> TypeGuard[ColumnElement[Any]]:
    return getattr(part, "table", None) is table
