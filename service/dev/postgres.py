"""A real PostgreSQL 18, installed from a wheel, for development and tests."""

import contextlib
import shutil
from collections.abc import Generator, Mapping
from pathlib import Path
from urllib.parse import quote

import asyncpg

from service.dev.cluster import find_cluster, used
from service.dev.deploy import connect
from service.prisma.url import parse_database_url

FAST_AND_LOOSE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Settings that give up safety for speed, for data that may be lost in a crash."""


class EmbeddedPostgres:
    """A running server."""

    def __init__(self, data: Path, sockets: Path) -> None:
        self.data = data
        self._sockets = sockets

    def url(self, database: str = "postgres") -> str:
        """The URL of a database, in the form that Prisma takes."""
        return f"postgresql://postgres@/{database}?host={quote(str(self._sockets))}"

    async def execute(self, statement: str) -> None:
        """Run a statement outside of any transaction, on the database `postgres`."""
        connection = await connect(parse_database_url(self.url()))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def create_database(self, name: str, *, template: str = "template0") -> str:
        """Create a database, unless there is one of that name, and return its URL."""
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
        """Change settings of the server that take effect without a restart."""
        for name, value in settings.items():
            quoted = value.replace("'", "''")
            await self.execute(f"ALTER SYSTEM SET {name} = '{quoted}'")
        await self.execute("SELECT pg_reload_conf()")


@contextlib.contextmanager
def embedded_postgres(data: Path, *, keep: bool = True) -> Generator[EmbeddedPostgres]:
    """Run a server on the folder `data` while the block runs; at its end the data are deleted, unless `keep`."""
    cluster = find_cluster(data.expanduser().resolve())
    try:
        with used(cluster):
            yield EmbeddedPostgres(cluster.data, cluster.sockets)
    finally:
        if not keep:
            for folder in {cluster.data, cluster.sockets}:
                shutil.rmtree(folder, ignore_errors=True)
