"""Related rows within a row, read in the same statement: a DTO, or a list of DTOs, as the field of a DTO.

A related row comes as a JSON list of texts, one for each of its columns. From these are made the values that the driver
gives for a row that stands by itself, so that nested rows are converted like any others.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    case,
    func,
    select,
)
from sqlalchemy.orm import MANYTOONE

from service.core.database.statement import Expression
from service.core.resources.columns.nested_text import ROW, nested, outside
from service.core.resources.conditions import Access, RowCondition
from service.core.resources.links import Link, link_of
from service.core.resources.mapping import Attribute, Field, Mapping, MappingError, Relation
from service.core.resources.rows.model_rows import shown_as
from service.core.resources.rows.nested_rows import NestedRows, Row, split
from service.core.resources.rows.related import (
    Related,
    adapted,
    column_in,
    columns_of,
    constant,
    relationship_of,
    same,
)


def to_one(relation: Relation, mapping: Mapping[Any, Any]) -> Field:
    """The field of one related row; None where there is none that the caller may read."""
    rows = NestedRows(_source(relation, mapping.table), lambda: mapping.columns)

    def read(values: Sequence[Any]) -> list[Any]:
        found, counts = rows.read(values)
        shown = iter(mapping.to_dtos(found))
        return [next(shown) if count else None for count in counts]

    return Field(
        lambda: rows.listed(_related(relation, rows).limit(constant(1))),
        read,
        shows=mapping,
        relation=relation,
        is_collection=relation.property.direction is not MANYTOONE,
        columns=_joining(relation),
    )


def to_many(
    relation: Relation, mapping: Mapping[Any, Any], *, order: Sequence[Expression], most: int
) -> Field:
    """The field of the first `most` related rows that the caller may read, in `order` and then that of their keys."""
    rows = NestedRows(_source(relation, mapping.table), lambda: mapping.columns)
    ordered = [*order, *mapping.key]

    def read(values: Sequence[Any]) -> list[list[Any]]:
        found, counts = rows.read(values)
        return split(mapping.to_dtos(found), counts)

    return Field(
        lambda: rows.listed(_related(relation, rows, order=ordered).limit(constant(most))),
        read,
        shows=mapping,
        relation=relation,
        is_collection=True,
        columns=[*_joining(relation), *columns_of(mapping.table, ordered)],
    )


def values_of(relation: Relation, column: Attribute, *, most: int) -> Field:
    """The field of one column of the first `most` related rows that the caller may read, in the column's own order.

    Where the column is the related rows' key and the relation goes by a join table, a payload with a field of this name
    sets the row's links. `most` must then allow for all of them, since links that a payload leaves out are removed.
    """
    conversion = shown_as(column)
    link = link_of(relation, column)
    if link is None or not link.far.foreign_keys:
        far: ColumnElement[Any] = column.expression
        rows = NestedRows(_source(relation, column.class_.__table__), lambda: [conversion.select(far)])
        related = partial(_related, relation, rows, order=[far])
        joining = _joining(relation)
    else:
        far = link.far
        rows = NestedRows(link.table, lambda: [conversion.select(far)])
        related = partial(_linked, link, rows)
        joining = [link.own, link.near]

    def read(values: Sequence[Any]) -> list[list[Any]]:
        found, counts = rows.read(values)
        held = [value for (value,) in found]
        return split(conversion.read(held) if conversion.read else held, counts)

    return Field(
        lambda: rows.listed(related().limit(constant(most))),
        read,
        relation=relation,
        is_collection=True,
        values=column,
        link=link,
        columns=[*joining, far],
    )


def count_of(relation: Relation) -> Field:
    """The field of the number of related rows that the caller may read."""

    def sql() -> ColumnElement[int]:
        counted = Related(relation).select(func.count(), _is_readable(relation)).scalar_subquery()
        return nested(counted, Integer())

    return Field(sql, relation=relation, is_collection=True, columns=_joining(relation))


def chain(relation: Relation, mapping: Mapping[Any, Any], *, most: int) -> Field:
    """The field of a row's ancestors by a model's relation to itself: the uppermost first, at most `most` steps up.

    Ancestors that the caller may not read are left out, and those above them still shown. A circle, which only SQL can
    make, is walked once.
    """
    if len(relationship_of(relation).local_remote_pairs or ()) != 1:
        raise MappingError(f"{relation} goes by several columns: a chain goes by one")
    rows = NestedRows(_source(relation, mapping.table), lambda: [*mapping.columns, *mapping.key])

    def read(values: Sequence[Any]) -> list[list[Any]]:
        chains: list[list[Any]] = []
        for steps in split(*rows.read(values)):
            # In a circle above the row, each row comes again and again: its first place, the nearest, counts.
            nearest: dict[Any, Row] = {}
            for row in steps:
                nearest.setdefault((*row[mapping.width :],), row)
            chains.append(mapping.to_dtos([*reversed(nearest.values())]))
        return chains

    return Field(
        lambda: rows.listed(_chained(relation, rows, mapping.is_readable, most)),
        read,
        shows=mapping,
        relation=relation,
        columns=_joining(relation),
    )


def _chained(relation: Relation, rows: NestedRows, condition: RowCondition, most: int) -> Select[Any]:
    table = rows.table
    related = Related(relation)
    ((lower, upper),) = related.pairs

    def step(number: ColumnElement[int], row: FromClause) -> list[ColumnElement[Any]]:
        (is_readable,) = adapted([condition], table, row)
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
    return select(chained.c[ROW]).where(chained.c[ROW].is_not(None)).order_by(chained.c.step)


def _source(relation: Relation, table: FromClause) -> FromClause:
    """The table that a relation leads to. Raises `MappingError` where it is not `table`."""
    if relationship_of(relation).mapper.local_table is not table:
        raise MappingError(f"{relation} does not lead to {table}")
    return table


def _joining(relation: Relation) -> list[ColumnElement[Any]]:
    """The columns that join related rows to a row, and the key of these rows, which tells whether they may be read."""
    prop = relationship_of(relation)
    pairs = prop.local_remote_pairs or ()
    return [*(column for pair in pairs for column in pair), *prop.mapper.primary_key]


def _is_readable(relation: Relation) -> RowCondition:
    return RowCondition(relation.property.mapper, Access.READ)


def _related(relation: Relation, rows: NestedRows, *, order: Sequence[Expression] = ()) -> Select[Any]:
    related = Related(relation)
    found = related.select(rows.of(related.table), _is_readable(relation))
    return found.order_by(*adapted(order, related.source, related.table))


def _linked(link: Link, rows: NestedRows) -> Select[Any]:
    """The related rows by the join table alone, which holds the key of each of them."""
    joined = link.table.alias()
    far = column_in(joined, link.far)
    is_readable = RowCondition(link.key.class_.__mapper__, Access.READ, by=far)
    return (
        select(rows.of(joined)).where(same(joined, link.near, outside(link.own)), is_readable).order_by(far)
    )
