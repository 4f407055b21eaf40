"""What a list can be asked for: its parameters with their filters, and its orders."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import types
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeEngine

from service.core.http.query import ListQuery
from service.core.resources.columns.conversions import conversion_of
from service.dev.adopt.plan.annotations import compared
from service.dev.adopt.plan.columns import ColumnPlan
from service.dev.adopt.plan.labels import LABELS, place_of
from service.dev.adopt.plan.names import in_words, wire_of, words_of
from service.dev.adopt.plan.plurals import singular
from service.dev.adopt.plan.relations import RelationPlan
from service.dev.adopt.plan.resource import ResourcePlan
from service.dev.adopt.render.text import quoted
from service.prisma.types import ScalarList

RESERVED = frozenset({*ListQuery.__struct_fields__, "sort", "q"})
"""Parameters that every list has; the filter of a column with such a name gets another name."""
YIELDS = "_is"
"""What is put behind the name of a parameter where another parameter has it already."""
MAX_VALUES = 100
SEARCHED = ("summary", "description")
"""The columns that `q` searches after the labels of a row (see `labels`) and before its other texts."""
MAX_SEARCHED = 5
PLACES = frozenset({"index", "order", "ordinal", "position", "priority", "rank", "sequence"})
"""The last word in the name of a number that says where in an order a row stands: `position`, `sortOrder`."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a list: its annotation, and its filter as source."""

    name: str
    annotation: str
    default: str
    filter: str


def parameters(plan: ResourcePlan) -> list[Parameter]:
    """The parameters: first of columns in their order, then of linked rows, of numbers by their value, and `q`."""
    found: dict[str, Parameter] = {}
    of_columns = (each for column in plan.in_lists for each in _of(plan, column))
    of_links = (_of_linked(plan, relation) for relation in plan.linked)
    # Behind all others, so that a number that is called like one, such as `minPrice`, does not take its name.
    of_numbers = (each for column in plan.in_lists for each in _of_number(plan, column))
    for each in (*of_columns, *of_links, *of_numbers):
        name = _free(each.name, {wire_of(other) for other in RESERVED | found.keys()})
        found[name] = replace(each, name=name)
    searched = _searched(plan)
    if searched:
        columns = ", ".join(f"{plan.source.reference}.{column.name}" for column in searched)
        found["q"] = _one("q", "§Search", f"§text_in({columns})")
    return list(found.values())


def sorts(plan: ResourcePlan) -> dict[str, ColumnPlan]:
    """The columns by which a list may be sorted: the key, times, places in an order, first columns of indexes."""
    indexed = {column.name for index in plan.source.table.indexes for column in list(index.columns)[:1]}
    return {
        column.wire: column
        for column in plan.in_lists
        # A key is always among them, even one by which nobody would sort, such as an enum or a boolean.
        if column.is_key
        or (
            _has_order(column)
            and (
                column.is_moment
                or _is_place(column)
                or (column.column.name in indexed and not column.foreign)
            )
        )
    }


def default_sort(plan: ResourcePlan) -> str:
    """The newest row first, where a column holds the time of creation; else by key."""
    births = [column for column in sorts(plan).values() if column.is_birth]
    if births:
        # The shortest name: `createdAt`, where there is an `accountCreatedAt` as well.
        return f"-{min(births, key=lambda column: len(column.name)).wire}"
    return next(column.wire for column in plan.columns if column.is_key)


def _of(plan: ResourcePlan, column: ColumnPlan) -> Iterator[Parameter]:
    it = f"{plan.source.reference}.{column.name}"
    kind = compared(column.kind)
    if column.is_list:
        yield from _of_list(plan, column)
        return
    if not conversion_of(column.column.type).comparable:
        return
    is_only_key = column.is_key and len(plan.source.key) == 1
    if is_only_key:
        words = "The rows with these keys, in this order; `limit` is then their number."
        yield _several(column.name, column.kind, words, f"§one_of({it})")
    elif (
        column.is_key
        or column.foreign
        or isinstance(column.kind, types.Enum)
        or (not column.is_number and _is_looked_up(plan, column))
    ):
        yield _any_of(plan, column)
    elif isinstance(column.kind, types.Boolean):
        yield _one(column.name, "bool", f"§equals({it})")
    elif column.is_moment:
        stem = column.name.removesuffix("_at").removesuffix("_on")
        is_day = isinstance(column.kind, types.Date) and not isinstance(column.kind, types.DateTime)
        yield _one(f"{stem}_after", kind if is_day else "§After", f"§at_or_after({it})")
        yield _one(f"{stem}_before", kind if is_day else "§Before", f"§before({it})")
    elif column.is_number:
        yield _one(f"min_{column.name}", kind, f"§at_or_after({it})")
        yield _one(f"max_{column.name}", kind, f"§at_most({it})")
    if column.is_optional and (column.foreign or column.is_moment):
        stem = column.name.removesuffix("_id").removesuffix("_at").removesuffix("_on")
        yield _one(f"has_{stem}", "bool", f"§is_given({it})")


