"""The database to reflect: the one that DATABASE_URL names, or a scratch one with the migrations applied."""

import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from service.dev.postgres import FAST_AND_LOOSE, embedded_postgres
from service.prisma.deploy import connect, deploy
from service.prisma.migrations import read_migrations
from service.prisma.url import DatabaseUrl, parse_database_url


@contextlib.asynccontextmanager
async def scratch_database(folder: Path) -> AsyncIterator[DatabaseUrl]:
    """An embedded PostgreSQL with the migrations of a Prisma folder applied."""
    with tempfile.TemporaryDirectory() as data, embedded_postgres(Path(data) / "data") as server:
        await server.configure(FAST_AND_LOOSE)
        url = parse_database_url(await server.create_database("reflected"))
        connection = await connect(url)
        try:
            await deploy(connection, read_migrations(folder))
        finally:
            await connection.close()
        yield url
