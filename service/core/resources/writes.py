"""Writes of one row, each in one statement that answers with the row in the form that reads give."""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Values
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    bindparam,
    cast,
    delete,
    insert,
    not_,
    or_,
    select,
    update,
)

from service.core.database.statement import AnySelect, AnyWrite
from service.core.resources.checks import Checks
from service.core.resources.conversions import conversion_of
from service.core.resources.mapping import Mapping

GUARD = "__guard"
"""The name of the guard in a statement."""


class Writes:
    """INSERT, UPDATE and DELETE of one resource. Values go by the attributes of the model."""

    def __init__(self, mapping: Mapping[Any, Any]) -> None:
        self.mapping = mapping
        self.checks = Checks(mapping)
        mapped = mapping.model.__mapper__.column_attrs
        self._columns = {attribute.key: attribute.columns[0] for attribute in mapped}
        self._defaults = {key: column.default for key, column in self._columns.items() if column.default}
        self._on_update = {key: column.onupdate for key, column in self._columns.items() if column.onupdate}

    def filled(self, values: Values[str, object]) -> dict[str, object]:
        """The values of a new row, with what Prisma's client would fill."""
        write = _Write()
        made = {key: _made(default, write) for key, default in self._defaults.items() if key not in values}
        return made | {**values}

    def touched(self, values: Values[str, object]) -> dict[str, object]:
        """The values of a change, with what Prisma's client would set on every one."""
        write = _Write()
        return {key: _made(default, write) for key, default in self._on_update.items()} | {**values}

    def insert(self, keys: Iterable[str], checks: Sequence[int]) -> AnyWrite:
        """A row of `single`, then what `checks` found."""
        answer = (*self.mapping.single, *self.checks.columns(checks))
        return insert(self.mapping.table).values(self._set(keys)).returning(*answer)

    def update(
        self, keys: Iterable[str], changes: Iterable[str], checks: Sequence[int], *, guarded: bool
    ) -> AnyWrite:
        """Set `keys` where one of `changes` is not yet as it shall be: a row as `insert` gives."""
        answer = (*self.mapping.single, *self.checks.columns(checks))
        return (
            update(self.mapping.table)
            .where(*self._meant(guarded=guarded), self._differs(changes))
            .values(self._set(keys))
            .returning(*answer)
        )

    def unchanged(self, changes: Iterable[str]) -> AnySelect:
        """The row, where all of `changes` are as they shall be already."""
        return select(*self.mapping.single).where(*self.mapping.this_row, not_(self._differs(changes)))

    def delete(self, *, guarded: bool) -> AnyWrite:
        """The rows that are gone, of which nothing is read but the key."""
        meant = self._meant(guarded=guarded)
        return (
            delete(self.mapping.table).where(*meant).returning(*(key.expression for key in self.mapping.key))
        )

    def _meant(self, *, guarded: bool) -> Iterable[ColumnElement[bool]]:
        """The row of the key where it may be written, while its guard is the one that is bound as `GUARD`."""
        of_guard = self.mapping.guard if guarded else None
        is_same = [] if of_guard is None else [of_guard == bindparam(GUARD, type_=BigInteger)]
        return (*self.mapping.key_is_bound, self.mapping.is_writable, *is_same)

    def _differs(self, changes: Iterable[str]) -> ColumnElement[bool]:
        return or_(*(self._is_other(key) for key in changes))

    def _is_other(self, key: str) -> ColumnElement[bool]:
        column = self._columns[key]
        if conversion_of(column.type).comparable:
            return column.is_distinct_from(self._value(key))
        return cast(column, Text).is_distinct_from(cast(self._value(key), Text))

    def _value(self, key: str) -> ColumnElement[Any]:
        return bindparam(bound(key), type_=self._columns[key].type)

    def _set(self, keys: Iterable[str]) -> dict[str, Any]:
        return {self._columns[key].name: self._value(key) for key in keys}


def bound(key: str) -> str:
    """The name of a value in a statement. No column is called so: SQLAlchemy would set it."""
    return f"__to_{key}"


class _Write:
    """One write, for defaults that are alike in all of its columns."""


def _made(default: Any, write: _Write) -> object:
    return default.arg(write) if default.is_callable else default.arg
