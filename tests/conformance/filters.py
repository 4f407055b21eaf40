"""Says once more, in SQL or in Python, which rows each filter that a list declares has to find."""

from collections.abc import Callable, Iterator, Mapping
from operator import eq
from typing import Any, TypeGuard

import msgspec
import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, CollectionAggregate
from sqlalchemy.sql.visitors import iterate

from service.core.resources.columns.comparisons import contains_all
from service.core.resources.filters import Filter
from service.core.resources.rows.model_rows import table_column
from service.dev.samples.order import AnyTable
from tests.conformance.wire import to_query

Rows = list[dict[str, Any]]


class Question(msgspec.Struct, frozen=True):
    """Values of a parameter, and the rows that they have to find."""

    values: list[str]
    matches: Callable[[dict[str, Any]], bool] | None
    condition: ColumnElement[bool] | None
    """`matches` or `condition` says which rows: SQL, where the database's own order or equality counts; neither, where
    other rows decide."""


def questions(
    declared: Filter, table: AnyTable, rows: Rows, others: Mapping[AnyTable, Rows]
) -> list[Question]:
    """What to ask of a filter, with values that rows have; nothing where its meaning is not known here."""
    if declared.relation:
        return [
            Question([to_query(value)], None, None)
            for column in map(table_column, declared.columns)
            for row in others.get(column.table, [])[:1]
            if (value := row.get(column.name)) is not None
        ]
    return list(_questions(declared.condition("value"), table, rows))


def _questions(condition: ColumnElement[bool], table: AnyTable, rows: Rows) -> Iterator[Question]:
    columns = [table.c[each.name] for each in iterate(condition) if isinstance(each, sa.Column) and each.table.name == table.name]  # fmt: skip
    if not columns:
        return
    column: sa.Column[Any] = columns[0]
    held = [row[column.name] for row in rows if row[column.name] not in (None, "", [])]
    if isinstance(condition, contains_all):
        for each in held[:2]:
            yield Question([to_query(item) for item in each], _holds(column.name, each), None)
    elif _takes_several(condition):
        for values in (held[:1], held[1:3]):
            if values:
                yield Question([to_query(value) for value in values], None, column.in_(values))
    elif _operators(condition) & {operators.ilike_op}:
        for each in held[:2]:
            text = each[1:-1] or each
            yield Question([text], _occurs([each.name for each in columns], text), None)
    elif isinstance(condition, BinaryExpression) and not isinstance(condition.left, sa.Column):
        yield Question(["true"], None, column.is_not(None))
        yield Question(["false"], None, column.is_(None))
    elif isinstance(condition, BinaryExpression):
        ranges = (operators.ge, operators.le, operators.lt)
        compare = condition.operator if condition.operator in ranges else eq
        for value in held[:3]:
            yield Question([to_query(value)], None, compare(column, value))


def _takes_several(part: object) -> TypeGuard[BinaryExpression[Any]]:
    """Whether this part of a condition is `= ANY`."""
    return isinstance(part, BinaryExpression) and isinstance(part.right, CollectionAggregate)


def _operators(condition: ColumnElement[bool]) -> set[Any]:
    return {each.operator for each in iterate(condition) if isinstance(each, BinaryExpression)}


def _holds(name: str, items: list[Any]) -> Callable[[dict[str, Any]], bool]:
    return lambda row: all(item in (row[name] or []) for item in items)


def _occurs(names: list[str], text: str) -> Callable[[dict[str, Any]], bool]:
    return lambda row: any(text.lower() in (row[name] or "").lower() for name in names)
