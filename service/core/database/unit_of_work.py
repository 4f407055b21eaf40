"""One transaction, with the methods of `Database` that repositories use."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from sqlalchemy import Insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database.driver import Rows
from service.core.database.lookups import Key, Lookup, Row, bound_key
from service.core.database.statement import AnySelect, AnyWrite, Build, Shape, Statements

T = TypeVar("T")


class UnitOfWork:
    """All that `Database` offers to repositories, within the transaction of one session."""

    def __init__(self, session: AsyncSession, statements: Statements) -> None:
        self._session = session
        self._statements = statements

    async def fetch(
        self,
        shape: Shape,
        build: Callable[[], AnySelect],
        values: Mapping[str, object],
        *,
        primary: bool = True,  # noqa: ARG002  # a transaction is on the primary
    ) -> Rows:
        """The rows of a statement, as the transaction sees them."""
        return await self._run(shape, build, values)

    async def fetch_one(
        self,
        lookup: Lookup,
        key: Key,
        values: Mapping[str, object] | None = None,
        *,
        primary: bool = True,  # noqa: ARG002  # a transaction is on the primary
    ) -> Row | None:
        """The row with this key, as the transaction sees it; None where there is none."""
        rows = await self._run(lookup.one_shape, lookup.one, {**(values or {}), **bound_key(key)})
        return rows[0] if rows else None

    async def write(self, shape: Shape, build: Callable[[], AnyWrite], values: Mapping[str, object]) -> Rows:
        """Run one statement that writes, and return the rows that it wrote.

        An INSERT runs in a savepoint, which keeps what was done before it: the work may go on where a value is taken.
        """
        if not isinstance(self._statements.get(shape, build).clause, Insert):
            return await self._run(shape, build, values)
        async with self._session.begin_nested():
            return await self._run(shape, build, values)

    async def transaction(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run `work` in a savepoint of this transaction: where it fails, what was done before it stays."""
        async with self._session.begin_nested():
            return await work(self._session)

    def within(self, session: AsyncSession) -> "UnitOfWork":
        """What runs statements as part of the session's transaction."""
        return self if session is self._session else UnitOfWork(session, self._statements)

    async def _run(self, shape: Shape, build: Build, values: Mapping[str, object]) -> Rows:
        statement = self._statements.get(shape, build).clause
        return (await self._session.execute(statement, dict(values))).all()
