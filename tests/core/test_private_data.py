"""Drivers put values of rows into their messages; logs and reports do without."""

import pytest

from service.core.private_data import without_data

CHAIN = "Error: taken\nDETAIL:  Key (email)=(a\n\nb) is.\n\nThe above exception was the direct cause of it:\nError: taken"


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("taken\nDETAIL:  Key (email)=(a@x.org) already exists.\nHINT:  Look.", "taken"),
        (
            "invalid input for query argument $12: 'secret' (an integer is required)",
            "invalid input for query argument $12:",
        ),
        ("wrong\n[SQL: SELECT $1]\n[parameters: ('secret',)]", "wrong"),
        (CHAIN, "Error: taken\n\nThe above exception was the direct cause of it:\nError: taken"),
        ("nothing private", "nothing private"),
    ],
)
def test_values_are_left_out(message: str, left: str) -> None:
    assert without_data(message) == left
