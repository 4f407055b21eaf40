"""SQLAlchemy's engines for the databases that the settings name."""

import errno
from itertools import count
from ssl import SSLCertVerificationError
from typing import Any
from uuid import uuid4

import asyncpg
from loguru import logger
from sqlalchemy import event
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry, NullPool

from service.core.database.calendar import set_calendar
from service.core.database.sqlstate import CannotConnectError
from service.core.exact_json import decode_json, encode_json
from service.prisma.url import NOTHING_PREPARED, DatabaseUrl

_LOOK_AT_THE_SERVER = (
    "look at its host, port and TLS parameters in DATABASE_URL, and at the server or its pooler"
)
_HINTS = {
    # PgBouncer says so of a wrong user, password or database.
    "08P01": "look at the user, the password and the database in DATABASE_URL, and at the pooler",
    "28": "look at the user and password in DATABASE_URL, and at pg_hba.conf",
    "28000": "look at the user, sslmode, sslcert and sslkey in DATABASE_URL, and at pg_hba.conf",
    "3D000": "look at the name of the database in DATABASE_URL",
    "53": "the server has too many connections: look at connection_limit in DATABASE_URL",
    "57": "it is starting or stopping",
}
_UNKNOWN_AUTHORITY = (
    "name the file with the authority of the server's certificate in DATABASE_URL, as sslrootcert"
)
_OTHER_NAME = (
    "name the server in DATABASE_URL as its certificate does, or compare no names, by sslmode=verify-ca"
)
_CERTIFICATE_HINTS = {
    **dict.fromkeys((18, 19, 20, 21), _UNKNOWN_AUTHORITY),
    **dict.fromkeys((62, 64), _OTHER_NAME),
}
"""Hints by OpenSSL's number of what is wrong with the server's certificate."""

_OUTPUT = """
SELECT set_config(name, value, false)
FROM (VALUES ('extra_float_digits', '1'), ('bytea_output', 'hex'), ('quote_all_identifiers', 'off')) AS plain (name, value)
WHERE current_setting(name) <> value
"""
"""Sets how PostgreSQL writes what is read as text. A role or database may have it otherwise: numbers would lose digits.

Poolers refuse these settings when a connection begins, and some reserve a session for a client that sets anything, so
that only what differs is set. Behind a pooler that gives each transaction another session, the first alone keeps it.
"""


def make_engine(database: DatabaseUrl, *, statement_timeout: float) -> AsyncEngine:
    """An engine with its own pool. Nothing connects before the first query."""
    if database.ignored:
        logger.warning(
            "The database's URL has parameters that mean nothing here: {}", ", ".join(database.ignored)
        )
    return _make_engine(
        database,
        statement_timeout,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=database.pool_size,
        max_overflow=0,
        pool_timeout=database.pool_timeout,
    )


def make_unpooled_engine(database: DatabaseUrl, *, statement_timeout: float) -> AsyncEngine:
    """An engine that opens a connection each time, and closes it after use."""
    return _make_engine(database, statement_timeout, poolclass=NullPool)


def prepare_nothing(engine: AsyncEngine) -> bool:
    """Have connections that are opened from here on prepare no statements. Returns False where that is so already."""
    if event.contains(engine.sync_engine, "do_connect", _prepare_nothing):
        return False
    event.listen(engine.sync_engine, "do_connect", _prepare_nothing)
    return True


def _make_engine(database: DatabaseUrl, statement_timeout: float, **pool: Any) -> AsyncEngine:
    arguments = dict(database.connect_args)
    # The driver cancels a statement that takes longer, by a separate request that transaction poolers pass on.
    arguments["command_timeout"] = min(statement_timeout, arguments.get("command_timeout", statement_timeout))
    arguments["async_creator_fn"] = _connect
    engine = create_async_engine(
        database.url,
        connect_args=arguments,
        hide_parameters=True,
        json_serializer=encode_json,
        json_deserializer=decode_json,
        **pool,
    )
    # Statements name the schema, as Prisma's do: a role's `search_path` may lead to other tables of these names, or to
    # none.
    return engine.execution_options(schema_translate_map={None: database.schema})


# A trigger may refuse with the SQLSTATE of a warning or of `no_data` (classes 01 and 02). asyncpg makes what it holds for a
# warning immutable, and Python, which has to set an exception's traceback, would raise a TypeError in its place.
asyncpg.PostgresWarning.__setattr__ = Exception.__setattr__  # pyright: ignore[reportAttributeAccessIssue]  # Python itself names its parameters otherwise


class UniquelyNaming(asyncpg.Connection):  # pyright: ignore[reportMissingTypeArgument]  # at run time it takes none
    """A connection that gives its prepared statements unique names.

    asyncpg numbers them from 1 in each process, so that behind a pooler one process would run another's statements.
    """

    process = uuid4().hex
    _numbers = count(1)

    def _get_unique_id(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers)}_{self.process}"


async def _connect(**arguments: Any) -> "asyncpg.Connection[Any]":
    """Connect. Raises `CannotConnectError` whatever goes wrong, which means that the database is away.

    Its message says what to look at.
    """
    try:
        connection = await asyncpg.connect(**arguments, connection_class=UniquelyNaming)
        await _set_up(connection)
    except Exception as error:  # noqa: BLE001  # none of them may be mistaken for a statement's error
        state = getattr(error, "sqlstate", None)
        reason = (
            "no answer in time" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}"
        )
        raise CannotConnectError(
            f"cannot connect to the database ({reason}); {_hint(error, state)}", state
        ) from None
    return connection


def _hint(error: Exception, state: str | None) -> str:
    """What to look at where no connection can be made."""
    if isinstance(error, OSError) and error.errno == errno.EMFILE:
        return "this process has no file descriptor left: raise `ulimit -n`"
    if isinstance(error, SSLCertVerificationError):
        return _CERTIFICATE_HINTS.get(error.verify_code, _LOOK_AT_THE_SERVER)
    return _HINTS.get(state or "", _HINTS.get((state or "")[:2], _LOOK_AT_THE_SERVER))


async def _set_up(connection: "asyncpg.Connection[Any]") -> None:
    try:
        # Sent as one message, which no pooler takes apart.
        await connection.execute(_OUTPUT)
        await set_calendar(connection)
    except BaseException:
        connection.terminate()
        raise


def _prepare_nothing(
    _dialect: Dialect, _record: ConnectionPoolEntry, _args: list[Any], arguments: dict[str, Any]
) -> None:
    arguments.update(NOTHING_PREPARED)
