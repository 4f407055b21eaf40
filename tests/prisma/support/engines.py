"""Engines over the databases that the fixtures make."""

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from service.prisma.url import DEFAULT_SCHEMA, parse_database_url
from tests.sqlite.settings import database_of


def engine_of(url: str) -> AsyncEngine:
    """Build an engine for a URL as Prisma writes it, or an SQLite file's."""
    if url.startswith("sqlite"):
        return create_async_engine(database_of(url).url)
    database = parse_database_url(url)
    arguments = dict(database.connect_args)
    if database.schema != DEFAULT_SCHEMA:
        # Types are named without their schema, whatever SQLAlchemy translates that to.
        arguments["server_settings"] = {
            **arguments.get("server_settings", {}),
            "search_path": f'"{database.schema}", public',
        }
    return create_async_engine(database.url, connect_args=arguments)
