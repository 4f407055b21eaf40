"""Reads of one resource."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Values
from functools import partial
from typing import Any, ClassVar, Generic, Self

from sqlalchemy import FromClause, Result, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.auth import Caller
from service.core.database import Executor
from service.core.database.driver import Rows
from service.core.database.lookups import Lookup, bound_key
from service.core.database.statement import AnySelect, Fetch, Shape
from service.core.errors import NotFound
from service.core.http.cursor import CursorSigner
from service.core.http.query import ListQuery
from service.core.resources.access.policies import Authorization, Policies, StatementT
from service.core.resources.columns.conversions import conversion_of
from service.core.resources.conditions import Access
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Attribute, DtoT, ItemT, Mapping, MappingError, ModelT
from service.core.schema import Listing


class ReadRepository(Generic[ModelT, DtoT, ItemT]):
    """Reads of one resource, each in one round trip, on behalf of the caller that `for_caller` names."""

    reader: ClassVar[ListReader[Any, Any]]
    whole: ClassVar[Mapping[Any, Any] | None] = None
    """The mapping of a single resource, where it shows more than an item of the list."""
    mapping: ClassVar[Mapping[Any, Any]]
    """The mapping of a single resource: `whole`, or else that of the list."""
    uses: ClassVar[Sequence[FromClause]] = ()
    """Further tables that the repository's methods read or write."""
    caller: Caller
    authorization: Authorization
    """What the caller may read and write. Before `for_caller`, a repository has neither this nor `caller`."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if hasattr(cls, "reader"):
            cls.mapping = cls.whole or cls.reader.mapping
            _refuse_unshown(cls.reader, cls.mapping)

    def __init__(self, database: Executor, cursors: CursorSigner, policies: Policies) -> None:
        self.database = database
        self.cursors = cursors
        self.policies = policies
        self._key = tuple(column.key for column in self.mapping.key)
        self._lookups: dict[Shape, Lookup] = {}

    def for_caller(self, caller: Caller) -> Self:
        """This repository on behalf of a caller. Raises `InsufficientScope` where the caller may read no row of it."""
        authorization = self.policies.of(caller)
        authorization.require(self.mapping.model, Access.READ)
        return self._with(caller=caller, authorization=authorization)

    def within(self, session: AsyncSession) -> Self:
        """This repository in the transaction of a session, as `database.transaction` gives it."""
        return self._with(database=self.database.within(session))

    async def read(self, *key: object, primary: bool = False) -> DtoT:
        """The resource with this key. Raises `NotFound` where the caller may read none."""
        values = self.mapping.key_values(key)
        if values is None:
            raise self.not_found()
        lookup = self._lookup(self._key, self.mapping.key)
        return self._found(
            await self.database.fetch_one(lookup, values, self.authorization.values, primary=primary)
        )

    async def read_by(self, values: Values[Attribute, object]) -> DtoT:
        """The resource with these values, in columns that are unique together. Raises `NotFound` as `read` does."""
        try:
            key = tuple([conversion_of(column.type).write(value) for column, value in values.items()])
        except ValueError:
            raise self.not_found() from None
        lookup = self._lookup(tuple(column.key for column in values), tuple(values))
        return self._found(await self.database.fetch_one(lookup, key, self.authorization.values))

    async def read_list(
        self, query: ListQuery, *, sort: str | None = None, **within: object
    ) -> Listing[ItemT]:
        """One page of the list that `query` asks for, among the rows that match `within`."""
        order = getattr(query, "sort", None) or sort or self.reader.default_sort
        signer = self.cursors.of_rows(self.authorization.of_rows(self.mapping.model))
        return await self.reader.read(self.fetch, signer, query, sort=order, within=within)

    async def fetch(
        self,
        shape: Shape,
        build: Callable[[], AnySelect],
        values: Values[str, object],
        *,
        primary: bool = False,
    ) -> Rows:
        """The rows of a statement in one round trip; the conditions of mappings in it are resolved for the caller.

        `build` is called once for each `shape` of this repository and each set of claims that tokens may have; later
        calls reuse its SQL with other `values`.
        """
        return await self.database.fetch(*self._for_caller(shape, build, values), primary=primary)

    @property
    def fetch_stored(self) -> Fetch:
        """`fetch` from the primary, since a replica may not have caught up with what a write must look at."""
        return partial(self.fetch, primary=True)

    async def execute(
        self, session: AsyncSession, statement: Select[Any], values: Values[str, object]
    ) -> Result[Any]:
        """Run a statement in a session; the conditions of mappings in it are resolved for the caller."""
        authorization = self.authorization
        return await session.execute(authorization.resolve(statement), {**authorization.values, **values})

    def not_found(self) -> NotFound:
        return NotFound(f"There is no such {self.mapping.name}.")

    def _with(self, **attributes: object) -> Self:
        """A copy with these attributes: it takes 1 microsecond of each request, where `copy` would take 4."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, **attributes)
        return other

    def _for_caller(
        self, shape: Shape, build: Callable[[], StatementT], values: Values[str, object]
    ) -> tuple[Shape, Callable[[], StatementT], Values[str, object]]:
        """Shape, builder and values of a statement; the conditions of mappings in it are resolved for the caller."""
        authorization = self.authorization
        return (
            (type(self), authorization.shape, shape),
            lambda: authorization.resolve(build()),
            {**authorization.values, **values},
        )

    def _bound_key(self, key: Sequence[object]) -> dict[str, object]:
        if (values := self.mapping.key_values(key)) is None:
            raise self.not_found()
        return bound_key(values)

    def _found(self, row: Sequence[Any] | None) -> DtoT:
        if row is None:
            raise self.not_found()
        return self.mapping.to_resource(row)

    def _lookup(self, names: tuple[str, ...], columns: Sequence[Attribute]) -> Lookup:
        authorization, mapping = self.authorization, self.mapping
        shape = (mapping, authorization.shape, names)
        lookup = self._lookups.get(shape)
        if lookup is None:

            def build() -> AnySelect:
                return authorization.resolve(select(*mapping.resource_columns).where(mapping.is_readable))

            lookup = self._lookups[shape] = Lookup(shape, build, list(columns))
        return lookup


def _refuse_unshown(reader: ListReader[Any, Any], mapping: Mapping[Any, Any]) -> None:
    """Raises `MappingError` for an order by a column that no answer shows: whoever decodes a cursor reads its value."""
    mappings = (reader.mapping, mapping)
    shown = {column.key for each in mappings for column in each.shown}
    shown.update(*(each.extra_fields for each in mappings))
    for name, column in reader.sql.sorts.items():
        if column.key not in shown:
            raise MappingError(
                f"{reader.mapping.dto.__qualname__}: the list cannot be sorted by `{name}`, since nothing shows {column} and "
                "cursors would"
            )
