"""The kinds of errors that come from the database or from the way to it, told apart by SQLSTATE."""

from asyncio import CancelledError
from collections.abc import Iterator

import asyncpg
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

UNIQUE_VIOLATION = "23505"
FOREIGN_KEY_VIOLATION = "23503"
READ_ONLY = "25006"
CONFIGURATION_LIMIT = "53400"
MISSING_STATEMENT = "26000"
DUPLICATE_STATEMENT = "42P05"

_MALFORMED = {"22007", "22008", "22015", "22026", "22P02", "2200M", "2200N"}
_MALFORMED_OR_WRONG_SQL = {"3F000", "42601", "42602", "42704", "42725", "42883", "42P01"}
"""What a `tsquery`, a `jsonpath` or a `regclass` that cannot be read shares with statements that are wrong themselves."""

_RUN_AGAIN = {"40001", "40P01", MISSING_STATEMENT, DUPLICATE_STATEMENT}
"""Serialisation failure and deadlock; and a pooler that switched servers before anything was done."""
_STALE = asyncpg.InvalidCachedStatementError | asyncpg.OutdatedSchemaCacheError
_LOST = ConnectionError | asyncpg.InternalClientError | asyncpg.InterfaceError | DisconnectionError


class CannotConnectError(ConnectionError):
    """No connection could be made. `sqlstate` is what the server said, where it said something."""

    def __init__(self, message: str, sqlstate: str | None = None) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


class OutcomeUnknownError(ConnectionError):
    """The connection was lost, or no answer came in time, while a change was being committed: it may be stored or not."""


def sqlstate(error: BaseException) -> str | None:
    """The five characters of the SQL standard, or None where the error did not come from the database."""
    for inner in _chain(error):
        state = getattr(inner, "sqlstate", None)
        if isinstance(state, str):
            return state
    return None


def driver_error(error: BaseException) -> BaseException:
    """The driver's own error below what SQLAlchemy wrapped around it. What a deadline cancelled is none."""
    return [inner for inner in _chain(error) if not isinstance(inner, CancelledError)][-1]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies below it, down to the driver's own."""
    inner: BaseException | None = error
    while inner is not None:
        yield inner
        inner = inner.orig if isinstance(inner, DBAPIError) else inner.__cause__


def is_malformed(error: BaseException) -> bool:
    """Whether a text was none of its type. Of a wrong statement PostgreSQL says where in it, of one in a function which."""
    said = driver_error(error)
    is_of_statement = getattr(said, "position", None) or getattr(said, "internal_query", None)
    state = sqlstate(error)
    return state in _MALFORMED or (state in _MALFORMED_OR_WRONG_SQL and not is_of_statement)


def is_transient(error: BaseException) -> bool:
    """Whether the same transaction may succeed when it is run again."""
    return sqlstate(error) in _RUN_AGAIN or isinstance(driver_error(error), _STALE)


def is_pooler(error: BaseException) -> bool:
    """Whether a transaction pooler sent a statement to another server than the one that prepared it."""
    return sqlstate(error) in {MISSING_STATEMENT, DUPLICATE_STATEMENT}


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
    """Whether this server cannot answer, so that another one should be asked. A slow one is not away."""
    if cannot_connect(error):
        return True
    if is_timeout(error):
        return False
    return is_disconnect(error) or isinstance(error, OSError) or is_full(error)


def is_full(error: BaseException) -> bool:
    """Whether the server is there, and has no connection, memory or disk left: not what one statement may take of it."""
    state = sqlstate(error) or ""
    return state.startswith("53") and state != CONFIGURATION_LIMIT


def is_refused(error: BaseException) -> bool:
    """Whether the server refuses the user or the password: connections from before are good."""
    return (sqlstate(error) or "").startswith("28")


def cannot_connect(error: BaseException) -> bool:
    """Whether there is no connection at all."""
    return any(isinstance(inner, CannotConnectError) for inner in _chain(error))


def is_timeout(error: BaseException) -> bool:
    """Whether the answer did not come in time.

    Where the driver gives up waiting for the end of an earlier statement it cancels that wait: nothing was sent, and
    the server is away.
    """
    innermost = list(_chain(error))[-1]
    return not isinstance(error, PoolTimeoutError) and isinstance(innermost, TimeoutError)


def is_read_only(error: BaseException) -> bool:
    """Whether the server takes no writes: it is the primary no more, or its disk is full."""
    return sqlstate(error) == READ_ONLY
