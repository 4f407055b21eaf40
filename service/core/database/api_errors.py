"""The API errors for errors of the database: the class of the SQLSTATE decides, with exceptions for single codes."""

from typing import NamedTuple

from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.core.database.sqlstate import (
    OutcomeUnknownError,
    cannot_connect,
    driver_error,
    is_away,
    is_of_function,
    is_outdated,
    is_timeout,
    sqlstate,
)
from service.core.errors import (
    AlreadyExists,
    ApiError,
    Conflict,
    Forbidden,
    Timeout,
    Unavailable,
    ValidationFailed,
)


class Answer(NamedTuple):
    kind: type[ApiError]
    detail: str


_AWAY = Answer(Unavailable, "The database is away or overloaded. Try again in a moment.")
_UNKNOWN = Answer(
    Unavailable,
    "The connection was lost before the database said whether the change is stored. Check whether it is before you repeat the call.",
)
_UNKNOWN_IN_TIME = Answer(
    Timeout,
    "The database did not say in time whether the change is stored. Check whether it is before you repeat the call.",
)
_BUSY = Answer(Unavailable, "Others are changing the same data. Try again in a moment.")
_MOVED = Answer(Unavailable, "The database is changing over to another server. Try again in a moment.")
_LACKS = Answer(
    Unavailable, "The database lacks something that this version of the service needs; readiness names it."
)
_FUNCTION = Answer(
    Unavailable,
    "A function, trigger or policy of the database fails: it lacks something that it needs, or is wrong.",
)
_CHANGES = Answer(Unavailable, "The tables of the database are being changed. Try again in a moment.")
_NOT_YET = Answer(Unavailable, "The database is not in a state in which it can do this. Try again later.")
_USED_UP = Answer(Unavailable, "The database has no number left to give: a sequence has reached its end.")
_NOT_GRANTED = Answer(
    Unavailable,
    "The role with which this service connects to the database may not do this: GRANTs are missing.",
)
_TOO_LONG = Answer(Timeout, "The database did not answer in time. Ask for less, or try again later.")
_TAKEN = Answer(AlreadyExists, "Another one with the same unique values exists already.")
_OVERLAPS = Answer(Conflict, "It conflicts with another one that exists already.")
_REFERENCE = Answer(Conflict, "It refers to something that does not exist, or something still refers to it.")
_REFERRED_TO = Answer(Conflict, "Something still refers to it.")
_VALUE = Answer(
    ValidationFailed, "The database refuses a value: it is missing, too long, out of range or malformed."
)
_ENCODING = Answer(ValidationFailed, "A value has a character that this database cannot hold.")
_CHECK = Answer(
    ValidationFailed, "A rule of the table (a CHECK) does not hold: for a value, or for several together."
)
_RULE = Answer(ValidationFailed, "A rule of the database refuses this.")
_NO_XML = Answer(
    ValidationFailed,
    "This database takes no XML, since its PostgreSQL was built without libxml. Leave it out.",
)
_NO_SEARCH = Answer(
    ValidationFailed,
    "The database cannot search for a part of a text whose collation takes different letters for the same.",
)
_NOT_ALLOWED = Answer(Forbidden, "A rule of the database does not allow this.")

_CODES: dict[str, Answer] = {
    "2200H": _USED_UP,
    "22P05": _ENCODING,
    "23001": _REFERRED_TO,
    "23503": _REFERENCE,
    "23505": _TAKEN,
    "23514": _CHECK,
    "23P01": _OVERLAPS,
    "25006": _MOVED,
    "25P03": _AWAY,  # idle in a transaction for too long
    "25P04": _TOO_LONG,
    "3D000": _AWAY,
    "3F000": _LACKS,
    "42501": _NOT_GRANTED,
    "42703": _LACKS,
    "42704": _LACKS,
    "42P01": _LACKS,
    "42P05": _AWAY,
    "42P17": _FUNCTION,  # policies that refer to each other, for one
    "54001": _AWAY,
    "55000": _NOT_YET,  # a materialized view that was never filled, for one
    "57014": _TOO_LONG,
}
_CLASSES: dict[str, Answer] = {
    "08": _AWAY,
    "09": _RULE,
    "22": _VALUE,
    "23": _VALUE,
    "26": _AWAY,
    "27": _RULE,
    "28": _AWAY,
    "40": _BUSY,
    "44": _RULE,
    "53": _AWAY,
    "54": _VALUE,  # a value too long for an index, or too many of something
    "55": _BUSY,
    "57": _AWAY,
    "58": _AWAY,
    "72": _BUSY,
    "HV": _AWAY,
    "P0": _RULE,
}
_FREE = frozenset("56789IJKLMNOPQRSTUVWXYZ")
"""The first characters of the classes that the SQL standard leaves to whoever raises them."""
_INTERNAL = "XX"
"""The class of what PostgreSQL itself holds for a bug."""

