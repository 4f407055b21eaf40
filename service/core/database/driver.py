"""The part of asyncpg that the database layer uses directly."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

Rows: TypeAlias = Sequence[Sequence[Any]]


class Prepared(Protocol):
    """The part of asyncpg's prepared statement that is used."""

    async def fetch(self, *args: object, timeout: float | None = None) -> Rows:  # noqa: ASYNC109  # asyncpg names it so
        """Run the statement."""
        ...


class Driver(Protocol):
    """The part of asyncpg's connection that is used."""

    async def fetch(self, query: str, *args: object, timeout: float | None = None) -> Rows:  # noqa: ASYNC109  # asyncpg names it so
        """Run a query in one round trip."""
        ...

    async def prepare(self, query: str, *, name: str, timeout: float | None = None) -> Prepared:  # noqa: ASYNC109  # asyncpg names it so
        """Have the server parse a query under a name; an empty one leaves the statement unnamed."""
        ...

    def is_closed(self) -> bool:
        """Whether the connection can no longer be used."""
        ...
