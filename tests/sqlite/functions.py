"""Functions of PostgreSQL's that every connection to SQLite gets."""

import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from hashlib import blake2b
from struct import pack, unpack


def _row_hash(*columns: object) -> int:
    """Tell the contents of columns apart, as `hashtextextended` does."""
    return int.from_bytes(blake2b(repr(columns).encode(), digest_size=8).digest(), signed=True)


def _holds_words(text: str, *columns: object) -> bool:
    """Whether the columns hold each word of the text; PostgreSQL knows their forms as well."""
    held = _words(" ".join(str(column) for column in columns if column is not None))
    return bool(asked := _words(text)) and asked <= held


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _lower(value: object) -> str | None:
    """SQLite's own knows ASCII alone."""
    return None if value is None else str(value).lower()


def _current_setting(name: str) -> str | None:
    return sqlite3.sqlite_version if name == "server_version" else None


def _current_database() -> str:
    return "main"


def _size(_database: str) -> int:
    return 1


def single_digits(number: float | None) -> float | None:
    """The shortest number of those that single precision takes for this one."""
    if number is None:
        return None
    shorter = (float(f"{number:.{digits}g}") for digits in range(1, 9))
    return next((each for each in shorter if unpack("f", pack("f", each))[0] == number), number)


def _cardinality(items: str | None) -> int | None:
    return None if items is None else len(json.loads(items))


def _same_json(one: str | float | None, other: str | float | None) -> bool | None:
    """Whether two documents say the same; of one that is a number, SQLite makes a number. To Python's `==`, 1 is true."""
    if one is None or other is None:
        return None
    said = {json.dumps(json.loads(str(each), parse_int=float), sort_keys=True) for each in (one, other)}
    return len(said) == 1


def _lock(_number: int) -> None:
    """SQLite has one writer at a time."""


FUNCTIONS: Mapping[str, Callable[..., str | float | None]] = {
    "row_hash": _row_hash,
    "holds_words": _holds_words,
    "lower": _lower,
    "cardinality": _cardinality,
    "same_json": _same_json,
    "single_digits": single_digits,
    "current_setting": _current_setting,
    "current_database": _current_database,
    "pg_database_size": _size,
    "pg_advisory_xact_lock": _lock,
}