_RAISED: dict[str, Answer] = {"28": _NOT_ALLOWED, "42501": _NOT_ALLOWED, "55000": _RULE}
"""What SQLSTATEs and classes mean in a RAISE, where PostgreSQL itself means something else by them."""

_INSUFFICIENT_PRIVILEGE = "42501"
_NOT_SUPPORTED = "0A000"
_NOT_TAKEN = {_NOT_SUPPORTED, "42809", "428C9", "55000"}
"""SQLSTATEs of a write that a rule, a view or a generated column does not take, where they come from `_TARGET`."""
# Names of functions and files in PostgreSQL's source, by which errors of one SQLSTATE are told apart.
_BY_FILE = {"xml.c": _NO_XML, "like.c": _NO_SEARCH}
"""What is not supported, by the file that says so."""
_TARGET = {"rewriteHandler.c", "execMain.c"}
_RAISE = "exec_stmt_raise"
_ROW_SECURITY = "ExecWithCheckOptions"


class RefusedPart(Exception):
    """The database refused a part of a body: `pointer` says which, the cause of this error why."""

    def __init__(self, pointer: str) -> None:
        super().__init__(pointer)
        self.pointer = pointer


def database_error(error: BaseException, *, messages: bool = False) -> ApiError | None:
    """The answer to an error of the database or of the connection to it; None where it is a bug of this service.

    With `messages`, callers read what a trigger or function of app-web said with RAISE.
    """
    answer = _answer(error)
    if answer is None:
        return None
    said = messages and answer.kind.status < ApiError.status and _routine(error) == _RAISE
    known = answer.kind(str(driver_error(error).args[0]) if said else answer.detail)
    return known.below(error.pointer) if isinstance(error, RefusedPart) else known


def _answer(error: BaseException) -> Answer | None:
    if isinstance(error, PoolTimeoutError) or cannot_connect(error):
        return _AWAY
    if isinstance(error, OutcomeUnknownError):
        return _UNKNOWN_IN_TIME if is_timeout(error) else _UNKNOWN
    if is_timeout(error):
        return _TOO_LONG
    if is_outdated(error):
        return _CHANGES
    state = sqlstate(error)
    if state is None:
        return _AWAY if is_away(error) else None
    if state == _INSUFFICIENT_PRIVILEGE and _routine(error) == _ROW_SECURITY:
        return _NOT_ALLOWED
    if state == _NOT_SUPPORTED and (unsupported := _BY_FILE.get(_file(error) or "")):
        return unsupported
    if state in _NOT_TAKEN and _file(error) in _TARGET:
        return _RULE
    is_custom = state[0] in _FREE and state[:2] != _INTERNAL
    known = _CODES.get(state) or _CLASSES.get(state[:2]) or (_RULE if is_custom else None)
    if _routine(error) == _RAISE:
        return (
            _RAISED.get(state)
            or _RAISED.get(state[:2])
            or known
            or (None if state[:2] == _INTERNAL else _RULE)
        )
    if known in (None, _LACKS, _NOT_GRANTED) and is_of_function(error):
        # Readiness does not know what app-web's own functions need, so that it cannot name it.
        return _FUNCTION
    return known


def _routine(error: BaseException) -> object:
    """The function in PostgreSQL's source that raised the error."""
    return getattr(driver_error(error), "server_source_function", None)


def _file(error: BaseException) -> str | None:
    """The file of PostgreSQL's source that raised the error."""
    return getattr(driver_error(error), "server_source_filename", None)
