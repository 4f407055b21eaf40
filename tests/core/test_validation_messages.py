"""What is wrong with a value, by code and in words: nothing of Python reaches people."""

import datetime as dt
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from msgspec import Meta

from service.core.field_errors import FieldCode
from service.core.http.validation_messages import explain
from service.core.resources.columns.numbers import decimal
from service.dev.adopt.plan.annotations import taken
from service.prisma.types import ExactDecimal


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


Slug = Annotated[str, Meta(pattern="^[a-z]+$", examples=["hello"])]
CASES: list[tuple[Any, Any, FieldCode, dict[str, Any], str]] = [
    (5, str, FieldCode.WRONG_TYPE, {"expected": ["string"]}, "must be a text"),
    ("x", int | None, FieldCode.WRONG_TYPE, {"expected": ["integer", "null"]}, "must be a whole number"),
    (1, bool, FieldCode.WRONG_TYPE, {"expected": ["boolean"]}, "must be true or false"),
    ({}, list[int], FieldCode.WRONG_TYPE, {"expected": ["array"]}, "must be a list"),
    (
        "",
        Annotated[str, Meta(min_length=1)],
        FieldCode.TOO_SHORT,
        {"limit": 1},
        "must have at least 1 character",
    ),
    (
        "abc",
        Annotated[str, Meta(max_length=2)],
        FieldCode.TOO_LONG,
        {"limit": 2},
        "must have at most 2 characters",
    ),
    (
        [],
        Annotated[list[int], Meta(min_length=1)],
        FieldCode.TOO_FEW,
        {"limit": 1},
        "must hold at least 1 item",
    ),
    (
        [1, 2],
        Annotated[list[int], Meta(max_length=1)],
        FieldCode.TOO_MANY,
        {"limit": 1},
        "must hold at most 1 item",
    ),
    ([1], tuple[int, int], FieldCode.WRONG_FORM, {"limit": 2}, "must hold exactly 2 items"),
    (0, Annotated[int, Meta(ge=1)], FieldCode.TOO_SMALL, {"limit": 1}, "must be at least 1"),
    (-7, Annotated[int, Meta(ge=-5)], FieldCode.TOO_SMALL, {"limit": -5}, "must be at least -5"),
    (9.5, Annotated[float, Meta(lt=9.5)], FieldCode.TOO_LARGE, {"limit": 9.5}, "must be less than 9.5"),
    (1e31, Annotated[float, Meta(le=1e30)], FieldCode.TOO_LARGE, {"limit": 1e30}, "must be at most 1e+30"),
    (3, Annotated[int, Meta(multiple_of=5)], FieldCode.WRONG_FORM, {"limit": 5}, "must be a multiple of 5"),
    ("x", dt.datetime, FieldCode.WRONG_FORM, {}, "must be an instant, such as 2026-01-31T12:00:00Z"),
    ("x", dt.date, FieldCode.WRONG_FORM, {}, "must be a day, such as 2026-01-31"),
    ("x", dt.time, FieldCode.WRONG_FORM, {}, "must be a time of day, such as 12:00:00"),
    (
        "2026-01-31T12:00:00",
        Annotated[dt.datetime, Meta(tz=True)],
        FieldCode.WRONG_FORM,
        {},
        "needs an offset from UTC, as in 2026-01-31T12:00:00Z",
    ),
    ("x", UUID, FieldCode.WRONG_FORM, {}, "must be a UUID"),
    (
        "AAAA",
        Annotated[bytes, Meta(max_length=2)],
        FieldCode.TOO_LONG,
        {"limit": 2},
        "must have at most 2 bytes",
    ),
    (
        "12:00:00Z",
        Annotated[dt.time, Meta(tz=False)],
        FieldCode.WRONG_FORM,
        {},
        "must have no offset from UTC, as in 12:00:00",
    ),
    ("?", bytes, FieldCode.WRONG_FORM, {}, "must be base64"),
    ("x", Decimal, FieldCode.WRONG_FORM, {}, "must be a decimal number, such as 4.50"),
    ("Not one", Slug, FieldCode.WRONG_FORM, {}, "is not in the form that it needs, as hello is"),
    ("pink", Colour | None, FieldCode.NOT_ALLOWED, {"allowed": ["red", "blue"]}, "must be one of red, blue"),
    (2, Annotated[Literal[1, 3], Meta()], FieldCode.NOT_ALLOWED, {"allowed": [1, 3]}, "must be one of 1, 3"),
]


@pytest.mark.parametrize(("value", "kind", "code", "params", "words"), CASES, ids=[case[4] for case in CASES])
def test_each_fault_has_its_code_and_its_words(
    value: Any, kind: Any, code: FieldCode, params: dict[str, Any], words: str
) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(value, kind)
    said = explain(str(caught.value).partition(" - at ")[0], kind)
    assert said == (words, code, params)


@pytest.mark.parametrize(
    ("stored", "says"),
    [
        (ExactDecimal(5, 2), "with at most 3 digits before the point and at most 2 behind it, such as 4.5"),
        (ExactDecimal(4, 4), "with 0 before the point and at most 4 behind it, such as 0.5"),
        (ExactDecimal(1, 0), "with at most 1 digit before the point and none behind it, such as 4"),
    ],
    ids=str,
)
def test_a_decimal_number_of_too_many_digits_is_told_how_many(stored: ExactDecimal, says: str) -> None:
    kind = eval(taken(stored).replace("§", ""), {"Annotated": Annotated, "Meta": Meta})  # our own code
    for each in (kind, kind | None):
        with pytest.raises(msgspec.ValidationError) as caught:
            msgspec.convert("1000.12345", each)
        assert explain(str(caught.value), each)[0] == f"must be a decimal number without an exponent, {says}"


def test_a_decimal_number_with_an_exponent_is_told_what_it_lacks() -> None:
    """JavaScript writes small numbers so."""
    for value in ("1e-8", "1E+3", "1e999999999"):
        with pytest.raises(ValueError, match="without an exponent"):
            decimal(None, None)(value)
