"""Reads and writes of one resource."""

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Values
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import FromClause, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from service.core.database import Database
from service.core.database.lookups import Lookup
from service.core.database.statement import AnySelect
from service.core.errors import AlreadyExists, NotFound, PreconditionFailed
from service.core.http.etag import guards_in
from service.core.http.query import ListQuery
from service.core.resources.conflicts import constraints
from service.core.resources.cursor import CursorSigner
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Column, DtoT, ItemT, Mapping, ModelT, key_value
from service.core.resources.writes import Writes, bound
from service.core.schema import Listing, Payload, guard_of
from service.models import Base

TableT = TypeVar("TableT", bound=Base)


class ReadRepository(Generic[ModelT, DtoT, ItemT]):
    """Reads of one resource, each in one round trip and outside any transaction."""

    reader: ClassVar[ListReader[Any, Any]]
    whole: ClassVar[Mapping[Any, Any] | None] = None
    """The mapping of a single resource, where it shows more than an item of the list."""
    uses: ClassVar[Sequence[FromClause]] = ()
    """Further tables that its methods read or write."""

    def __init__(self, database: Database, cursors: CursorSigner) -> None:
        self.database = database
        self.cursors = cursors
        self._by_key = self._lookup(*self.mapping.key)
        self._by_columns: dict[tuple[str, ...], Lookup] = {}

    @property
    def mapping(self) -> Mapping[ModelT, DtoT]:
        return self.whole or self.reader.mapping

    async def read(self, *key: object, primary: bool = False) -> DtoT:
        """The one of this key. Raises `NotFound`."""
        values = self.mapping.key_values(key)
        if values is None:
            raise self.not_found()
        return self._found(await self.database.fetch_one(self._by_key, values, primary=primary))

    async def read_by(self, values: Values[Column, object]) -> DtoT:
        """The one that has these values in columns that are unique together. Raises `NotFound`."""
        try:
            key = tuple(key_value(column, value) for column, value in values.items())
        except ValueError:
            raise self.not_found() from None
        columns = tuple(column.key for column in values)
        lookup = self._by_columns.get(columns)
        if lookup is None:
            lookup = self._by_columns[columns] = self._lookup(*values)
        return self._found(await self.database.fetch_one(lookup, key))

    async def read_list(
        self, query: ListQuery, *, sort: str | None = None, **within: object
    ) -> Listing[ItemT]:
        """One page of the list that `query` asks for, among the rows that match `within`."""
        order = getattr(query, "sort", None) or sort or self.reader.default_sort
        return await self.reader.read(self.database, self.cursors, query, sort=order, within=within)

    def not_found(self) -> NotFound:
        return NotFound(f"There is no such {self.mapping.name}.")

    def _found(self, row: Sequence[Any] | None) -> DtoT:
        if row is None:
            raise self.not_found()
        return self.mapping.to_resource(row)

    def _lookup(self, *columns: Column) -> Lookup:
        mapping = self.mapping

        def build() -> AnySelect:
            return select(*mapping.single).where(*mapping.visible)

        return Lookup((mapping, *(column.key for column in columns)), build, list(columns))


class Repository(ReadRepository[TableT, DtoT, ItemT], Generic[TableT, DtoT, ItemT]):
    """Writes of one row, each in one statement, and what units of work over several statements begin and end with.

    Values go by the attributes of the model. A write raises `AlreadyExists` for a taken value, and `ValidationFailed`
    that names what refers to nothing. A unit of work is a function of a session, which `database.transaction` runs.
    """

    writes: ClassVar[Writes]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.writes = Writes(cls.whole or cls.reader.mapping)

    async def create(self, payload: Payload) -> DtoT:
        """Store a new row that says what the payload says; a repeated call finds what is stored."""
        values = self.mapping.values_of(payload)
        try:
            return await self.insert(values)
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

    async def change(self, *key: object, payload: Payload, if_match: str | None) -> DtoT:
        """Change one row to what the payload says. Raises as `update` does."""
        return await self.update(*key, if_match=if_match, changes=self.mapping.values_of(payload))

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
                        values if guard is None else {**values, "guard": guard},
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
                    values if guard is None else {**values, "guard": guard},
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
                raise changed_since()

    async def _matched(self, key: Sequence[object], if_match: str | None) -> DtoT:
        """What is stored. Raises as `update` does."""
        stored = await self.read(*key, primary=True)
        guards = guards_in(if_match)
        if guards is not None and guard_of(stored) not in guards:
            raise changed_since()
        return stored

    def _bound_key(self, key: Sequence[object]) -> dict[str, object]:
        values = self.mapping.key_values(key)
        if values is None:
            raise self.not_found()
        return {f"key_{index}": value for index, value in enumerate(values)}


def changed_since() -> PreconditionFailed:
    """The refusal of a change that was made for another state than the stored one."""
    return PreconditionFailed("It has changed since you read it. Read it again, then repeat your change.")


def _each(guards: Collection[int] | None) -> Collection[int | None]:
    """The guards to try, or None alone: any row will do."""
    return (None,) if guards is None else guards


def _bound(values: Values[str, object]) -> dict[str, object]:
    return {bound(key): value for key, value in values.items()}
