"""The SELECTs of a list, each for one shape of it."""

from collections.abc import Mapping as Values
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    tuple_,
)

from service.core.database.statement import PLAN_EACH_TIME, AnySelect
from service.core.resources.columns.comparisons import from_text
from service.core.resources.columns.conversions import conversion_of
from service.core.resources.filters import Filter
from service.core.resources.mapping import Attribute, Mapping, MappingError
from service.core.resources.rows.model_rows import table_column
from service.core.resources.rows.related import adapted, columns_of, constant
from service.core.schema import MAX_LIMIT
from service.prisma.types import shown_text

DESCENDING = "-"


class ListShape(msgspec.Struct, frozen=True):
    """What decides the SQL of a list: which parameters are given. Everything else is a bound value."""

    filters: tuple[str, ...]
    sort: str
    alone: frozenset[str] = frozenset()
    """The filters that take several values and are given one."""
    counted: bool = False
    from_row: bool = False
    """Whether a cursor names a row to begin from."""
    from_null: bool = False
    """Whether that row has NULL in the column by which the list is sorted."""
    backwards: bool = False
    skips: bool = False
    """Whether an offset skips rows before the page."""


class ListSql:
    """The statements of one list, by its filters and orders. Rows end with their place in the order, then the total."""

    def __init__(
        self, mapping: Mapping[Any, Any], filters: Values[str, Filter], sorts: Values[str, Attribute]
    ) -> None:
        if not sorts:
            raise MappingError(
                f"the list of {mapping.dto.__qualname__} has no order: name a column in `sorts`"
            )
        compared = [column for each in filters.values() if not each.relation for column in each.columns]
        for column in (*sorts.values(), *compared):
            # Of another model, it would bring all rows of that model into the list, whoever may read them.
            mapping.name_of(column)
        for column in sorts.values():
            if not conversion_of(table_column(column).type).comparable:
                raise MappingError(
                    f"{column} is of a type that PostgreSQL cannot compare: no list sorts by it"
                )
        self.mapping = mapping
        self.filters = filters
        self.sorts = sorts

    def rows(self, shape: ListShape) -> AnySelect:
        # Rows before the one that a cursor names are read in the opposite order, the nearest first.
        descending = shape.sort.startswith(DESCENDING) is not shape.backwards
        order = self.order(shape.sort)
        place = [shown_text(column).label(f"_place_{index}") for index, column in enumerate(order)]
        shown = [*self.mapping.columns, *place]
        ordered = _ordered(order, descending=descending)
        where = self._conditions(shape)
        if shape.from_row:
            where.append(_after(order, descending=descending, null=shape.from_null))
        # A subquery picks the rows, and what they show is computed outside it, because PostgreSQL would also compute it
        # for rows that an offset skips. The subquery has a constant limit, that of the largest page, so that one plan
        # serves all calls: where PostgreSQL cannot know how few rows are wanted, it plans anew at each call.
        table = self.mapping.table
        picked = select(*columns_of(table, [*shown, *ordered])).where(*where).order_by(*ordered)
        picked = picked.limit(constant(MAX_LIMIT + 1))
        if shape.skips:
            picked = picked.offset(bindparam("offset", type_=Integer))
        rows = picked.subquery()
        total = self.count(shape).scalar_subquery() if shape.counted else cast(None, Integer)
        statement = select(*adapted(shown, table, rows), total.label("_total"))
        statement = statement.order_by(*adapted(ordered, table, rows)).limit(
            bindparam("limit", type_=Integer)
        )
        return statement.execution_options(**self._options(shape))

    def by_keys(self, shape: ListShape) -> AnySelect:
        """The rows whose keys a filter names, `limit` at most: in no order, without their places and the total."""
        rows = select(*self.mapping.columns).where(*self._conditions(shape))
        # The limit leaves out no row. Without it PostgreSQL assumes ten rows, and plans anew at each call for fewer.
        rows = rows.limit(bindparam("limit", type_=Integer))
        return rows.execution_options(**self._options(shape))

    def count(self, shape: ListShape) -> AnySelect:
        statement = select(func.count()).select_from(self.mapping.model).where(*self._conditions(shape))
        return statement.execution_options(**self._options(shape))

    def order(self, sort: str) -> list[Attribute]:
        """The column to sort by, then the whole key: a total order."""
        first = self.sorts[sort.removeprefix(DESCENDING)]
        return [first, *(column for column in self.mapping.key if column.key != first.key)]

    def _conditions(self, shape: ListShape) -> list[ColumnElement[bool]]:
        asked = {name: self.filters[name] for name in shape.filters}
        asked |= {name: alone for name in shape.alone if (alone := asked[name].alone)}
        return [self.mapping.is_readable, *(each.condition(name) for name, each in asked.items())]

    def _options(self, shape: ListShape) -> dict[str, Any]:
        return {PLAN_EACH_TIME: any(self.filters[name].plan_each_time for name in shape.filters)}


def _ordered(order: Sequence[Attribute], *, descending: bool) -> Sequence[ColumnElement[Any]]:
    """The ORDER BY, in which NULL is larger than all values, as in PostgreSQL's indexes."""
    ordered = [column.desc() if descending else column.asc() for column in order]
    if order[0].expression.nullable:
        ordered[0] = ordered[0].nulls_first() if descending else ordered[0].nulls_last()
    return ordered


def _after(order: Sequence[Attribute], *, descending: bool, null: bool) -> ColumnElement[bool]:
    """The condition of rows that follow the place bound as `after_0`, `after_1`…; with `null`, `after_0` is NULL."""
    first, *key = order
    last = [
        from_text(bindparam(f"after_{index}", type_=Text), column.type) for index, column in enumerate(order)
    ]
    if null:
        same = and_(first.is_(None), _beyond(key, last[1:], descending=descending))
        return or_(same, first.is_not(None)) if descending else same
    beyond = _beyond(order, last, descending=descending)
    return or_(beyond, first.is_(None)) if first.expression.nullable and not descending else beyond


def _beyond(
    columns: Sequence[Attribute], last: Sequence[ColumnElement[Any]], *, descending: bool
) -> ColumnElement[bool]:
    here, there = tuple_(*columns), tuple_(*last)
    return here < there if descending else here > there
