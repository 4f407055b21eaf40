"""A row's references around its write: which have to be checked, and which lead to nothing."""

from collections.abc import AsyncGenerator, Collection, Sequence
from collections.abc import Mapping as Values
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, null, or_, select
from sqlalchemy.sql.visitors import replacement_traverse

from service.core.database.sqlstate import FOREIGN_KEY_VIOLATION, sqlstate
from service.core.database.statement import AnySelect, Fetch
from service.core.resources.mapping import Mapping
from service.core.resources.writes.bind_names import bound_values
from service.core.resources.writes.bound_columns import BoundColumns
from service.core.resources.writes.checks import Check, Checks, columns_of
from service.core.resources.writes.conflicts import RefersToNothing, naming_fields, refers_to_nothing


class References:
    """The references of one resource's rows, by their checks."""

    def __init__(self, mapping: Mapping[Any, Any], columns: BoundColumns, checks: Checks) -> None:
        self._mapping = mapping
        self._columns = columns
        self._checks = checks

    @asynccontextmanager
    async def naming_refusals(
        self,
        fetch: Fetch,
        row: Values[str, object],
        checks: Sequence[Check],
        *,
        subject: str | None,
        stored: Values[str, object] | None = None,
    ) -> AsyncGenerator[None]:
        """`naming_fields` for a row that is written under `checks`; `stored` are the bound values where it is not new.

        Raises `ValidationFailed` that names references to nothing; `subject` is the token's `sub`. The database names
        only the first of these. Where rows may be hidden, all references are named that lead to no row which the caller
        may read: else the caller could tell a hidden row from none.
        """
        model = self._mapping.model
        try:
            with naming_fields(model, values=row, known=self._mapping.known):
                try:
                    yield
                except Exception as error:
                    if checks and sqlstate(error) == FOREIGN_KEY_VIOLATION:
                        references = self._checks.of_references(row)
                        found = await fetch(
                            (self, "referred", stored is None, references, *row),
                            partial(self._referred, row, references, is_new=stored is None),
                            bound_values(row) | dict(stored or {}),
                        )
                        for held in found:
                            self._checks.refuse(references, held)
                    raise
        except RefersToNothing as error:
            raise refers_to_nothing(model, error.attributes, row, subject, self._mapping.known) from error

    def _referred(self, keys: Collection[str], references: Sequence[Check], *, is_new: bool) -> AnySelect:
        """Selects the checks `references` for a row before its write: a new one, or the stored one with `keys` set."""
        values: dict[Any, ColumnElement[Any]] = {}
        if is_new:
            values = dict.fromkeys(self._columns.by_key.values(), null())
        values |= {self._columns.by_key[key]: self._columns.value(key) for key in keys}

        def put(element: Any, **_: object) -> ColumnElement[Any] | None:
            return values.get(element) if getattr(element, "table", None) is self._mapping.table else None

        held: list[ColumnElement[bool]] = [
            replacement_traverse(column, {}, put) for column in columns_of(references)
        ]
        if is_new:
            return select(*held)
        held = [or_(self._is_kept(each, keys), column) for each, column in zip(references, held, strict=True)]
        return select(*held).select_from(self._mapping.table).where(*self._mapping.key_is_bound)

    async def still_needed(
        self,
        fetch: Fetch,
        changes: Values[str, object],
        checks: Sequence[Check],
        values: Values[str, object],
    ) -> tuple[Check, ...]:
        """`checks` without those of references that stay as they are stored.

        These may be sent back, whoever may read the rows that they lead to.
        """
        references = tuple(check for check in checks if check.attributes)
        if not references:
            return (*checks,)
        build = partial(self._kept, changes.keys(), references)
        with naming_fields(self._mapping.model, values=changes, known=self._mapping.known):
            stored = await fetch((self, "kept", references, *changes), build, values)
        kept = {check for row in stored for check, is_kept in zip(references, row, strict=True) if is_kept}
        return tuple(check for check in checks if check not in kept)

    def _kept(self, changes: Collection[str], references: Sequence[Check]) -> AnySelect:
        """Selects whether the stored row refers to the same by each of `references` as it would after `changes`.

        It finds no row that the caller may not read: the time that the remaining checks take would tell about values
        that a caller tries.
        """
        is_kept = [self._is_kept(each, changes) for each in references]
        return select(*is_kept).where(*self._mapping.this_row)

    def _is_kept(self, reference: Check, changes: Collection[str]) -> ColumnElement[bool]:
        return and_(*(not_(self._columns.is_other(key)) for key in reference.attributes if key in changes))
