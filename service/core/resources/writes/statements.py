"""Writes of one row, each in one statement that returns the row in the form in which reads give it."""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Values
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, any_, bindparam, delete, insert, not_, select, update

from service.core.database.statement import AnySelect, AnyWrite
from service.core.resources.mapping import Mapping
from service.core.resources.writes.bind_names import ROW_HASH
from service.core.resources.writes.bound_columns import BoundColumns
from service.core.resources.writes.checks import Check, Checks, columns_of
from service.core.resources.writes.references import References
from service.prisma.types import ScalarList


class WriteStatements:
    """INSERT, UPDATE and DELETE of one resource. Values go by the attributes of the model."""

    def __init__(self, mapping: Mapping[Any, Any]) -> None:
        self.mapping = mapping
        self.columns = BoundColumns(mapping)
        by_key = self.columns.by_key.items()
        self._defaults = {key: column.default for key, column in by_key if column.default}
        self._on_update = {key: column.onupdate for key, column in by_key if column.onupdate}

    @cached_property
    def checks(self) -> Checks:
        return Checks(self.mapping)

    @cached_property
    def references(self) -> References:
        return References(self.mapping, self.columns, self.checks)

    @cached_property
    def is_read_after_write(self) -> bool:
        """Whether a row is read again after it is written: rows that it shows may in turn show it.

        In the RETURNING of the write, they would show it as it was before.
        """
        related = self.mapping.related.values()
        return self.mapping.shows_key and any(_shows(each, self.mapping.model) for each in related)

    def filled(self, values: Values[str, object]) -> dict[str, object]:
        """The values of a new row, with those that Prisma's client would fill in."""
        context = _Context()
        made = {key: _made(default, context) for key, default in self._defaults.items() if key not in values}
        return made | {**values}

    def touched(self, values: Values[str, object]) -> dict[str, object]:
        """The values of a change, with those that Prisma's client would set on every change."""
        context = _Context()
        return {key: _made(default, context) for key, default in self._on_update.items()} | {**values}

    def insert(self, keys: Iterable[str], checks: Sequence[Check]) -> AnyWrite:
        """An INSERT that returns a row of `resource_columns`, then the results of `checks`."""
        answer = (*self.mapping.resource_columns, *columns_of(checks))
        return insert(self.mapping.table).values(self.columns.set_to(keys)).returning(*answer)

    def update(
        self, keys: Iterable[str], changes: Iterable[str], checks: Sequence[Check], *, hashes: Iterable[str]
    ) -> AnyWrite:
        """An UPDATE that sets `keys` where one of `changes` differs from its bound value, and returns as `insert` does.

        `hashes` are the names that `bound_hashes` gives.
        """
        answer = (*self.mapping.resource_columns, *columns_of(checks))
        return (
            update(self.mapping.table)
            .where(*self._meant(hashes), self.columns.differ(changes))
            .values(self.columns.change_to(keys))
            .returning(*answer)
        )

    def stored(self) -> AnySelect:
        """Selects the row of the bound key, whoever may read it."""
        return select(*self.mapping.resource_columns).where(*self.mapping.key_is_bound)

    def unchanged(self, changes: Iterable[str]) -> AnySelect:
        """Selects the row, where all of `changes` have their bound values already."""
        return select(*self.mapping.resource_columns).where(
            *self.mapping.this_row, not_(self.columns.differ(changes))
        )

    def delete(self, *, hashes: Iterable[str], marks: Iterable[str] = ()) -> AnyWrite:
        """A DELETE that returns the key of the row that is gone, and nothing else of it.

        With `marks`, the attributes that mark a row as deleted, an UPDATE that sets them.
        """
        table, meant = self.mapping.table, self._meant(hashes)
        key = [column.expression for column in self.mapping.key]
        if values := self.columns.set_to(marks):
            return update(table).where(*meant).values(values).returning(*key)
        return delete(table).where(*meant).returning(*key)

    def _meant(self, hashes: Iterable[str]) -> Iterable[ColumnElement[bool]]:
        """The conditions for the row of the bound key, which the caller may write and whose hash is a bound one."""
        row_hash = self.mapping.resource_columns[-1]
        is_same: list[ColumnElement[bool]] = []
        for name in hashes:
            if name == ROW_HASH:
                is_same.append(row_hash == bindparam(name, type_=BigInteger))
            else:
                is_same.append(row_hash == any_(bindparam(name, type_=ScalarList(BigInteger()))))
        return (*self.mapping.key_is_bound, self.mapping.is_writable, *is_same)


def _shows(mapping: Mapping[Any, Any], model: type[Any]) -> bool:
    """Whether rows of the model are shown within the rows of this mapping, at any depth."""
    return any(
        (field.relation is not None and field.relation.property.mapper.class_ is model)
        or (field.shows is not None and _shows(field.shows, model))
        for field in mapping.extra_fields.values()
    )


class _Context:
    """One write, in place of SQLAlchemy's execution context: it tells defaults that their columns are of one row."""


def _made(default: Any, context: _Context) -> object:
    return default.arg(context) if default.is_callable else default.arg
