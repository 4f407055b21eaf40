"""Links: the rows that a row has through a join table, by their keys."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Select, Table, select
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import Delete, Insert

from service.core.field_errors import FieldCode, FieldError
from service.core.resources.columns.conversions import conversion_of
from service.core.resources.columns.exact import canonical
from service.core.resources.conditions import Access, RowCondition


class Link(msgspec.Struct, frozen=True):
    """A join table of two columns, seen from one of its sides."""

    table: "Table[Any]"
    near: "Column[Any]"
    """The one that holds the key of this row."""
    far: "Column[Any]"
    own: ColumnElement[Any]
    """The key of this row, which is in `near`."""
    key: InstrumentedAttribute[Any]
    """The key of the other rows, which is in `far`."""
    pointer: str = ""
    """Where a body holds their keys."""

    def keys(self, sent: Iterable[object], errors: list[FieldError]) -> list[object]:
        """What a body holds, each in the form that `by_form` gives it. Adds an error for each that no key can be."""
        write, form = conversion_of(self.key.type).write, canonical(self.key.type)
        keys: list[object] = []
        for index, key in enumerate(sent):
            try:
                keys.append(form(write(key)))
            except ValueError as error:
                errors.append(FieldError.at(f"{self.pointer}/{index}", str(error)))
        return keys

    def by_form(self, keys: Iterable[object]) -> dict[object, object]:
        """Keys of rows by the form in which all spellings of them are equal."""
        return {canonical(self.key.type)(key): key for key in keys}

    def refused(self, sent: Iterable[object], unknown: set[object]) -> list[FieldError]:
        """An error for each key that is `unknown`."""
        words = "is the id of nothing that exists"
        return [
            FieldError.at(f"{self.pointer}/{index}", words, FieldCode.NOT_FOUND)
            for index, key in enumerate(sent)
            if key in unknown
        ]

    def stored(self, own: object) -> Select[Any]:
        """The keys of the rows that the row of this key has, of those that its caller may read."""
        is_readable = RowCondition(self.key.class_.__mapper__, Access.READ)
        return select(self.key).where(self.far == self.key, self.near == own, is_readable)

    def add(self) -> Insert:
        """Takes rows as `row` gives them. What somebody else adds at the same moment is there, which is all that was asked."""
        return pg.insert(self.table).on_conflict_do_nothing()

    def row(self, own: object, other: object) -> dict[str, object]:
        return {self.near.key: own, self.far.key: other}

    def remove(self, own: object, others: Iterable[object]) -> Delete:
        return self.table.delete().where(self.near == own, self.far.in_(others))


def link_of(relation: InstrumentedAttribute[Any], column: InstrumentedAttribute[Any]) -> Link | None:
    """How rows of a many-to-many relation are linked by a column of theirs.

    None where it is not their key, where a model has a key of several columns, or where the join table holds more.
    """
    prop = relation.property
    table: Table[Any] | None = prop.secondary
    if table is None or prop.viewonly:
        return None
    pairs = [*prop.synchronize_pairs, *prop.secondary_synchronize_pairs]
    keys = [*prop.parent.primary_key, column.property.columns[0]]
    is_whole = [*prop.mapper.primary_key] == keys[1:] and {linked for _, linked in pairs} == {*table.columns}
    if not is_whole or [local for local, _ in pairs] != keys:
        return None
    near, far = (linked for _, linked in pairs)
    return Link(table, near, far, keys[0], column)