def _of_list(plan: ResourcePlan, column: ColumnPlan) -> Iterator[Parameter]:
    """What a list holds: one of an enum's values, or of what an index finds."""
    if not isinstance(column.kind, ScalarList) or not conversion_of(column.kind.item).comparable:
        return
    if isinstance(column.kind.item, types.Enum) or _is_indexed(plan, column):
        name = singular(column.name)
        is_other = any(each.name == name for each in plan.columns)
        words = f"Those whose {in_words(column.wire)} hold all of these."
        build = f"§holds_all({plan.source.reference}.{column.name})"
        yield _several(column.name if is_other else name, column.kind.item, words, build)


def _of_number(plan: ResourcePlan, column: ColumnPlan) -> Iterator[Parameter]:
    """The filter by a number's exact values, beside that by its range."""
    has_one = column.is_key or column.foreign or column.is_list
    if column.is_number and not has_one and _is_looked_up(plan, column):
        yield _any_of(plan, column)


def _any_of(plan: ResourcePlan, column: ColumnPlan) -> Parameter:
    words = f"Those with any of these as {in_words(column.wire)}."
    return _several(column.name, column.kind, words, f"§one_of({plan.source.reference}.{column.name})")


def _of_linked(plan: ResourcePlan, relation: RelationPlan) -> Parameter:
    """The filter by linked rows, named by the same ids as in payloads."""
    name = f"{singular(relation.name)}_id"
    key = relation.key[0]
    build = f"§any_related({plan.source.reference}.{relation.name}, {relation.target.reference}.{key.name})"
    return _several(name, key.kind, f"Those with any of these as {in_words(name)}.", build)


def _one(name: str, annotation: str, build: str) -> Parameter:
    """A parameter of one value, which may be left out."""
    return Parameter(name, f"{annotation} | None", "None", build)


def _several(name: str, kind: TypeEngine[Any], words: str, build: str) -> Parameter:
    """A parameter that may be repeated."""
    limits = f"§Meta(max_length={MAX_VALUES}, description={quoted(words)})"
    return Parameter(name, f"§Annotated[tuple[{compared(kind)}, ...], {limits}]", "()", build)


def _searched(plan: ResourcePlan) -> list[ColumnPlan]:
    """The columns that `q` searches: short texts that are no keys, those by which people know a row first."""
    texts = [
        column
        for column in plan.in_lists
        if column.is_short_text and not column.is_key and not column.foreign and not column.is_list
    ]

    def place(column: ColumnPlan) -> int:
        known = place_of(column.wire, plan.source.name)
        if known is None:
            known = len(LABELS) + (SEARCHED.index(column.name) if column.name in SEARCHED else len(SEARCHED))
        return known

    return sorted(texts, key=place)[:MAX_SEARCHED]


def _free(name: str, taken: Collection[str]) -> str:
    """The name, or one like it that is free on the wire, where `a1` and `a_1` are the same."""
    return _free(f"{name}{YIELDS}", taken) if wire_of(name) in taken else name


def _is_looked_up(plan: ResourcePlan, column: ColumnPlan) -> bool:
    """Whether rows are found by its exact value: an id without a foreign key, or part of a unique key or an index."""
    if not column.is_text and not isinstance(column.kind, types.Uuid | types.Integer | pg.OID):
        return False
    if words_of(column.wire)[-1:] == ["id"]:
        return True
    unique = {name for names in plan.source.prisma.unique_sets for name in names}
    return _is_indexed(plan, column) or column.wire in unique


def _is_indexed(plan: ResourcePlan, column: ColumnPlan) -> bool:
    columns = (each for index in plan.source.table.indexes for each in index.columns)
    return any(each.name == column.column.name for each in columns)


def _is_place(column: ColumnPlan) -> bool:
    is_whole = isinstance(column.kind, types.Integer) and not column.foreign
    return is_whole and not PLACES.isdisjoint(words_of(column.wire)[-1:])


def _has_order(column: ColumnPlan) -> bool:
    kind = column.kind
    is_ordered = column.is_text or column.is_moment or column.is_number or isinstance(kind, types.Uuid)
    return is_ordered and not column.is_list
