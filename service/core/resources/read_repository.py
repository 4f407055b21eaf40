"""Reads of one resource."""

from collections.abc import Mapping as Values
from collections.abc import Sequence
from typing import Any, ClassVar, Generic

from sqlalchemy import FromClause, select

from service.core.database import Executor
from service.core.database.lookups import Lookup
from service.core.database.statement import AnySelect
from service.core.errors import NotFound
from service.core.http.query import ListQuery
from service.core.resources.cursor import CursorSigner
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Column, DtoT, ItemT, Mapping, ModelT, key_value
from service.core.schema import Listing


class ReadRepository(Generic[ModelT, DtoT, ItemT]):
    """Reads of one resource, each in one round trip."""

    reader: ClassVar[ListReader[Any, Any]]
    whole: ClassVar[Mapping[Any, Any] | None] = None
    """The mapping of a single resource, where it shows more than an item of the list."""
    uses: ClassVar[Sequence[FromClause]] = ()
    """Further tables that its methods read or write."""

    def __init__(self, database: Executor, cursors: CursorSigner) -> None:
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
