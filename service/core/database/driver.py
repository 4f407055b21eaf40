"""What the database layer asks of asyncpg itself."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

Rows: TypeAlias = Sequence[Sequence[Any]]


class Prepared(Protocol):
    """What is asked of asyncpg's prepared statement."""

    async def fetch(self, *args: object, timeout: float | None = None) -> Rows:  # noqa: ASYNC109  # asyncpg names it so
        """Run it."""
        ...


class Driver(Protocol):
    """What is asked of asyncpg's connection."""

    async def fetch(self, query: str, *args: object, timeout: float | None = None) -> Rows:  # noqa: ASYNC109  # asyncpg names it so
        """Run a query in one round trip."""
        ...

    async def prepare(self, query: str, *, name: str, timeout: float | None = None) -> Prepared:  # noqa: ASYNC109  # asyncpg names it so
        """Let the server parse it under a name, or under none."""
        ...

    def is_closed(self) -> bool:
        """Whether it can be used no more."""
        ...
