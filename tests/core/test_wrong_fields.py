"""Every wrong field at once, however deep it lies."""

from itertools import islice
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from service.core.http.wrong_fields import wrong_fields
from service.core.schema import Payload

Tag = Annotated[str, Meta(max_length=3)]


class Author(Payload):
    name: str
    age: int | None = None


class Free(msgspec.Struct):
    name: str


class Page(Payload):
    title: str
    tag_names: Annotated[list[Tag], Meta(max_length=3)] = msgspec.field(default_factory=list[Tag])
    authors: list[Author] = msgspec.field(default_factory=list[Author])
    editor: Author | None = None
    scores: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    free: Free | None = None
    either: int | str = 0
    colour: Literal["red"] = "red"
    point: tuple[int, ...] = ()
    pair: tuple[int, str] = (1, "")
    changed: str | msgspec.UnsetType = msgspec.UNSET


@pytest.mark.parametrize(
    ("members", "pointers"),
    [
        ({"tagNames": ["good", "ok", "long"]}, {"0", "2"}),
        ({"tagNames": [1, "ok", None]}, {"0", "2"}),
        ({"tagNames": ["a"] * 4}, {""}),
        ({"tagNames": [1] * 4}, {""}),
        ({"tagNames": "a"}, {""}),
        (
            {"authors": [{"name": 1}, {"age": "x", "nope": 1}, 5]},
            {"0/name", "1/age", "1/nope", "1/name", "2"},
        ),
        ({"editor": {"name": None, "age": []}}, {"name", "age"}),
        ({"editor": []}, {""}),
        ({"scores": {"a/b": "x", "c": 1, "d": None}}, {"a~1b", "d"}),
        ({"free": {"other": 1}}, {"name"}),
        ({"either": []}, {""}),
        ({"point": [1, "x", "y"]}, {"1", "2"}),
        ({"point": [*range(2500), "x", *range(2500), "y"]}, {"2500", "5001"}),
        ({"colour": "red - at `$.title`"}, {""}),
        ({"pair": ["x", 1]}, {"0"}),
        ({"changed": 1}, {""}),
    ],
)
def test_each_is_named(members: dict[str, Any], pointers: set[str]) -> None:
    (name,) = members
    found = [error.pointer for error in wrong_fields({"title": "t"} | members, Page)]
    assert sorted(map(str, found)) == sorted(f"/{name}/{pointer}".rstrip("/") for pointer in pointers)


def test_several_fields_at_once() -> None:
    found = list(wrong_fields({"title": 1, "nope": 1, "tagNames": [1, 2]}, Page))
    assert [error.pointer for error in found] == ["/title", "/nope", "/tagNames/0", "/tagNames/1"]
    assert [error.pointer for error in wrong_fields({}, Page)] == ["/title"]
    assert [error.pointer for error in wrong_fields([], Page)] == [""]
    assert list(wrong_fields({"title": "t"}, Page)) == []


@pytest.mark.parametrize(
    "members",
    [
        {"point": ["x"] * 300_000},
        {"point": [*range(300_000), *["x"] * 200]},
        {"point": [*[*range(1500), "x"] * 200]},
        {"scores": {str(number): None for number in range(100_000)}},
        {str(number): None for number in range(100_000)},
    ],
)
def test_the_first_of_many_are_found_without_a_try_of_each(
    monkeypatch: pytest.MonkeyPatch, members: dict[str, Any]
) -> None:
    tries: list[object] = []
    convert = msgspec.convert

    def counted(value: object, kind: Any) -> object:
        tries.append(value)
        return convert(value, kind)

    monkeypatch.setattr(msgspec, "convert", counted)
    assert len(list(islice(wrong_fields({"title": "t"} | members, Page), 150))) == 150
    assert len(tries) < 1000
