"""JSON bodies are looked through at once, and say where they hold what cannot be stored."""

import gc
import json
from decimal import Decimal
from typing import Any

import pytest

from service.core.errors import BadRequest, ValidationFailed
from service.core.http.strict_json import parse_json


def nested(depth: int, inmost: str) -> str:
    return "[" * depth + inmost + "]" * depth


@pytest.mark.parametrize(
    "text", [nested(63, "[]"), nested(64, "1"), nested(3, "{}"), '{"a": {"b": [1, null]}}']
)
def test_what_can_be_stored(text: str) -> None:
    assert parse_json(text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        (nested(64, "[]"), "/0" * 64),
        (nested(64, "{}"), "/0" * 64),
        (nested(64, '"\\u0000"'), "/0" * 64),
        (nested(64, "1e999"), "/0" * 64),
        ('[{"a": ["\\ud800"]}]', "/0/a/0"),
        ('[[{"\\u0000": 1}]]', "/0/0/\0"),
        ('"\\u0000"', ""),
    ],
)
def test_what_cannot_be_stored(text: str, pointer: str) -> None:
    with pytest.raises(ValidationFailed) as raised:
        parse_json(text.encode())
    assert [error.pointer for error in raised.value.errors] == [pointer]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.10", 1.1),
        ("-0.0", -0.0),
        ("1e22", 1e22),
        ("1.00000000000000000000", 1.0),
        ("5e-324", 5e-324),
        ("1e-999999999999999999999", 0.0),
        ("0.30000000000000001", Decimal("0.30000000000000001")),
        ("12345678901234567.8", Decimal("12345678901234567.8")),
        ("1.2345678901234567890e300", Decimal("1.2345678901234567890e300")),
    ],
)
def test_a_number_is_a_double_unless_that_is_another_one(text: str, number: float | Decimal) -> None:
    parsed = parse_json(text.encode())
    assert (type(parsed), parsed) == (type(number), number)


def test_a_number_of_too_many_digits_is_refused() -> None:
    for text in ("1" * 5000, "0." + "1" * 5000):
        with pytest.raises(BadRequest, match="too many digits"):
            parse_json(text.encode())


def test_no_garbage_is_looked_for_in_a_document_that_grows() -> None:
    looked: list[int] = []

    def look(phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            looked.append(info["generation"])

    gc.callbacks.append(look)
    try:
        parse_json(b"[%s]" % b",".join([b"[]"] * 300_000))
    finally:
        gc.callbacks.remove(look)
    assert len(looked) < 10
