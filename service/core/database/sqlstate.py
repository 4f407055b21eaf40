"""What a database error means, by its SQLSTATE: one table for PostgreSQL, and SQLite's names for the same."""

from collections.abc import Iterator

import asyncpg
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.core.errors import AlreadyExists, ApiError, Conflict, Timeout, Unavailable, ValidationFailed

UNIQUE_VIOLATION = "23505"
FOREIGN_KEY_VIOLATION = "23503"
SERIALIZATION_FAILURE = "40001"
DEADLOCK_DETECTED = "40P01"
QUERY_CANCELED = "57014"

_SQLITE_STATES = {
    "SQLITE_CONSTRAINT_UNIQUE": UNIQUE_VIOLATION,
    "SQLITE_CONSTRAINT_PRIMARYKEY": UNIQUE_VIOLATION,
    "SQLITE_CONSTRAINT_FOREIGNKEY": FOREIGN_KEY_VIOLATION,
    "SQLITE_CONSTRAINT_NOTNULL": "23502",
    "SQLITE_CONSTRAINT_CHECK": "23514",
    "SQLITE_BUSY": SERIALIZATION_FAILURE,
}

_LOST = ConnectionError | asyncpg.InternalClientError | asyncpg.InterfaceError | DisconnectionError

_TRY_AGAIN = "The database is away or overloaded. Try again in a moment."
_BUSY = "Others are changing the same data. Try again in a moment."
_TOO_LONG = "The database did not answer in time. Ask for less, or try again later."
_TAKEN = "Another one with the same unique values exists already."
_REFERENCE = "It refers to something that does not exist, or something still refers to it."
_VALUE = "The database refuses a value: it is missing, too long, out of range or malformed."


def sqlstate(error: BaseException) -> str | None:
    """The five characters of the SQL standard, or None where the error did not come from the database."""
    for inner in _chain(error):
        state = getattr(inner, "sqlstate", None) or _SQLITE_STATES.get(getattr(inner, "sqlite_errorname", ""))
        if isinstance(state, str):
            return state
    return None


def driver_error(error: BaseException) -> BaseException:
    """The driver's own error below what SQLAlchemy wrapped around it."""
    return list(_chain(error))[-1]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies below it, down to the driver's own."""
    inner: BaseException | None = error
    while inner is not None:
        yield inner
        inner = inner.orig if isinstance(inner, DBAPIError) else inner.__cause__


def is_transient(error: BaseException) -> bool:
    """Whether the same transaction may succeed when it is run again."""
    return sqlstate(error) in {SERIALIZATION_FAILURE, DEADLOCK_DETECTED} or isinstance(
        driver_error(error), asyncpg.InvalidCachedStatementError | asyncpg.OutdatedSchemaCacheError
    )


def is_disconnect(error: BaseException) -> bool:
    """Whether the connection was lost, so that a read may be repeated on another one."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    state = sqlstate(error)
    if state is not None:
        return state.startswith(("08", "57P"))
    # The driver's errors without a state speak of a connection that it can use no more.
    return any(isinstance(inner, _LOST) and not isinstance(inner, ValueError) for inner in _chain(error))


def is_away(error: BaseException) -> bool:
    """Whether this server cannot answer, so that another one should be asked."""
    return is_disconnect(error) or isinstance(error, OSError) or (sqlstate(error) or "").startswith("53")


def database_error(error: BaseException) -> ApiError | None:  # a table, a row a line
    """The answer for an error of the database or of the way to it; None where it is a bug of ours."""
    if isinstance(error, PoolTimeoutError):
        return Unavailable(_TRY_AGAIN)
    if isinstance(error, TimeoutError):
        return Timeout(_TOO_LONG)
    state = sqlstate(error)
    if state is None:
        return Unavailable(_TRY_AGAIN) if is_away(error) else None
    match state[:2], state:
        case _, "23505":
            return AlreadyExists(_TAKEN)
        case _, "23503":
            return Conflict(_REFERENCE)
        case ("22", _) | (_, "23502" | "23514"):
            return ValidationFailed(_VALUE)
        case _, "57014":
            return Timeout(_TOO_LONG)
        case _, "40001" | "40P01":
            return Unavailable(_BUSY)
        case ("08" | "53", _) | (_, "57P01" | "57P02" | "57P03"):
            return Unavailable(_TRY_AGAIN)
        case _:
            return None
