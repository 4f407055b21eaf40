"""JSON bodies are looked through at once, and say where they hold what cannot be stored."""

import gc
import json
from typing import Any

import pytest

from service.core.errors import ValidationFailed
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
