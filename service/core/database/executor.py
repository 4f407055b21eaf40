"""The interface that repositories use, of the database as a whole or of one transaction."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database.driver import Rows
from service.core.database.lookups import Key, Lookup, Row
from service.core.database.statement import AnySelect, AnyWrite, Shape

T = TypeVar("T")


class Fetch(Protocol):
    """Runs one statement, as `Executor.fetch` does without `primary`."""

    def __call__(
        self, shape: Shape, build: Callable[[], AnySelect], values: Mapping[str, object], /
    ) -> Awaitable[Rows]: ...


class Executor(Protocol):
    """Runs statements and units of work, as `Database` and `UnitOfWork` do."""

    async def fetch(
        self,
        shape: Shape,
        build: Callable[[], AnySelect],
        values: Mapping[str, object],
        *,
        primary: bool = False,
    ) -> Rows:
        """The rows of a statement.

        `build` is called once for each `shape`; later calls reuse its SQL with other `values`.
        """
        ...

    async def fetch_one(
        self,
        lookup: Lookup,
        key: Key,
        values: Mapping[str, object] | None = None,
        *,
        primary: bool = False,
    ) -> Row | None:
        """The row with this key, one value for each of the key's columns; None where there is none."""
        ...

    async def write(self, shape: Shape, build: Callable[[], AnyWrite], values: Mapping[str, object]) -> Rows:
        """Run one statement that writes, and return the rows that it wrote. Where it fails, it leaves no change."""
        ...

    async def transaction(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run `work` in a transaction and return its result. Where it fails, it leaves no change."""
        ...

    def within(self, session: AsyncSession) -> "Executor":
        """An executor whose statements are part of the session's transaction."""
        ...
