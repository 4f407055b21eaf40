"""Every type that msgspec decodes is described as it is parsed; what cannot be is refused by name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Union
from uuid import UUID

import jsonschema_rs
import msgspec
import pytest
from msgspec import UNSET, Meta, UnsetType, inspect

from service.core.http.operation import declare_operations
from service.core.http.query import ListQuery
from service.core.openapi.examples import example_of
from service.core.schema import MAX_LIMIT, Text
from service.core.type_info import AnnotationError, below
from service.dev.declarations.wire_types import refuse_what_json_cannot_carry
from tests.support.shapes import SCALARS, WHOLE, Box, Colour, Inner, Tree
from tests.support.things import application, client, described, ready

ELSEWHERE = {"ExtType", "CustomType", "FrozenDictType", "RawType"}
"""What is refused, what only a Python newer than ours has, and what stands in answers alone."""


def shapes_of(kind: Any) -> dict[str, Any]:
    """The type in every place where a DTO can hold it."""
    perhaps = Union[kind, None]  # noqa: UP007  # None | None is no type
    return {
        "plain": kind,
        "optional": perhaps,
        "listed": list[kind],
        "keyed": dict[str, kind],
        "said": Annotated[kind, Meta(description="Said of it.")],
        "said_perhaps": Annotated[perhaps, Meta(description="Said of it.")],
        "left_out": Union[kind, UnsetType],  # noqa: UP007  # what has no `|` may stand there
    }


def test_every_type_of_msgspec_is_here() -> None:
    seen = {type(node).__name__ for kind in [*SCALARS, *WHOLE] for node in below(kind)}
    known = {
        name
        for name, kind in vars(inspect).items()
        if isinstance(kind, type) and issubclass(kind, inspect.Type) and not kind.__subclasses__()
    }
    assert known - ELSEWHERE <= seen | {"Metadata"}


@pytest.mark.parametrize("kind", [*SCALARS, *WHOLE], ids=str)
async def test_what_is_described_is_taken_and_given(kind: Any) -> None:
    dto = msgspec.defstruct("Dto", list(shapes_of(kind).items()), rename="camel")
    app = application(payload=dto)
    document = described(app)
    body = document["paths"]["/things"]["post"]["requestBody"]["content"]["application/json"]
    validator = jsonschema_rs.Draft202012Validator(
        body["schema"] | {"components": document["components"]}, validate_formats=True
    )
    validator.validate(body["example"])
    async with client(app) as caller:
        answer = await caller.post("/things", json=body["example"])
    assert answer.status_code == 201, answer.text
    validator.validate(answer.json())
    assert set(document["components"]["schemas"]["Dto"]["properties"]) == {
        field.encode_name for field in msgspec.structs.fields(dto)
    }


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        (int, 3),
        (Colour, Colour.RED),
        (Colour | None, None),
        (Decimal, Decimal("1.5")),
        (datetime, datetime(2026, 1, 1)),  # noqa: DTZ001  # a naive one
        (tuple[Colour, ...], (Colour.RED,)),
        (Any, None),
        (int | str, "x"),
        (str | UnsetType, UNSET),
    ],
    ids=str,
)
async def test_defaults_need_no_description(kind: Any, default: Any) -> None:
    dto = msgspec.defstruct("Dto", [("value", kind, default)])
    app = application(payload=dto, criteria=dto)
    document = described(app)
    (parameter,) = document["paths"]["/things"]["get"]["parameters"]
    assert parameter["required"] is False
    properties = document["components"]["schemas"]["Dto"]["properties"]
    assert ("description" in properties["value"]) is (default not in {None, UNSET})
    msgspec.json.encode(document)
    async with client(app) as caller:
        assert (await caller.post("/things", json={})).status_code == 201
        assert (await caller.get("/things")).status_code == 200


@pytest.mark.parametrize("kind", SCALARS, ids=str)
async def test_what_is_described_can_be_asked_for(kind: Any) -> None:
    query = msgspec.defstruct(
        "Query",
        [
            ("needed", kind),
            ("perhaps", kind | None, None),
            ("many", tuple[kind, ...], ()),
            ("one_each", (list[kind] if kind is bytearray else set[kind]) | None, None),
            ("left_out", kind | UnsetType, UNSET),
        ],
        rename="camel",
    )
    app = application(criteria=query)
    document = described(app)
    parameters = {each["name"]: each for each in document["paths"]["/things"]["get"]["parameters"]}
    assert [name for name, each in parameters.items() if each["required"]] == ["needed"]
    for name in ("many", "oneEach"):
        assert (parameters[name]["schema"]["type"], parameters[name]["explode"]) == ("array", True)
    for parameter in parameters.values():
        assert "null" not in str(parameter["schema"].get("type"))
    example = example_of(kind)
    # A parameter without a text counts as not given.
    text = "text" if example == {} else msgspec.json.encode(example).decode().strip('"') or "AP8="
    async with client(app) as caller:
        given = {name: [text, text] if name == "many" else [text] for name in parameters}
        answer = await caller.get("/things", params=given)
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["found"]["many"]) == 2
        missing = await caller.get("/things", params={"perhaps": text})
        assert [error["message"] for error in missing.json()["errors"]] == ["is required"]


@pytest.mark.parametrize(
    ("bounds", "example"),
    [
        (Meta(ge=-(2**31), le=2**31 - 1), 1),
        (Meta(ge=-32768, multiple_of=5), 5),
        (Meta(ge=10), 10),
        (Meta(gt=1), 2),
        (Meta(ge=-9, le=-3), -3),
        (Meta(lt=0), -1),
        (Meta(), 1),
    ],
    ids=str,
)
def test_the_example_of_a_number_is_one_where_it_may_be(bounds: Meta, example: int) -> None:
    """Of the bounds of a column, the lowest would be the id in every example and mock."""
    assert example_of(Annotated[int, bounds]) == example


class Made(msgspec.Struct, tag="made", rename="camel"):
    title: str
    team_id: Annotated[str, Meta(examples=["t1"])] | None
    topic_ids: Annotated[list[int], Meta(examples=[[7, 8]])]
    id: str = "x"
    author_id: str | UnsetType = UNSET
    tag_ids: Annotated[list[int], Meta(examples=[[7]])] = []
    grid: int = 1
    seen: Annotated[int, Meta(extra_json_schema={"readOnly": True})] = 0


class Renamed(msgspec.Struct, tag="renamed"):
    id: int
    title: str


class Many(msgspec.Struct):
    items: list[Made | Renamed]
    first: tuple[Made, int]
    one: Renamed
    user_id: str = ""
    team_ids: list[str] = []


def test_an_example_to_be_sent_names_rows_only_where_it_must() -> None:
    made: dict[str, Any] = {"type": "made", "title": "text", "teamId": None, "topicIds": [], "grid": 1}
    assert example_of(Many, sent=True) == {
        "items": [made],
        "first": [made, 1],
        "one": {"type": "renamed", "id": 1, "title": "text"},
    }
    shown = example_of(Many)
    assert (shown["user_id"], shown["items"][0]["teamId"], shown["items"][0]["topicIds"]) == (
        "text",
        "t1",
        [7, 8],
    )


async def test_the_text_null_is_a_text() -> None:
    query = msgspec.defstruct("Query", [("value", int | str | None, None)])
    async with client(ready(application(criteria=query))) as caller:
        assert (await caller.get("/things?value=null")).json() == {"found": {"value": "null"}}


class Deep(msgspec.Struct):
    wrong: Callable[[], int]


@dataclass
class Between:
    deep: list[Deep]


Untagged = msgspec.defstruct("Untagged", [("either", Inner | Tree)])
Texts = msgspec.defstruct("Texts", [("either", str | UUID)])
Extension = msgspec.defstruct("Extension", [("blob", msgspec.msgpack.Ext)])
Verbatim = msgspec.defstruct("Verbatim", [("raw", msgspec.Raw)])
Buffers = msgspec.defstruct("Buffers", [("buffers", set[bytearray])])
Thing = msgspec.defstruct("Thing", [("thing", object)])
Twice = msgspec.defstruct("Twice", [("title", Annotated[Text, Meta(max_length=80)])])
Keys = msgspec.defstruct("Keys", [("keys", dict[tuple[int, int], str])])


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        (Deep, "Deep.wrong"),
        (list[Between], "Deep.wrong"),
        (Box[Deep], "Deep.wrong"),
        (Untagged, "Untagged.either"),
        (Texts, "Texts.either"),
        (Extension, "Extension.blob"),
        (Thing, "Thing.thing"),
        (Buffers, "Buffers.buffers"),
        (Verbatim, "Verbatim.raw"),
        (Keys, "Keys.keys"),
        (Twice, r"Twice\.title: .*max_length.* take the bare one"),
        (object, "The payload of createThing"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_by_name(kind: Any, named: str) -> None:
    with pytest.raises(AnnotationError, match=named):
        refuse_what_json_cannot_carry(declare_operations(application(payload=kind)))


def test_a_page_that_is_longer_than_the_document_says_is_refused() -> None:
    class Long(ListQuery):
        limit: Annotated[int, Meta(ge=1, le=MAX_LIMIT + 1)] = 20

    class Short(ListQuery):
        limit: Annotated[int, Meta(ge=1, le=5)] = 5

    class Chosen(ListQuery):
        limit: Literal[10, 50] = 10  # pyright: ignore[reportIncompatibleVariableOverride]  # fewer values than the base's

    with pytest.raises(AnnotationError, match=r"Long\.limit: give it an `le` of 100 at most"):
        refuse_what_json_cannot_carry(declare_operations(application(criteria=Long)))
    for fine in (Short, Chosen):
        refuse_what_json_cannot_carry(declare_operations(application(criteria=fine)))


@pytest.mark.parametrize(
    "kind", [Inner, dict[str, int], list[list[int]], list[Inner], tuple[int, str], msgspec.Raw, Inner | None]
)
def test_what_no_text_can_be_is_refused_in_a_query(kind: Any) -> None:
    with pytest.raises(AnnotationError, match=r"Query\.wrong"):
        refuse_what_json_cannot_carry(
            declare_operations(application(criteria=msgspec.defstruct("Query", [("wrong", kind)])))
        )
