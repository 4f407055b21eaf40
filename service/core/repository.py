"""The base repositories: reads and writes in one statement each, and Advanced Alchemy for what takes several."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ClassVar, Concatenate, Generic, ParamSpec, TypeVar

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import FromClause, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database import Database
from service.core.database.lookups import Lookup
from service.core.database.queue import Rows
from service.core.database.statement import AnySelect
from service.core.errors import NotFound, PreconditionFailed
from service.core.http.etag import etag_matches, etag_of, version_named
from service.core.http.query import ListQuery
from service.core.http.reply import encode
from service.core.rows.cursor import CursorSigner
from service.core.rows.filters import Column
from service.core.rows.listing import ListReader
from service.core.rows.version import of_one_row
from service.core.rows.writer import Writer, bound
from service.core.schema import Listing, Resource, version_of
from service.models import Base

ModelT = TypeVar("ModelT", bound=Base)
DtoT = TypeVar("DtoT", bound=Resource)
RepositoryT = TypeVar("RepositoryT", bound="Repository[Any, Any]")
P = ParamSpec("P")
T = TypeVar("T")


class ReadRepository(Generic[DtoT]):
    """Reads of one resource, each in one round trip and outside any transaction."""

    reader: ClassVar[ListReader[Any]]
    default_sort: ClassVar[str]
    uses: ClassVar[Sequence[FromClause]] = ()
    """Further tables that its methods read or write."""

    def __init__(self, database: Database, cursors: CursorSigner) -> None:
        self.database = database
        self.cursors = cursors
        self._lookups: dict[str, Lookup] = {}

    async def read(self, value: object, *, by: Column | None = None, primary: bool = False) -> DtoT:
        """The one whose id, or whose unique column `by`, is `value`. Raises `NotFound`."""
        projection = self.reader.projection
        column = self.reader.identity if by is None else by
        lookup = self._lookups.get(column.key)
        if lookup is None:

            def build() -> AnySelect:
                return select(*projection.versioned)

            lookup = self._lookups[column.key] = Lookup((projection.dto, column.key), build, [column])
        row = await self.database.fetch_one(lookup, (value,), primary=primary)
        if row is None:
            raise self.not_found()
        return projection.to_resource(row)

    async def read_list(
        self, query: ListQuery, *, sort: str | None = None, **within: object
    ) -> Listing[DtoT]:
        """One page of the list that `query` asks for, among the rows that match `within`."""
        order = getattr(query, "sort", None) or sort or self.default_sort
        return await self.reader.read(self.database, self.cursors, query, sort=order, within=within)

    def not_found(self) -> NotFound:
        return NotFound(f"There is no such {self.reader.projection.dto.__name__}.")


class Repository(SQLAlchemyAsyncRepository[ModelT], ReadRepository[DtoT]):
    """Advanced Alchemy's repository, bound to a session inside methods marked `transaction` alone.

    What takes one statement needs no session: one unbound repository serves all requests.
    """

    writer: ClassVar[Writer[Any]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.writer = Writer(cls.reader.projection, cls.reader.identity)

    def __init__(
        self, database: Database, cursors: CursorSigner, session: AsyncSession | None = None
    ) -> None:
        if session is not None:
            SQLAlchemyAsyncRepository.__init__(  # pyright: ignore[reportUnknownMemberType]  # untyped **kwargs
                self, session=session, wrap_exceptions=False, auto_refresh=False
            )
        self.database = database
        self.cursors = cursors
        self._lookups = {}

    async def insert(self, values: Mapping[str, object]) -> DtoT:
        """Store a new row, in one statement. `values` go by the attributes of the model."""
        row = self.writer.filled(values)
        rows = await self.database.write(
            (self.writer, "insert", *row), lambda: self.writer.insert(row), _bound(row)
        )
        return self.writer.projection.to_resource(rows[0])

    async def revise(
        self,
        value: object,
        if_match: str | None,
        changes: Mapping[str, object],
        *,
        along: Mapping[str, object] | None = None,
    ) -> DtoT:
        """Change one row to what `changes` says, and to `along` where that is a change; else leave it.

        Nothing is locked. Raises as `lock` does.
        """
        if not changes:
            stored = await self.read(value, primary=True)
            check_match(if_match, stored)
            return stored
        row = self.writer.touched({**(along or {}), **changes})

        def update(version: str | None) -> Awaitable[Rows]:
            return self.database.write(
                (self.writer, "update", version is None, *row, None, *changes),
                lambda: self.writer.update(row, changes, versioned=version is not None),
                {**_bound(row), "identity": value, "version": version},
            )

        return await self._while_matched(value, if_match, update)

    async def remove(self, value: object, if_match: str | None) -> None:
        """Delete one row. Raises as `lock` does."""

        def delete(version: str | None) -> Awaitable[Rows]:
            return self.database.write(
                (self.writer, "delete", version is None),
                lambda: self.writer.delete(versioned=version is not None),
                {"identity": value, "version": version},
            )

        await self._while_matched(value, if_match, delete)

    async def _while_matched(
        self, value: object, if_match: str | None, write: Callable[[str | None], Awaitable[Rows]]
    ) -> DtoT:
        """What `write` answers for the version that it may change, None for any; else what is stored.

        The version in the tag spares the read, mostly. Where the row was written anew and still says the same, or
        somebody was faster, it is read and tried again.
        """
        version = version_named(if_match)
        tried = if_match is None or version is not None
        while True:
            rows = await write(version and of_one_row(version, value)) if tried else ()
            if rows:
                return self.writer.projection.to_resource(rows[0])
            stored = await self.read(value, primary=True)
            check_match(if_match, stored)
            if tried and version in {None, version_of(stored)}:
                return stored
            version, tried = version_of(stored), True

    async def stored(self, value: object) -> DtoT:
        """The resource as this transaction sees it, in the form that `read` gives."""
        projection = self.reader.projection
        row = (
            await self.session.execute(select(*projection.versioned).where(self.reader.identity == value))
        ).one_or_none()
        if row is None:
            raise self.not_found()
        return projection.to_resource(row)

    async def lock(self, value: object, if_match: str | None) -> ModelT:
        """The row, locked until the transaction ends.

        Raises `NotFound`, or `PreconditionFailed` where `if_match` names another state than the stored one.
        """
        statement = (
            select(self.model_type).where(self.reader.identity == value).with_for_update(key_share=True)
        )
        row = (await self.session.execute(statement)).scalar_one_or_none()
        if row is None:
            raise self.not_found()
        if if_match is not None:
            check_match(if_match, await self.stored(value))
        return row


def _bound(values: Mapping[str, object]) -> dict[str, object]:
    return {bound(key): value for key, value in values.items()}


def check_match(if_match: str | None, stored: Resource) -> None:
    """Raises `PreconditionFailed` where an `If-Match` header names another state than the stored one."""
    if if_match is not None and not etag_matches(if_match, etag_of(encode(stored), None)):
        raise PreconditionFailed("It has changed since you read it. Read it again, then repeat your change.")


def transaction(
    method: Callable[Concatenate[RepositoryT, P], Awaitable[T]],
) -> Callable[Concatenate[RepositoryT, P], Awaitable[T]]:
    """A method that writes: all of it is committed, or none. After a deadlock it runs again."""

    @wraps(method)
    async def run(self: RepositoryT, /, *args: P.args, **kwargs: P.kwargs) -> T:
        def work(session: AsyncSession) -> Awaitable[T]:
            return method(type(self)(self.database, self.cursors, session), *args, **kwargs)

        return await self.database.transaction(work)

    return run
