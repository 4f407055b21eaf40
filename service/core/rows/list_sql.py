"""The SELECT behind one shape of a list."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Integer,
    Label,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    tuple_,
)

from service.core.database.statement import AnySelect
from service.core.rows.filters import Column, Filter
from service.core.rows.wire import from_text

DESCENDING = "-"


class Shape(msgspec.Struct, frozen=True):
    """What decides the SQL of a list; everything else is a bound value."""

    scope: str
    filters: tuple[tuple[str, int], ...]
    sort: str
    counted: bool = False
    after: bool = False
    after_null: bool = False


class ListSql(msgspec.Struct, frozen=True):
    """The columns, filters and orders of one list. Each row ends with its sort key as text, then the total."""

    columns: list[Label[Any]]
    identity: Column
    filters: Mapping[str, Filter]
    sorts: Mapping[str, Column]

    def rows(self, shape: Shape) -> AnySelect:
        descending = shape.sort.startswith(DESCENDING)
        key = self.sorts[shape.sort.removeprefix(DESCENDING)]
        total = self.count(shape).scalar_subquery() if shape.counted else cast(None, Integer)
        statement = select(*self.columns, cast(key, Text).label("_key"), total.label("_total"))
        statement = statement.where(*self._conditions(shape))
        if shape.after:
            statement = statement.where(self._after(key, descending=descending, null=shape.after_null))
        return (
            statement.order_by(*self._order(key, descending=descending))
            .limit(bindparam("limit", type_=Integer))
            .offset(bindparam("offset", type_=Integer))
        )

    def count(self, shape: Shape) -> AnySelect:
        return select(func.count()).select_from(self.identity.class_).where(*self._conditions(shape))

    def _conditions(self, shape: Shape) -> list[ColumnElement[bool]]:
        return [self.filters[name].condition(name, count) for name, count in shape.filters]

    def _order(self, key: Column, *, descending: bool) -> Sequence[ColumnElement[Any]]:
        """The key, then the id: a total order. NULL counts as larger than all, as in PostgreSQL's indexes."""
        columns = [key] if key.key == self.identity.key else [key, self.identity]
        ordered = [column.desc() if descending else column.asc() for column in columns]
        if key.expression.nullable:
            ordered[0] = ordered[0].nulls_first() if descending else ordered[0].nulls_last()
        return ordered

    def _after(self, key: Column, *, descending: bool, null: bool) -> ColumnElement[bool]:
        last_id = from_text(bindparam("after_id", type_=Text), self.identity.type)
        next_ids = self.identity < last_id if descending else self.identity > last_id
        if null:
            same_key = and_(key.is_(None), next_ids)
            return or_(same_key, key.is_not(None)) if descending else same_key
        here = tuple_(key, self.identity)
        last = tuple_(from_text(bindparam("after_key", type_=Text), key.type), last_id)
        beyond = here < last if descending else here > last
        return or_(beyond, key.is_(None)) if key.expression.nullable and not descending else beyond
