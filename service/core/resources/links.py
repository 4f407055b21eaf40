"""Links: the keys of the rows to which a join table links a row."""

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
    """The column that holds the key of this row; `far` holds that of another."""
    far: "Column[Any]"
    own: ColumnElement[Any]
    """The key column of this row's table, whose value `near` holds."""
    key: InstrumentedAttribute[Any]
    """The key of the other rows' model, whose value `far` holds."""
    pointer: str = ""
    """The JSON pointer to the list of their keys in a body."""

    def keys(self, sent: Iterable[object], errors: list[FieldError]) -> list[object]:
        """The keys that a body holds, in canonical form. Adds to `errors` for each value that cannot be a key."""
        write, form = conversion_of(self.key.type).write, canonical(self.key.type)
        keys: list[object] = []
        for index, key in enumerate(sent):
            try:
                keys.append(form(write(key)))
            except ValueError as error:
                errors.append(FieldError.at(f"{self.pointer}/{index}", str(error)))
        return keys

    def by_form(self, keys: Iterable[object]) -> dict[object, object]:
        """Keys of rows by their canonical form, in which all spellings of a key are equal."""
        return {canonical(self.key.type)(key): key for key in keys}

    def refused(self, sent: Iterable[object], unknown: set[object]) -> list[FieldError]:
        """An error for each key sent that is in `unknown`."""
        words = "names something that does not exist"
        return [
            FieldError.at(f"{self.pointer}/{index}", words, FieldCode.NOT_FOUND)
            for index, key in enumerate(sent)
            if key in unknown
        ]

    def stored(self, own: object) -> Select[Any]:
        """Selects the keys of the rows that are linked to the row with the key `own` and that the caller may read."""
        return self._readable().where(self.far == self.key, self.near == own)

    def known(self, keys: Iterable[object]) -> Select[Any]:
        """Selects those of these keys that rows have which the caller may read."""
        return self._readable().where(self.key.in_(keys))

    def add(self) -> Insert:
        """An INSERT of rows as `row` gives them.

        A link that somebody else has just added is no conflict: it is there, as it should be.
        """
        return pg.insert(self.table).on_conflict_do_nothing()

    def row(self, own: object, other: object) -> dict[str, object]:
        return {self.near.key: own, self.far.key: other}

    def remove(self, own: object, others: Iterable[object]) -> Delete:
        return self.table.delete().where(self.near == own, self.far.in_(others))

    def _readable(self) -> Select[Any]:
        return select(self.key).where(RowCondition(self.key.class_.__mapper__, Access.READ))


def link_of(relation: InstrumentedAttribute[Any], column: InstrumentedAttribute[Any]) -> Link | None:
    """The link by which a many-to-many relation is written, with the related rows named by `column`.

    None for other relations, where the column is not the related rows' key, where a model has a key of several columns,
    or where the join table has other columns too.
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
