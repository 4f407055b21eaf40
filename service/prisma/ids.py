"""Ids as Prisma's client makes them."""

import itertools
import os
import secrets
import socket
import time
from datetime import UTC, datetime

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
BLOCK = 36**4

_counter = itertools.count(secrets.randbelow(BLOCK))


def cuid() -> str:
    """A cuid: `c`, the time, a counter, the process and its host, and eight random letters; 25 characters."""
    clock = _base36(time.time_ns() // 1_000_000, 8)
    count = _base36(next(_counter) % BLOCK, 4)
    random = _base36(secrets.randbits(64) % BLOCK**2, 8)
    return f"c{clock}{count}{_fingerprint()}{random}"


def now() -> datetime:
    """The time as Prisma writes it: UTC, in milliseconds."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _fingerprint() -> str:
    """Two letters of the process, two of its host; asked anew, since a worker is a fork."""
    host = socket.gethostname()
    return _base36(os.getpid() % 1296, 2) + _base36((sum(map(ord, host)) + len(host) + 36) % 1296, 2)


def _base36(number: int, width: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = ALPHABET[digit] + digits
    return digits.rjust(width, "0")[-width:]
