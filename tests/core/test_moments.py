"""A moment that is finer than a microsecond is cut wherever a body or a query may hold it: msgspec would round it up."""

import json
from datetime import datetime, time
from typing import Any, NamedTuple

import msgspec
import pytest

from service.core.http.moments import cut_moments
from service.core.http.query import parse_query
from service.core.http.strict_json import parse_json
from tests.support.shapes import Box

FINER, CUT = "2026-01-31T23:59:59.9999999Z", "2026-01-31T23:59:59.999999Z"
CLOCK, CLOCK_CUT = "23:59:59.9999999", "23:59:59.999999"


class Opened(msgspec.Struct, tag="opened"):
    at: datetime
    note: str = ""


class Noted(msgspec.Struct, tag="noted"):
    at: str


class Span(msgspec.Struct, array_like=True, tag="span"):
    start: datetime
    note: str = ""


class Pause(msgspec.Struct, array_like=True, tag="pause"):
    note: str


class Shift(NamedTuple):
    name: str
    start: time


@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [
        (dict[str, datetime], {"a": FINER}, {"a": CUT}),
        (dict[datetime, str], {FINER: FINER}, {CUT: FINER}),
        (dict[str, list[time]] | None, {"a": [CLOCK]}, {"a": [CLOCK_CUT]}),
        (datetime | int, FINER, CUT),
        (datetime | int, 5, 5),
        (list[datetime | int], [5, FINER], [5, CUT]),
        (tuple[str, datetime], [FINER, FINER], [FINER, CUT]),
        (tuple[datetime, ...], [FINER, FINER], [CUT, CUT]),
        (frozenset[time], [CLOCK], [CLOCK_CUT]),
        (Box[datetime], {"held": FINER}, {"held": CUT}),
        (Opened | Noted, {"type": "opened", "at": FINER, "note": FINER}, {"type": "opened", "at": CUT, "note": FINER}),
        (Opened | Noted, {"type": "noted", "at": FINER}, {"type": "noted", "at": FINER}),
        (Span | Pause, ["pause", FINER], ["pause", FINER]),
        (Span | Pause, ["span", FINER, FINER], ["span", CUT, FINER]),
        (Shift | int, [CLOCK, CLOCK], [CLOCK, CLOCK_CUT]),
    ],
    ids=str,
)  # fmt: skip
def test_a_moment_in_a_body_is_cut_and_no_other_text(kind: Any, sent: Any, kept: Any) -> None:
    body = json.dumps(sent).encode()
    document = cut_moments(parse_json(body), body, kind)
    assert document == kept
    assert json.loads(msgspec.json.encode(msgspec.convert(document, kind))) == kept


def test_a_moment_among_others_in_a_query_is_cut() -> None:
    query = msgspec.defstruct("Query", [("at", datetime | bool)])
    assert msgspec.to_builtins(parse_query(f"at={FINER}".encode(), query)) == {"at": CUT}
