"""Writes of one row, each in one statement that answers with the row in the form that reads give."""

from collections.abc import AsyncGenerator, Collection, Iterable, Sequence
from collections.abc import Mapping as Values
from contextlib import asynccontextmanager
from functools import cached_property, partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    false,
    func,
    insert,
    not_,
    null,
    or_,
    select,
    update,
)

from service.core.database.executor import Fetch
from service.core.database.sqlstate import FOREIGN_KEY_VIOLATION, sqlstate
from service.core.database.statement import AnySelect, AnyWrite
from service.core.resources.columns.comparisons import ValueList, equals_any, in_milliseconds
from service.core.resources.columns.exact import tells_apart
from service.core.resources.columns.key_conversions import is_finer_than_shown
from service.core.resources.mapping import Mapping
from service.core.resources.rows.model_rows import is_in_key
from service.core.resources.writes.bind_names import ROW_HASH, bound, bound_values
from service.core.resources.writes.checks import Checks
from service.core.resources.writes.conflicts import RefersToNothing, naming_fields, refers_to_nothing
from service.core.resources.writes.read_after_write import is_read_after_write
from service.prisma.types import ScalarList, is_json

JSON_NULL = "null"


class WriteStatements:
    """INSERT, UPDATE and DELETE of one resource. Values go by the attributes of the model."""

    def __init__(self, mapping: Mapping[Any, Any]) -> None:
        self.mapping = mapping
        mapped = mapping.model.__mapper__.column_attrs
        self._columns = {attribute.key: attribute.columns[0] for attribute in mapped}
        self._defaults = {key: column.default for key, column in self._columns.items() if column.default}
        self._on_update = {key: column.onupdate for key, column in self._columns.items() if column.onupdate}

    @cached_property
    def _richer(self) -> set[str]:
        """Columns of more values than callers tell apart: finer ones than they see, JSON's null and SQL's, NULL and an empty list."""
        return {
            key
            for key, column in self.mapping.columns_by_key.items()
            if (is_finer_than_shown(column.type) and not is_in_key(column))
            or (self._columns[key].nullable and (is_json(column.type) or isinstance(column.type, ScalarList)))
        }

    @cached_property
    def checks(self) -> Checks:
        return Checks(self.mapping)

    @cached_property
    def is_read_after_write(self) -> bool:
        return is_read_after_write(self.mapping)

    def filled(self, values: Values[str, object]) -> dict[str, object]:
        """The values of a new row, with what Prisma's client would fill."""
        context = _Context()
        made = {key: _made(default, context) for key, default in self._defaults.items() if key not in values}
        return made | {**values}

    def touched(self, values: Values[str, object]) -> dict[str, object]:
        """The values of a change, with what Prisma's client would set on every one."""
        context = _Context()
        return {key: _made(default, context) for key, default in self._on_update.items()} | {**values}

    def insert(self, keys: Iterable[str], checks: Sequence[int]) -> AnyWrite:
        """A row of `single`, then what `checks` found."""
        answer = (*self.mapping.single, *self.checks.columns(checks))
        return insert(self.mapping.table).values(self._set(keys)).returning(*answer)

    def update(
        self, keys: Iterable[str], changes: Iterable[str], checks: Sequence[int], *, hashes: Iterable[str]
    ) -> AnyWrite:
        """Set `keys` where one of `changes` is not yet as it shall be; it answers as `insert` does.

        `hashes` are the names of `bound_hashes`.
        """
        answer = (*self.mapping.single, *self.checks.columns(checks))
        return (
            update(self.mapping.table)
            .where(*self._meant(hashes), self._differs(changes))
            .values(self._set(keys) | self._set_richer(keys))
            .returning(*answer)
        )

    @asynccontextmanager
    async def naming_refusals(
        self,
        fetch: Fetch,
        row: Values[str, object],
        checks: Sequence[int],
        *,
        subject: str | None,
        stored: Values[str, object] | None = None,
    ) -> AsyncGenerator[None]:
        """`naming_fields` of a row that is written under `checks`; `stored` is what is bound where it is not a new one.

        What refers to nothing is `ValidationFailed` that names it; `subject` is the token's `sub`.
        The database names the first reference that leads to nothing. Where rows may be hidden, all are named that lead
        to none that the caller may read: else one could tell a hidden row from none.
        """
        model = self.mapping.model
        try:
            with naming_fields(model, values=row, hidden=self.mapping.hidden):
                try:
                    yield
                except Exception as error:
                    if checks and sqlstate(error) == FOREIGN_KEY_VIOLATION:
                        references = self.checks.references(row)
                        found = await fetch(
                            (self, "referred", stored is None, references, *row),
                            partial(self.referred, row, references, is_new=stored is None),
                            bound_values(row) | dict(stored or {}),
                        )
                        for held in found:
                            self.checks.refuse(references, held)
                    raise
        except RefersToNothing as error:
            named = [key for key in error.attributes if key not in self.mapping.hidden]
            raise refers_to_nothing(model, named, row, subject) from error

    def referred(self, keys: Collection[str], references: Sequence[int], *, is_new: bool) -> AnySelect:
        """What `references` find of a row before `keys` are set: of a new one, or of the stored one as it would be."""
        set_to = {self._columns[key]: self._value(key) for key in keys}
        if is_new:
            empty = dict.fromkeys(self._columns.values(), null())
            return select(*self.checks.columns_with(references, {**empty, **set_to}))
        held = [
            or_(self._is_kept(number, keys), column)
            for number, column in zip(references, self.checks.columns_with(references, set_to), strict=True)
        ]
        return select(*held).select_from(self.mapping.table).where(*self.mapping.key_is_bound)

    async def still_needed(
        self,
        fetch: Fetch,
        changes: Values[str, object],
        checks: Sequence[int],
        values: Values[str, object],
    ) -> tuple[int, ...]:
        """`checks` but for references that stay as they are stored: they may be sent back, whoever may read what they lead to."""
        references = self.checks.of_references(checks)
        if not references:
            return (*checks,)
        build = partial(self.kept, changes.keys(), references)
        with naming_fields(self.mapping.model, values=changes):
            stored = await fetch((self, "kept", references, *changes), build, values)
        kept = {number for row in stored for number, is_kept in zip(references, row, strict=True) if is_kept}
        return tuple(number for number in checks if number not in kept)

    def kept(self, changes: Collection[str], references: Sequence[int]) -> AnySelect:
        """Whether the stored row refers to the same by each of `references` as it would after `changes`.

        Of one that the caller may not read, nothing: what is left to check takes time, by which one could try values.
        """
        is_kept = [self._is_kept(number, changes) for number in references]
        return select(*is_kept).where(*self.mapping.this_row)

    def _is_kept(self, reference: int, changes: Collection[str]) -> ColumnElement[bool]:
        return and_(
            *(not_(self._is_other(key)) for key in self.checks.attributes_of(reference) if key in changes)
        )

    def stored(self) -> AnySelect:
        """The row of the key, whoever may read it."""
        return select(*self.mapping.single).where(*self.mapping.key_is_bound)

    def unchanged(self, changes: Iterable[str]) -> AnySelect:
        """The row, where all of `changes` are as they shall be already."""
        return select(*self.mapping.single).where(*self.mapping.this_row, not_(self._differs(changes)))

    def delete(self, *, hashes: Iterable[str]) -> AnyWrite:
        """The rows that are gone, of which nothing is read but the key."""
        meant = self._meant(hashes)
        return (
            delete(self.mapping.table).where(*meant).returning(*(key.expression for key in self.mapping.key))
        )

    def _meant(self, hashes: Iterable[str]) -> Iterable[ColumnElement[bool]]:
        """The row of the key where it may be written, while its hash is one of those that are bound."""
        row_hash = self.mapping.row_hash
        is_same: list[ColumnElement[bool]] = []
        for name in hashes if row_hash is not None else ():
            if name == ROW_HASH:
                is_same.append(row_hash == bindparam(name, type_=BigInteger))
            else:
                is_same.append(equals_any(row_hash, bindparam(name, type_=ValueList(BigInteger()))))
        return (*self.mapping.key_is_bound, self.mapping.is_writable, *is_same)

    def _differs(self, changes: Iterable[str]) -> ColumnElement[bool]:
        return or_(*(self._is_other(key) for key in changes))

    def _is_other(self, key: str) -> ColumnElement[bool]:
        column = self._columns[key]
        if tells_apart(column.type):
            is_other = column.is_distinct_from(self._value(key))
        else:
            is_other = cast(column, Text).is_distinct_from(cast(self._value(key), Text))
        return and_(is_other, not_(self._looks_alike(key))) if key in self._richer else is_other

    def _value(self, key: str) -> ColumnElement[Any]:
        return bindparam(bound(key), type_=self._columns[key].type)

    def _looks_alike(self, key: str) -> ColumnElement[bool]:
        """Whether a caller sees the value already: one that is sent back as it was shown is no other."""
        value, column = self._value(key), self._columns[key]
        if isinstance(column.type, ScalarList):
            return and_(column.is_(null()), func.cardinality(value) == 0)
        if is_json(column.type):
            return and_(value.is_(null()), func.coalesce(cast(column, Text) == JSON_NULL, false()))
        return func.coalesce(in_milliseconds(column) == value, false())

    def _set_richer(self, keys: Iterable[str]) -> dict[str, Any]:
        """What is set of columns that may hold more than callers see."""
        return {
            self._columns[key].name: case(
                (self._looks_alike(key), self._columns[key]), else_=self._value(key)
            )
            for key in keys
            if key in self._richer
        }

    def _set(self, keys: Iterable[str]) -> dict[str, Any]:
        return {self._columns[key].name: self._value(key) for key in keys}


class _Context:
    """One write, in place of SQLAlchemy's execution context: by it defaults know that their columns are of one row."""


def _made(default: Any, context: _Context) -> object:
    return default.arg(context) if default.is_callable else default.arg
