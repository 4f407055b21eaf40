"""What tests do to a database: tables of their own models, and statements from outside of the service."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import AsyncConnection

from service.dev.deploy import connect
from service.prisma.url import parse_database_url
from tests.prisma.support.engines import engine_of
from tests.sqlite.portable import portable


async def create_tables(url: str, metadata: MetaData, *names: str) -> None:
    """Create all tables of `metadata`, or those of `names`; in an SQLite file as it can have them."""

    def create(connection: Connection) -> None:
        theirs = portable(metadata) if connection.dialect.name == "sqlite" else metadata
        theirs.create_all(connection, [theirs.tables[name] for name in names] or None)

    async with transaction_on(url) as connection:
        await connection.run_sync(create)


async def execute(url: str, statement: str) -> None:
    """Run a statement, or several, from outside of the service."""
    connection = await connect(parse_database_url(url))
    await connection.execute(statement)
    await connection.close()


@asynccontextmanager
async def transaction_on(url: str) -> AsyncGenerator[AsyncConnection]:
    """A connection of its own, whose changes are committed in the end."""
    engine = engine_of(url)
    async with engine.begin() as connection:
        yield connection
    await engine.dispose()
