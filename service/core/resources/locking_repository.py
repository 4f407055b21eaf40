"""What units of work over several statements begin and end with."""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Values
from functools import partial
from typing import Any, ClassVar, Generic, Self, TypeVar

from sqlalchemy import Result, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from service.core.database.executor import Fetch
from service.core.database.lookups import bound_key
from service.core.http.etag import guards_in
from service.core.resources.conditions import Access, RowCondition
from service.core.resources.mapping import Column, DtoT, ItemT
from service.core.resources.read_repository import ReadRepository
from service.core.resources.writes.checks import not_yours
from service.core.resources.writes.preconditions import changed_since
from service.core.resources.writes.statements import Writes
from service.prisma.base import Base

TableT = TypeVar("TableT", bound=Base)


class LockingRepository(ReadRepository[TableT, DtoT, ItemT], Generic[TableT, DtoT, ItemT]):
    """Looks at rows that are to be written, and locks them.

    A unit of work is a function that `database.transaction` runs.
    """

    writes: ClassVar[Writes]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if hasattr(cls, "reader"):
            cls.writes = Writes(cls.whole or cls.reader.mapping)

    def within(self, session: AsyncSession) -> Self:
        """The same repository as a part of a session's transaction."""
        return self._with(database=self.database.within(session))

    @property
    def fetch_stored(self) -> Fetch:
        """`fetch` from the primary: a replica may not have yet what a write has to look at."""
        return partial(self.fetch, primary=True)

    async def check_writable(self, *key: object) -> None:
        """Raises `NotFound` for a row that the caller may not read, and `Forbidden` for one to read and not to write."""
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
        self, session: AsyncSession, *key: object, columns: Sequence[Column], to_delete: bool = False
    ) -> TableT:
        """The row with these `columns` alone, locked until the transaction ends. Raises as `check_writable` does.

        `to_delete` waits for those too who store rows that refer to it.
        `update` changes it, and looks at what it becomes; what is set on the row itself, nobody checks.
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

    async def execute(
        self, session: AsyncSession, statement: Select[Any], values: Values[str, object]
    ) -> Result[Any]:
        """Run a statement that holds the conditions of mappings, within a session."""
        authorization = self.authorization
        return await session.execute(authorization.resolve(statement), {**authorization.values, **values})

    async def readable(self, session: AsyncSession, column: Column, values: Iterable[object]) -> set[object]:
        """Which of these values a column has in rows that the caller may read, of whatever model it is."""
        is_readable = RowCondition(column.class_.__mapper__, Access.READ)
        found = await self.execute(session, select(column).where(column.in_(values), is_readable), {})
        return set(found.scalars())

    async def check_match(self, session: AsyncSession, *key: object, if_match: str | None) -> None:
        """Raises `PreconditionFailed` where the row is another than `if_match` names."""
        guards = guards_in(if_match)
        if guards is not None:
            rows = await self.within(session).fetch(
                (self.writes, "guard"),
                lambda: select(self.mapping.single[-1]).where(*self.mapping.this_row),
                self._bound_key(key),
            )
            if not rows or rows[0][0] not in guards:
                raise changed_since(await self.within(session).read(*key))

    def _bound_key(self, key: Sequence[object]) -> dict[str, object]:
        if (values := self.mapping.key_values(key)) is None:
            raise self.not_found()
        return bound_key(values)
