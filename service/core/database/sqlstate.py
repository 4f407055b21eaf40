"""The kinds of errors of the database and of the connection to it, told apart by SQLSTATE."""

from asyncio import CancelledError
from collections.abc import Iterator

import asyncpg
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

NOT_NULL_VIOLATION = "23502"
UNIQUE_VIOLATION = "23505"
FOREIGN_KEY_VIOLATION = "23503"
READ_ONLY = "25006"
CONFIGURATION_LIMIT = "53400"
MISSING_STATEMENT = "26000"
DUPLICATE_STATEMENT = "42P05"

_MALFORMED = {"22007", "22008", "22015", "22026", "22P02", "2200M", "2200N"}
_MALFORMED_OR_WRONG_SQL = {"3F000", "42601", "42602", "42704", "42725", "42883", "42P01"}
"""SQLSTATEs of a malformed `tsquery`, `jsonpath` or `regclass`, which a wrong statement can have as well."""

_RUN_AGAIN = {"40001", "40P01", MISSING_STATEMENT, DUPLICATE_STATEMENT}
"""Serialisation failure, deadlock, and a pooler that switched servers before anything was done."""
_OUTDATED = asyncpg.InvalidCachedStatementError | asyncpg.OutdatedSchemaCacheError
_LOST = ConnectionError | asyncpg.InternalClientError | asyncpg.InterfaceError | DisconnectionError


class CannotConnectError(ConnectionError):
    """No connection could be made. `sqlstate` is the server's, or None where no server answered with one."""

    def __init__(self, message: str, sqlstate: str | None = None) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


class OutcomeUnknownError(ConnectionError):
    """The connection was lost, or no answer came in time, during the commit of a change: it may be stored or not."""


def sqlstate(error: BaseException) -> str | None:
    """The five characters of the error's SQLSTATE, or None where it did not come from the database."""
    for inner in _chain(error):
        state = getattr(inner, "sqlstate", None)
        if isinstance(state, str):
            return state
    return None


def driver_error(error: BaseException) -> BaseException:
    """The driver's own error below what SQLAlchemy wrapped around it. A cancellation below a timeout does not count."""
    return [inner for inner in _chain(error) if not isinstance(inner, CancelledError)][-1]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, then each error that caused the one before, down to the driver's own."""
    inner: BaseException | None = error
    while inner is not None:
        yield inner
        inner = inner.orig if isinstance(inner, DBAPIError) else inner.__cause__


def is_malformed(error: BaseException) -> bool:
    """Whether a text is malformed for its type.

    A wrong statement may have the same SQLSTATE, but PostgreSQL then adds a position in it, or the query of a function.
    """
    is_of_statement = getattr(driver_error(error), "position", None) or is_of_function(error)
    state = sqlstate(error)
    return state in _MALFORMED or (state in _MALFORMED_OR_WRONG_SQL and not is_of_statement)


def is_of_function(error: BaseException) -> bool:
    """Whether the error arose in a function or trigger of the database, and not in the statement itself."""
    said = driver_error(error)
    # The language's name is the same in each language of the server's messages.
    return bool(getattr(said, "internal_query", None)) or "PL/pgSQL" in (getattr(said, "context", None) or "")


def is_outdated(error: BaseException) -> bool:
    """Whether tables or types have changed since the statement was prepared. The driver has forgotten it by now."""
    return isinstance(driver_error(error), _OUTDATED)


def is_transient(error: BaseException) -> bool:
    """Whether the same transaction may succeed when it is run again."""
    return sqlstate(error) in _RUN_AGAIN or is_outdated(error)


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
    # The driver's own errors without a SQLSTATE say that it can no longer use the connection.
    return any(isinstance(inner, _LOST) and not isinstance(inner, ValueError) for inner in _chain(error))


def is_away(error: BaseException) -> bool:
    """Whether this server cannot answer, so that another one should be asked. A slow server is not away."""
    if cannot_connect(error):
        return True
    if is_timeout(error):
        return False
    return is_disconnect(error) or isinstance(error, OSError) or is_full(error)


def is_full(error: BaseException) -> bool:
    """Whether the server is there but out of connections, memory or disk. A limit on one statement is not that."""
    state = sqlstate(error) or ""
    return state.startswith("53") and state != CONFIGURATION_LIMIT


def is_refused(error: BaseException) -> bool:
    """Whether the server refuses the user or the password. Connections opened before stay good."""
    return (sqlstate(error) or "").startswith("28")


def cannot_connect(error: BaseException) -> bool:
    """Whether there is no connection at all."""
    return any(isinstance(inner, CannotConnectError) for inner in _chain(error))


def is_timeout(error: BaseException) -> bool:
    """Whether the answer to a statement did not come in time.

    False where the driver gave up waiting for an earlier statement to end, which shows as a cancellation: nothing was
    sent then, and the server is away.
    """
    innermost = list(_chain(error))[-1]
    return not isinstance(error, PoolTimeoutError) and isinstance(innermost, TimeoutError)


def is_read_only(error: BaseException) -> bool:
    """Whether the server takes no writes, because it is no longer the primary or its disk is full."""
    return sqlstate(error) == READ_ONLY
