"""The API as production runs it, over demo data, for the clients to call."""

import asyncio
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from service.dev.demo.data import user_rows
from service.dev.demo.load import load_demo
from service.dev.deploy import connect, deploy
from service.dev.postgres import embedded_postgres
from service.prisma.migrations import read_migrations
from service.prisma.url import parse_database_url
from tests.example.support import SERVICE
from tests.support.api import SECRET_KEY, token
from tests.support.server import running

USER = str(user_rows()[0]["id"])


@contextmanager
def served() -> Generator[dict[str, str]]:
    """What the programs need to know of it, as environment variables."""
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder), keep=False) as postgres:
        database = asyncio.run(postgres.create_database("clients"))
        asyncio.run(_fill(database))
        with Path(folder, "log").open("w") as log, running(database, log, command=SERVICE) as server:
            yield {
                "DATABASE_URL": database,
                "DATA_API_URL": server.url.removesuffix("/api/v1"),
                "SECRET_KEY": SECRET_KEY,
                "TOKEN": token(USER),
                "USER_ID": USER,
            }


async def _fill(url: str) -> None:
    database = parse_database_url(url)
    connection = await connect(database)
    await deploy(connection, read_migrations())
    await connection.close()
    await load_demo(database)
