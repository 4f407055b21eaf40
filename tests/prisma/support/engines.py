"""Engines over the databases that the fixtures make."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from service.core.database.sqlite import hold_every_name
from service.prisma.url import DEFAULT_SCHEMA, parse_database_url


def engine_of(url: str) -> AsyncEngine:
    """Build an engine for a URL as Prisma writes it, or an SQLite file's."""
    if url.startswith("sqlite"):
        engine = create_async_engine(sa.make_url(url).set(drivername="sqlite+aiosqlite"))
        hold_every_name(engine.sync_engine)
        return engine
    database = parse_database_url(url)
    arguments = dict(database.connect_args)
    if database.schema != DEFAULT_SCHEMA:
        # Types are named without their schema, whatever SQLAlchemy translates that to.
        arguments["server_settings"] = {
            **arguments.get("server_settings", {}),
            "search_path": f'"{database.schema}"',
        }
    return create_async_engine(database.url, connect_args=arguments)
