"""What a query leaves out: each request has its own, and what holds nothing asks for nothing."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest

from service.core.errors import ValidationFailed
from service.core.http.cursor import CursorSigner
from service.core.http.query import Count, ListQuery, parse_query
from tests.support.notes import NoteRepository


class Listed(ListQuery):
    q: str = ""
    status: list[str] = []  # noqa: RUF012  # msgspec copies an empty default
    tag: tuple[str, ...] = ()


@pytest.mark.parametrize("query_string", [b"", b"limit=20"])
def test_each_request_has_a_query_of_its_own(query_string: bytes) -> None:
    first = parse_query(query_string, Listed)
    first.limit = 1
    first.status.append("DONE")
    assert msgspec.to_builtins(parse_query(query_string, Listed)) == msgspec.to_builtins(Listed())


class Needed(ListQuery):
    q: str


def test_what_is_required_is_asked_for_where_there_is_no_query() -> None:
    with pytest.raises(ValidationFailed) as caught:
        parse_query(b"", Needed)
    assert [error.parameter for error in caught.value.errors] == ["q"]


async def filters_of(query: ListQuery) -> tuple[str, ...]:
    """What of a list's statement depends on its query."""
    shapes: list[Any] = []

    async def fetch(shape: Any, _: Callable[[], Any], __: Mapping[str, object]) -> list[Any]:
        shapes.append(shape[1])
        return []

    query.count = Count.NONE
    reader, signer = NoteRepository.reader, CursorSigner("k" * 32)
    await reader.read(fetch, signer, query, sort="-createdAt", within={})
    (shape,) = shapes
    return shape.filters


async def test_what_holds_nothing_filters_by_nothing() -> None:
    assert await filters_of(Listed()) == ()
    assert await filters_of(Listed(q="a", status=["DONE"], tag=("b",))) == ("q", "status", "tag")
