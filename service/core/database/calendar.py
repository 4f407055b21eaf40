"""Codecs for dates and timestamps, since asyncpg's own take Python's first and last day for infinity.

They would store a date of 9999-12-31, which many mean as "for ever", as infinity, and each moment of that day as well.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

FIRST_DAY = date(2000, 1, 1).toordinal()
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""The epoch of both timestamp types, with and without time zone."""
MICROSECOND = timedelta(microseconds=1)


async def set_calendar(connection: Any) -> None:
    """Have an asyncpg connection store each day as it is. What Python cannot hold is read as its first or last day."""
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
