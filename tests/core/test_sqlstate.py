"""What a caller is told of each error of the database."""

import asyncio

import asyncpg
import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.core.database.api_errors import database_error
from service.core.database.sqlstate import (
    CannotConnectError,
    driver_error,
    is_away,
    is_disconnect,
    is_timeout,
    is_transient,
)
from service.core.errors import ApiError


class Raised(Exception):
    """An error of a driver."""

    def __init__(self, sqlstate: str, file: str | None = None) -> None:
        super().__init__()
        self.sqlstate = sqlstate
        self.server_source_filename = file


def answer(error: Exception) -> tuple[int, str] | None:
    known: ApiError | None = database_error(error)
    return known and (known.status, known.code)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["23505"], (409, "already_exists")),
        (["23001", "23503", "23P01"], (409, "conflict")),
        (
            ["22001", "22003", "22P02", "22P05", "23000", "23502", "23514", "54000"],
            (422, "validation_failed"),
        ),
        (["P0001", "P0004", "44000", "27000", "90001", "I0001", "PT409"], (422, "validation_failed")),
        (["57014", "25P04"], (504, "timeout")),
        (["2200H", "40001", "40P01", "42P17", "55000", "55P03", "55006"], (503, "unavailable")),
        (["08000", "08006", "53300", "57000", "57P01", "57P02", "57P03", "58030"], (503, "unavailable")),
        (
            ["25006", "42P01", "42703", "3F000", "42501", "28P01", "3D000", "26000", "42P05"],
            (503, "unavailable"),
        ),
        (["XX000", "42601", "42883", "0A000", "25P02", "F0000"], None),
    ],
)
def test_each_state_has_its_answer(states: list[str], expected: tuple[int, str] | None) -> None:
    assert {answer(Raised(state)) for state in states} == {expected}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (PoolTimeoutError(), (503, "unavailable")),
        (TimeoutError(), (504, "timeout")),
        (ConnectionRefusedError(), (503, "unavailable")),
        (OSError("no route"), (503, "unavailable")),
        (CannotConnectError("Tenant not found", "XX000"), (503, "unavailable")),
        (CannotConnectError("no answer in time"), (503, "unavailable")),
        (asyncpg.InterfaceError("connection is closed"), (503, "unavailable")),
        # ILIKE with a nondeterministic collation, which only a PostgreSQL that was built with ICU has.
        (Raised("0A000", "like.c"), (422, "validation_failed")),
        (asyncpg.DataError("no number"), (422, "validation_failed")),
        (asyncpg.InvalidCachedStatementError("a migration changed the result"), (503, "unavailable")),
        (LookupError(), None),
    ],
)
def test_errors_without_a_state_have_theirs(error: Exception, expected: tuple[int, str] | None) -> None:
    assert answer(error) == expected


def test_what_may_be_done_again() -> None:
    assert all(is_transient(Raised(state)) for state in ("40001", "40P01"))
    assert is_transient(asyncpg.InvalidCachedStatementError("a migration changed the result"))
    assert not any(is_transient(Raised(state)) for state in ("08006", "57P01", "57014", "23505"))
    assert all(is_disconnect(Raised(state)) for state in ("08006", "57P01"))
    assert not any(is_disconnect(Raised(state)) for state in ("53300", "57014", "40001"))
    assert is_away(Raised("53300"))
    assert is_away(CannotConnectError("the password is wrong", "28P01"))
    assert not is_away(Raised("42P01"))
    assert not is_away(Raised("53400")), "a statement took more than it may, and would elsewhere"
    assert not is_away(TimeoutError()), "a slow server is there"


async def test_who_waits_for_the_end_of_an_earlier_statement_has_sent_nothing() -> None:
    """As the driver waits where a server never says that it cancelled."""
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0):
            await asyncio.Event().wait()
    assert is_away(caught.value)
    assert not is_timeout(caught.value)
    assert answer(caught.value) == (503, "unavailable")
    assert driver_error(caught.value) is caught.value, "the log names it, not what it cancelled"
