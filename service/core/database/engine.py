"""Engines for what the settings name."""

from typing import Any

import asyncpg
import msgspec
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from service.prisma.url import DEFAULT_SCHEMA, DatabaseUrl

RECYCLE_SECONDS = 1800


def make_engine(database: DatabaseUrl, *, statement_timeout: float) -> AsyncEngine:
    """An engine with its own pool. Nothing connects before the first query."""
    if not database.is_postgresql:
        return _sqlite_engine(database)
    arguments = dict(database.connect_args)
    # The driver cancels what takes longer, by a request of its own that transaction poolers pass on.
    arguments["command_timeout"] = min(statement_timeout, arguments.get("command_timeout", statement_timeout))
    arguments["async_creator_fn"] = _connect
    engine = create_async_engine(
        database.url,
        connect_args=arguments,
        pool_size=database.pool_size,
        max_overflow=0,
        pool_timeout=database.pool_timeout,
        pool_recycle=RECYCLE_SECONDS,
        pool_use_lifo=True,
        hide_parameters=True,
        json_serializer=_to_json,
        json_deserializer=msgspec.json.decode,
    )
    if database.schema != DEFAULT_SCHEMA:
        engine = engine.execution_options(schema_translate_map={None: database.schema})
    return engine


def _to_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def _connect(**arguments: Any) -> "asyncpg.Connection[Any]":
    """Connect; no answer in time means that the database is away, not that a statement ran too long."""
    try:
        return await asyncpg.connect(**arguments)
    except TimeoutError:
        raise ConnectionError("the database did not take the connection in time") from None


def _sqlite_engine(database: DatabaseUrl) -> AsyncEngine:
    engine = create_async_engine(
        database.url,
        hide_parameters=True,
        json_serializer=_to_json,
        json_deserializer=msgspec.json.decode,
    )
    event.listen(engine.sync_engine, "connect", _sqlite_connect)
    event.listen(engine.sync_engine, "begin", _sqlite_begin)
    return engine


def _sqlite_connect(connection: Any, _record: ConnectionPoolEntry) -> None:
    """Foreign keys as in PostgreSQL, and transactions that begin where SQLAlchemy begins them."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA busy_timeout = 10000")
    cursor.close()


def _sqlite_begin(connection: Any) -> None:
    """Writers queue up here, as they do on PostgreSQL's row locks."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
