"""Dates and timestamps between Python and asyncpg, whose own form takes the first and the last day for infinity.

A date of 9999-12-31, which many mean as "for ever", would be stored as infinity, and so would each moment of that day.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

FIRST_DAY = date(2000, 1, 1).toordinal()
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Both kinds of timestamp count from it."""
MICROSECOND = timedelta(microseconds=1)


async def set_calendar(connection: Any) -> None:
    """Let a connection of asyncpg's write each day as it is."""
    naive = BEGINNING.replace(tzinfo=None)
    for name, encode, decode in (
        ("date", _from_date, _to_date),
        ("timestamp", partial(_from_moment, naive), partial(_to_moment, naive)),
        ("timestamptz", partial(_from_moment, BEGINNING), partial(_to_moment, BEGINNING)),
    ):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=encode, decoder=decode, format="tuple"
        )


def _from_date(value: date) -> tuple[int]:
    return (value.toordinal() - FIRST_DAY,)


def _to_date(stored: tuple[int]) -> date:
    try:
        return date.fromordinal(stored[0] + FIRST_DAY)
    except (ValueError, OverflowError):
        return date.max if stored[0] > 0 else date.min


def _from_moment(beginning: datetime, value: datetime) -> tuple[int]:
    return ((value - beginning) // MICROSECOND,)


def _to_moment(beginning: datetime, stored: tuple[int]) -> datetime:
    try:
        return beginning + timedelta(microseconds=stored[0])
    except OverflowError:
        day = date.max if stored[0] > 0 else date.min
        return datetime.combine(day, time.max if stored[0] > 0 else time.min, beginning.tzinfo)
