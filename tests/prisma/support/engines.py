"""Engines over the databases that the fixtures make."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from service.prisma.url import parse_database_url


def engine_of(url: str) -> AsyncEngine:
    """Build an engine for a URL as Prisma writes it, or an SQLite file's."""
    if url.startswith("sqlite"):
        return create_async_engine(sa.make_url(url).set(drivername="sqlite+aiosqlite"))
    database = parse_database_url(url)
    return create_async_engine(database.url, connect_args=dict(database.connect_args))
