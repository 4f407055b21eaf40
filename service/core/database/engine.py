"""Engines for what the settings name."""

from typing import Any

import asyncpg
import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from service.core.database.sqlite import behave_like_postgresql
from service.core.database.sqlstate import CannotConnectError
from service.prisma.url import DEFAULT_SCHEMA, DatabaseUrl

RECYCLE_SECONDS = 1800

_LOOK_AT_THE_SERVER = (
    "look at its host, port and TLS parameters in DATABASE_URL, and at the server or its pooler"
)
_HINTS = {
    "28": "look at the user and password in DATABASE_URL, and at pg_hba.conf",
    "3D000": "look at the name of the database in DATABASE_URL",
    "53": "the server has too many connections: look at connection_limit in DATABASE_URL",
    "57": "it is starting or stopping",
}


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
    """Connect. Whatever goes wrong here means that the database is away; the message says what to look at."""
    try:
        return await asyncpg.connect(**arguments)
    except Exception as error:  # noqa: BLE001  # none of them is to be mistaken for a statement's
        state = getattr(error, "sqlstate", None)
        hint = _HINTS.get(state or "", _HINTS.get((state or "")[:2], _LOOK_AT_THE_SERVER))
        reason = (
            "no answer in time" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}"
        )
        raise CannotConnectError(f"cannot connect to the database ({reason}); {hint}", state) from None


def _sqlite_engine(database: DatabaseUrl) -> AsyncEngine:
    engine = create_async_engine(
        database.url,
        hide_parameters=True,
        json_serializer=_to_json,
        json_deserializer=msgspec.json.decode,
    )
    behave_like_postgresql(engine)
    return engine
