"""The base repositories: reads and writes in one statement each, and Advanced Alchemy for what takes several."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ClassVar, Concatenate, Generic, ParamSpec, TypeVar

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import FromClause, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database import Database
from service.core.errors import NotFound, PreconditionFailed
from service.core.http.query import ListQuery
from service.core.http.reply import encode, etag_matches, etag_of
from service.core.rows.cursor import CursorSigner
from service.core.rows.filters import Column
from service.core.rows.listing import ListReader
from service.core.rows.statement import AnySelect
from service.core.rows.writer import Writer, bound
from service.core.schema import Listing, Resource
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

    async def read(self, value: object, *, by: Column | None = None) -> DtoT:
        """The one whose id, or whose unique column `by`, is `value`. Raises `NotFound`."""
        projection = self.reader.projection
        column = self.reader.identity if by is None else by

        def build() -> AnySelect:
            return select(*projection.columns).where(column == bindparam("value", type_=column.type))

        rows = await self.database.fetch((projection.dto, column.key), build, {"value": value})
        if not rows:
            raise self.not_found()
        return projection.to_dto(rows[0])

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

    async def insert(self, values: Mapping[str, object]) -> DtoT:
        """Store a new row, in one statement. `values` go by the attributes of the model."""
        row = self.writer.filled(values)
        rows = await self.database.write(
            (self.writer, "insert", *row), lambda: self.writer.insert(row), _bound(row)
        )
        return self.writer.projection.to_dto(rows[0])

    async def revise(
        self, value: object, if_match: str | None, change: Callable[[DtoT], Mapping[str, object]]
    ) -> DtoT:
        """Change one row in one statement, to the values that `change` gives for its state; none leave it.

        Nothing is locked: where somebody else was faster, it begins anew. Raises as `lock` does.
        """
        while True:
            found = await self.database.fetch(
                (self.writer, "state"), self.writer.state, {"identity": value}, primary=True
            )
            if not found:
                raise self.not_found()
            resource = self.writer.projection.to_dto(found[0])
            check_match(if_match, resource)
            changes = change(resource)
            if not changes:
                return resource
            row = self.writer.touched(changes)
            rows = await self.database.write(
                (self.writer, "update", *row),
                lambda row=row: self.writer.update(row),
                {**_bound(row), "identity": value, "version": found[0][-1]},
            )
            if rows:
                return self.writer.projection.to_dto(rows[0])

    async def stored(self, value: object) -> DtoT:
        """The resource as this transaction sees it, in the form that `read` gives."""
        projection = self.reader.projection
        row = (
            await self.session.execute(select(*projection.columns).where(self.reader.identity == value))
        ).one_or_none()
        if row is None:
            raise self.not_found()
        return projection.to_dto(row)

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
    if if_match is not None and not etag_matches(if_match, etag_of(encode(stored))):
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
