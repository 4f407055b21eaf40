"""The values that Prisma's client generates itself: ids of every kind, and the time."""

import itertools
import os
import secrets
import socket
import string
import time as clock
from datetime import UTC, date, datetime, time
from uuid import UUID
from weakref import WeakKeyDictionary

import uuid_utils
from cuid2 import create_id
from ulid import ULID
from uuid_utils import compat

BASE36 = string.digits + string.ascii_lowercase
PAIRS = tuple(high + low for high in BASE36 for low in BASE36)
PAIR = len(PAIRS)
BLOCK = PAIR**2

NANOID_SIZE = 21
NANOID_LETTERS = (string.ascii_letters + string.digits + "-_").encode() * 4
"""The letter for each value of a byte. There are 64 letters, four times each, so that all are equally likely."""


class _Process:
    """The four letters of a cuid that stand for this process and its host, and its counter. A fork starts its own."""

    def __init__(self) -> None:
        self.start()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.start)

    def start(self) -> None:
        host = socket.gethostname()
        self.letters = PAIRS[os.getpid() % PAIR] + PAIRS[(sum(map(ord, host)) + len(host) + 36) % PAIR]
        self.counter = itertools.count(secrets.randbelow(BLOCK))


_process = _Process()


def cuid() -> str:
    """A new cuid of 25 letters: `c`, the time, a counter, the process and its host, and randomness."""
    moment = _eight_letters(clock.time_ns() // 1_000_000)
    count = next(_process.counter) % BLOCK
    random = _eight_letters(int.from_bytes(os.urandom(8)))
    return f"c{moment}{PAIRS[count // PAIR]}{PAIRS[count % PAIR]}{_process.letters}{random}"


def _eight_letters(number: int) -> str:
    """The last eight digits of a number, to base 36."""
    high, low = divmod(number, BLOCK)
    return PAIRS[high // PAIR % PAIR] + PAIRS[high % PAIR] + PAIRS[low // PAIR] + PAIRS[low % PAIR]


def cuid2() -> str:
    """A new `cuid(2)`: 24 letters that tell neither when nor where it was made."""
    return create_id()


def uuid4() -> str:
    """A new `uuid()` for a text column."""
    return str(uuid_utils.uuid4())


def uuid7() -> str:
    """A new `uuid(7)` for a text column: later ones sort higher."""
    return str(uuid_utils.uuid7())


def native_uuid4() -> UUID:
    """A new `uuid()` for a `@db.Uuid` column."""
    return compat.uuid4()


def native_uuid7() -> UUID:
    """A new `uuid(7)` for a `@db.Uuid` column."""
    return compat.uuid7()


def ulid() -> str:
    """A new `ulid()`: the time, and 80 random bits; later ones sort higher."""
    # The library's own clock is not used, since a fork would inherit its state.
    milliseconds = clock.time_ns() // 1_000_000
    return str(ULID.from_bytes(milliseconds.to_bytes(6) + os.urandom(10)))


def nanoid(size: int = NANOID_SIZE) -> str:
    """A new `nanoid(size)`: letters that need no escape in a URL."""
    return os.urandom(size).translate(NANOID_LETTERS).decode()


_moments: WeakKeyDictionary[object, datetime] = WeakKeyDictionary()


def utc_now() -> datetime:
    """The current time as Prisma writes it: in UTC, cut to milliseconds."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def now(context: object) -> datetime:
    """The time of a write, the same for all columns, so that a new row's `createdAt` and `updatedAt` are one moment.

    `context` is SQLAlchemy's execution context. It has no default, since SQLAlchemy hands the context to a column's
    default only where the argument is required.
    """
    moment = _moments.get(context)
    if moment is None:
        moment = _moments[context] = utc_now()
    return moment


def today(context: object) -> date:
    """The date of a write in UTC: `now()` in a `@db.Date` column."""
    return now(context).date()


def time_of_day(context: object) -> time:
    """The time of day of a write in UTC: `now()` in a `@db.Time` column."""
    return now(context).time()


def time_of_day_with_offset(context: object) -> str:
    """The time of day of a write in UTC, with its offset: `now()` in a `@db.Timetz` column."""
    return f"{time_of_day(context).isoformat('milliseconds')}+00"
