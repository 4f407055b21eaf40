"""Writes of one row by its values, each a single statement where nothing else has to be read."""

from collections.abc import Callable, Collection, Sequence
from collections.abc import Mapping as Values
from functools import partial
from typing import ClassVar, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from service.core.database.statement import AnyWrite, Shape
from service.core.http.etag import row_hashes_in
from service.core.resources.caching.invalidation import RowInvalidation
from service.core.resources.conditions import Access
from service.core.resources.mapping import Attribute, DtoT, ItemT, MappingError
from service.core.resources.read_repository import ReadRepository
from service.core.resources.writes.bind_names import bound_hashes, bound_values
from service.core.resources.writes.checks import Check, not_yours
from service.core.resources.writes.preconditions import TRIES, changed_since, not_done, refuse_other
from service.core.resources.writes.statements import WriteStatements
from service.prisma.base import Base

TableT = TypeVar("TableT", bound=Base)


class RowRepository(ReadRepository[TableT, DtoT, ItemT], Generic[TableT, DtoT, ItemT]):
    """Writes of one row, and what must be read or locked before them.

    Values go by the attributes of the model. A write raises `AlreadyExists` for a taken value, and `ValidationFailed`
    that names references to nothing that the caller may read.
    """

    writes: ClassVar[WriteStatements]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if hasattr(cls, "reader"):
            if cls.mapping.hashed is None:
                raise MappingError(
                    f"{cls.__name__} writes rows: give the mapping of {cls.mapping.dto.__qualname__} as `changed_by` the payloads "
                    "and columns that change one (`[]` for none), of which its ETag is made; or make it a `ReadRepository`"
                )
            cls.writes = WriteStatements(cls.mapping)

    async def check_writable(self, *key: object) -> None:
        """Raises `NotFound` for a row that the caller may not read, and `Forbidden` for one that it may only read.

        It asks nothing, and raises nothing, where each row that may be read may be written.
        """
        mapping = self.mapping
        if not self.authorization.rights.judges_writes(mapping.model):
            return
        rows = await self.fetch_stored(
            (self.writes, "writable"),
            lambda: select(mapping.is_writable).where(*mapping.this_row),
            self._bound_key(key),
        )
        if not rows:
            raise self.not_found()
        self.authorization.require(mapping.model, Access.WRITE)
        if not rows[0][0]:
            raise not_yours(mapping)

    async def lock(
        self, session: AsyncSession, *key: object, columns: Sequence[Attribute], to_delete: bool = False
    ) -> TableT:
        """The row with these `columns` alone, locked until the transaction ends. Raises as `check_writable` does.

        With `to_delete`, the lock also waits for transactions that store rows which refer to this one.
        Change the row by `update`: nobody checks what is set on the object that is returned.
        """
        statement = (
            select(self.mapping.model)
            .options(load_only(*columns, raiseload=True))
            .where(*self.mapping.this_row)
            .with_for_update(key_share=not to_delete)
        )
        row = (await self.execute(session, statement, self._bound_key(key))).scalar_one_or_none()
        if row is None:
            raise self.not_found()
        await self.within(session).check_writable(*key)
        return row

    async def check_match(self, session: AsyncSession, *key: object, if_match: str | None) -> None:
        """Raises `PreconditionFailed` where the row is in another state than `if_match` names."""
        hashes = row_hashes_in(if_match)
        if hashes is not None:
            rows = await self.within(session).fetch(
                (self.writes, "row hash"),
                lambda: select(self.mapping.resource_columns[-1]).where(*self.mapping.this_row),
                self._bound_key(key),
            )
            if not rows or rows[0][0] not in hashes:
                raise changed_since(await self.within(session).read(*key))

    def from_token(self) -> dict[str, object]:
        """What every write sets from the token's `sub`, by the attributes of the model; nothing unless overridden."""
        return {}

    def deletion_marks(self) -> dict[str, object]:
        """What a DELETE sets in place of taking the row away, by the attributes of the model; nothing unless overridden.

        Have `readable` leave out rows that are marked so: a row that is deleted does not exist for callers.
        """
        return {}

    async def insert_row(self, values: Values[str, object]) -> DtoT:
        """Store a new row with `values`, and with what `from_token` sets."""
        self.authorization.require(self.mapping.model, Access.WRITE)
        given, rules = {**values, **self.from_token()}, self.writes.checks
        if refusal := rules.refusal_of(self.authorization, given):
            raise refusal
        row = self.writes.filled(rules.claimed(self.authorization) | given)
        checks = rules.needed(self.authorization, row, is_new=True)
        invalidation = RowInvalidation(self.mapping, row)
        async with self.writes.references.naming_refusals(
            self.fetch_stored, row, checks, subject=self.caller.user_id
        ):
            stored = await self._store(
                (self.writes, "insert", checks, *row),
                lambda: self.writes.insert(row, checks),
                bound_values(row),
                checks=checks,
            )
        if stored is None:
            raise not_done()
        return invalidation.record(stored)

    async def update_row(self, *key: object, if_match: str | None, changes: Values[str, object]) -> DtoT:
        """Apply `changes` to one row, and what `from_token` sets; leave a row that holds all of `changes` already.

        Raises `NotFound` for a row that the caller may not read, `Forbidden` for one that it may only read, and
        `PreconditionFailed` where the row is in another state than `if_match` names, unless all of `changes` are shown
        and stored already: a call that is repeated after a lost answer succeeds.
        """
        if not changes:
            await self.check_writable(*key)
            return await self._matched(key, if_match)
        row = self.writes.touched({**self.from_token(), **changes})
        bound = self._bound_key(key)
        values = {**bound_values(row), **bound}
        wanted = bound_hashes(if_match)
        refusal = self.writes.checks.refusal_of(self.authorization, changes)
        checks = self.writes.checks.needed(self.authorization, changes, is_new=False)
        checks = await self.writes.references.still_needed(self.fetch_stored, changes, checks, values)
        invalidation = await RowInvalidation(self.mapping, row).read_owners(self.fetch_stored, bound)
        # Only if the statement finds no row is asked why; callers are told the first reason in the order below.
        for _ in range(TRIES):
            if wanted is not None and not refusal:
                async with self.writes.references.naming_refusals(
                    self.fetch_stored, row, checks, subject=self.caller.user_id, stored=values
                ):
                    stored = await self._store(
                        (self.writes, "update", *wanted, checks, *row, None, *changes),
                        partial(self.writes.update, row, changes, checks, hashes=wanted),
                        {**values, **wanted},
                        checks=checks,
                    )
                if stored is not None:
                    return invalidation.record(stored)
            await self.check_writable(*key)
            unchanged = await self._unchanged(changes, values)
            if unchanged and self._are_shown(changes):
                return unchanged
            await self._matched(key, if_match)
            if unchanged:
                return unchanged
            # Nothing was raised, so that somebody must have changed the row since the write missed it.
            if refusal:
                raise refusal
        raise not_done()

    async def delete_row(self, *key: object, if_match: str | None) -> None:
        """Delete one row, or mark it as `deletion_marks` says. Raises as `update_row` does."""
        if marks := self.deletion_marks():
            marks = self.writes.touched({**self.from_token(), **marks})
        values = self._bound_key(key)
        wanted = bound_hashes(if_match)
        invalidation = RowInvalidation(self.mapping, marks or None)
        await invalidation.read_owners(self.fetch_stored, values)
        for _ in range(TRIES):
            if wanted is not None:
                statement = self._for_caller(
                    (self.writes, "delete", *wanted, None, *marks),
                    partial(self.writes.delete, hashes=wanted, marks=marks),
                    {**values, **wanted, **bound_values(marks)},
                )
                if gone := await self.database.write(*statement):
                    # The key as it was stored and shown: the database may have found the row by another spelling of it.
                    invalidation.done(gone[0])
                    return
            await self.check_writable(*key)
            await self._matched(key, if_match)
        raise not_done()

    async def stored_row_alike(self, values: Values[str, object]) -> DtoT | None:
        """The stored row with the key in `values`, where it shows all of them: its creation is repeated. Else None."""
        key = [values[column.key] for column in self.mapping.key if column.key in values]
        if len(key) < len(self.mapping.key) or not self._are_shown(values):
            return None
        stored = await self._unchanged(values, {**bound_values(values), **self._bound_key(key)})
        if stored:
            stored.stored_before = True
        return stored

    def _are_shown(self, values: Collection[str]) -> bool:
        """Whether readers of a row see all of these: else a caller could try values, and be told which are stored."""
        return {column.key for column in self.mapping.shown}.issuperset(values)

    async def _unchanged(self, changes: Collection[str], values: Values[str, object]) -> DtoT | None:
        """The row, where it holds all of `changes` already, as bound in `values`; else None."""
        rows = await self.fetch_stored(
            (self.writes, "unchanged", *changes), partial(self.writes.unchanged, list(changes)), values
        )
        return self.mapping.to_resource(rows[0]) if rows else None

    async def _matched(self, key: Sequence[object], if_match: str | None) -> DtoT:
        """The stored row. Raises `NotFound`, or `PreconditionFailed` for another state than `if_match` names."""
        stored = await self.read(*key, primary=True)
        refuse_other(stored, if_match)
        return stored

    async def _store(
        self,
        shape: Shape,
        build: Callable[[], AnyWrite],
        values: Values[str, object],
        *,
        checks: Sequence[Check],
    ) -> DtoT | None:
        """The row that a statement stored; None if it found none. Raises if a check fails; nothing is stored then."""
        statement = self._for_caller(shape, build, values)
        mapping, writes = self.mapping, self.writes
        if not checks and not writes.is_read_after_write:
            rows = await self.database.write(*statement)
            return mapping.to_resource(rows[0]) if rows else None

        async def work(session: AsyncSession) -> DtoT | None:
            rows = await self.database.within(session).write(*statement)
            if not rows:
                return None
            if checks:
                writes.checks.refuse(checks, rows[0][-len(checks) :])
            if writes.is_read_after_write:
                key = self._bound_key(mapping.key_of(mapping.to_resource(rows[0])))
                rows = await self.within(session).fetch((writes, "stored"), writes.stored, key)
            return mapping.to_resource(rows[0])

        return await self.database.transaction(work)
