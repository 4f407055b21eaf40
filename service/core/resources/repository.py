"""Reads and writes of one resource."""

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Values
from copy import copy
from functools import partial
from typing import ClassVar, Generic, Self, TypeVar

import msgspec
from msgspec import UNSET
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only
from typing_extensions import TypeVar as DefaultTypeVar

from service.core.database.lookups import named
from service.core.errors import AlreadyExists, ValidationFailed
from service.core.http.etag import guards_in
from service.core.resources.conflicts import constraints
from service.core.resources.mapping import Column, DtoT, ItemT
from service.core.resources.merge_patch import merged
from service.core.resources.preconditions import changed_since, refuse_other
from service.core.resources.read_repository import ReadRepository
from service.core.resources.writes import GUARD, Writes, bound
from service.core.schema import Payload
from service.models import Base

TableT = TypeVar("TableT", bound=Base)
CreateT = DefaultTypeVar("CreateT", bound=Payload, default=Payload)
ChangeT = DefaultTypeVar("ChangeT", bound=Payload, default=Payload)


class Repository(ReadRepository[TableT, DtoT, ItemT], Generic[TableT, DtoT, ItemT, CreateT, ChangeT]):
    """Writes of one row, each in one statement, and what units of work over several statements begin and end with.

    Values go by the attributes of the model. A write raises `AlreadyExists` for a taken value, and `ValidationFailed`
    that names what refers to nothing. A unit of work is a function of a session, which `database.transaction` runs.
    Where `create` or `change` is a resource's own, its payloads' types come last.
    """

    writes: ClassVar[Writes]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.writes = Writes(cls.whole or cls.reader.mapping)

    def within(self, session: AsyncSession) -> Self:
        """The same repository as a part of a session's transaction."""
        inside = copy(self)
        inside.database = self.database.within(session)
        return inside

    def from_token(self, caller: str | None) -> dict[str, object]:  # noqa: ARG002  # for those who write it somewhere
        """What a write sets to the token's `sub`, by the attributes of the model."""
        return {}

    async def create(self, payload: CreateT, caller: str | None) -> DtoT:
        """Store a new row that says what the payload says; a repeated call finds what is stored."""
        values = self.mapping.values_of(payload)
        try:
            return await self.insert(values, from_token=self.from_token(caller))
        except AlreadyExists:
            if (stored := await self.stored_alike(values)) is None:
                raise
            return stored

    async def stored_alike(self, values: Values[str, object]) -> DtoT | None:
        """The row of the key in `values`, where it says what they say: its creation is repeated."""
        key = [values[column.key] for column in self.mapping.key if column.key in values]
        if len(key) < len(self.mapping.key):
            return None
        stored = await self.database.fetch(
            (self.writes, "unchanged", *values),
            partial(self.writes.unchanged, list(values)),
            {**_bound(values), **self._bound_key(key)},
            primary=True,
        )
        if not stored:
            return None
        resource = self.mapping.to_resource(stored[0])
        resource.stored_before = True
        return resource

    async def change(
        self,
        *key: object,
        payload: ChangeT,
        caller: str | None,
        if_match: str | None,
    ) -> DtoT:
        """Change one row to what the payload says. Raises as `update` does."""
        await self.check_fixed(*key, payload=payload, if_match=if_match)
        changes, editor = self.mapping.values_of(payload), self.from_token(caller)
        return await self.update(*key, if_match=if_match, changes=changes, from_token=editor)

    async def merge(self, *key: object, payload: ChangeT, caller: str | None, if_match: str | None) -> DtoT:
        """`change`, with each JSON document of the payload merged into the stored one."""
        names = self.mapping.documents_in(payload)
        if not names:
            return await self.change(*key, payload=payload, caller=caller, if_match=if_match)
        columns = [self.mapping.attribute(name) for name in names]

        async def work(session: AsyncSession) -> DtoT:
            row = await self.lock(session, *key, columns=columns)
            documents = {
                name: merged(getattr(row, column.key), getattr(payload, name))
                for name, column in zip(names, columns, strict=True)
            }
            whole = msgspec.structs.replace(payload, **documents)
            return await self.within(session).change(*key, payload=whole, caller=caller, if_match=if_match)

        return await self.database.transaction(work)

    async def check_fixed(self, *key: object, payload: Payload, if_match: str | None) -> None:
        """Raises `ValidationFailed` where the payload holds another value than the stored one of what cannot change.

        Before it `NotFound` and `PreconditionFailed`.
        """
        if any(getattr(payload, name, UNSET) is not UNSET for name in self.mapping.fixed):
            stored = await self.read(*key, primary=True)
            try:
                self.mapping.check_fixed(payload, stored)
            except ValidationFailed:
                refuse_other(stored, if_match)
                raise

    async def insert(
        self, values: Values[str, object], *, from_token: Values[str, object] | None = None
    ) -> DtoT:
        """Store a new row of `values`, and of those that are the token's `sub`."""
        row = self.writes.filled({**values, **(from_token or {})})
        with constraints(self.mapping.model, values=row, from_token=from_token or ()):
            rows = await self.database.write(
                (self.writes, "insert", *row), lambda: self.writes.insert(row), _bound(row)
            )
        return self.mapping.to_resource(rows[0])

    async def update(
        self,
        *key: object,
        if_match: str | None,
        changes: Values[str, object],
        from_token: Values[str, object] | None = None,
    ) -> DtoT:
        """Change one row to what `changes` says, and set `from_token` too where that is a change; else leave it.

        Raises `NotFound`; `PreconditionFailed` where the row is another than `if_match` names, unless all of `changes`
        are stored already: a call that is repeated after a lost answer succeeds.
        """
        if not changes:
            return await self._matched(key, if_match)
        row = self.writes.touched({**(from_token or {}), **changes})
        values = {**_bound(row), **self._bound_key(key)}
        while True:
            for guard in _each(guards_in(if_match)):
                with constraints(self.mapping.model, values=row, from_token=from_token or ()):
                    rows = await self.database.write(
                        (self.writes, "update", guard is None, *row, None, *changes),
                        partial(self.writes.update, row, changes, guarded=guard is not None),
                        values if guard is None else {**values, GUARD: guard},
                    )
                if rows:
                    return self.mapping.to_resource(rows[0])
            stored = await self.database.fetch(
                (self.writes, "unchanged", *changes),
                partial(self.writes.unchanged, list(changes)),
                values,
                primary=True,
            )
            if stored:
                return self.mapping.to_resource(stored[0])
            # Where nothing is raised, somebody has changed the row in between.
            await self._matched(key, if_match)

    async def delete(self, *key: object, if_match: str | None) -> None:
        """Delete one row. Raises `NotFound`, or `PreconditionFailed` where it is another than `if_match` names."""
        values = self._bound_key(key)
        while True:
            for guard in _each(guards_in(if_match)):
                if await self.database.write(
                    (self.writes, "delete", guard is None),
                    partial(self.writes.delete, guarded=guard is not None),
                    values if guard is None else {**values, GUARD: guard},
                ):
                    return
            await self._matched(key, if_match)

    async def add(
        self,
        session: AsyncSession,
        values: Values[str, object],
        *,
        from_token: Values[str, object] | None = None,
    ) -> DtoT:
        """`insert` within a unit of work."""
        row = self.writes.filled({**values, **(from_token or {})})
        with constraints(self.mapping.model, values=row, from_token=from_token or ()):
            rows = (await session.execute(self.writes.insert(row), _bound(row))).all()
        return self.mapping.to_resource(rows[0])

    async def stored(self, session: AsyncSession, *key: object) -> DtoT:
        """The resource as the session's transaction sees it, in the form that `read` gives."""
        statement = select(*self.mapping.single).where(*self.mapping.this_row)
        return self._found((await session.execute(statement, self._bound_key(key))).one_or_none())

    async def lock(self, session: AsyncSession, *key: object, columns: Sequence[Column]) -> TableT:
        """The row with these `columns` alone, locked until the transaction ends. Raises `NotFound`."""
        statement = (
            select(self.mapping.model)
            .options(load_only(*columns, raiseload=True))
            .where(*self.mapping.this_row)
            .with_for_update(key_share=True)
        )
        row = (await session.execute(statement, self._bound_key(key))).scalar_one_or_none()
        if row is None:
            raise self.not_found()
        return row

    async def check_match(self, session: AsyncSession, *key: object, if_match: str | None) -> None:
        """Raises `PreconditionFailed` where the row is another than `if_match` names."""
        guards = guards_in(if_match)
        if guards is not None:
            statement = select(self.mapping.single[-1]).where(*self.mapping.this_row)
            if await session.scalar(statement, self._bound_key(key)) not in guards:
                raise changed_since(await self.stored(session, *key))

    async def _matched(self, key: Sequence[object], if_match: str | None) -> DtoT:
        """What is stored. Raises as `update` does."""
        stored = await self.read(*key, primary=True)
        refuse_other(stored, if_match)
        return stored

    def _bound_key(self, key: Sequence[object]) -> dict[str, object]:
        values = self.mapping.key_values(key)
        if values is None:
            raise self.not_found()
        return named(values)


def _each(guards: Collection[int] | None) -> Collection[int | None]:
    """The guards to try, or None alone: any row will do."""
    return (None,) if guards is None else guards


def _bound(values: Values[str, object]) -> dict[str, object]:
    return {bound(key): value for key, value in values.items()}
