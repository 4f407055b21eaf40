"""What repositories ask of the database, or of one transaction of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database.driver import Rows
from service.core.database.lookups import Key, Lookup, Row
from service.core.database.statement import AnySelect, AnyWrite, Shape

T = TypeVar("T")


class Fetch(Protocol):
    """Runs one statement, as `Executor.fetch` does where the primary is not asked for."""

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
        """Rows. `build` is called once for each `shape`; later calls reuse its SQL with other `values`."""
        ...

    async def fetch_one(
        self,
        lookup: Lookup,
        key: Key,
        values: Mapping[str, object] | None = None,
        *,
        primary: bool = False,
    ) -> Row | None:
        """The row with this key, one value for each column of it."""
        ...

    async def write(self, shape: Shape, build: Callable[[], AnyWrite], values: Mapping[str, object]) -> Rows:
        """The rows that one statement wrote. Where it fails, nothing of it stays."""
        ...

    async def transaction(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """What `work` gives. Where it fails, nothing of it stays."""
        ...

    def within(self, session: AsyncSession) -> "Executor":
        """The same, as a part of the transaction of a session."""
        ...
