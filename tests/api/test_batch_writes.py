"""Several writes in one call: all of them are done, or none."""

import asyncio
from types import new_class
from typing import Any

import msgspec
import pytest

from service.core.resources.batch import ItemTypes, batch_of
from service.core.resources.controller import CrudController
from service.core.resources.mapping import Mapping, MappingError
from service.core.schema import Payload, Resource
from tests.support import tables
from tests.support.api import Api, bearer
from tests.support.seats import SeatRepository, SeatUpdate


async def write(api: Api, path: str, *items: dict[str, Any], status: int = 200) -> Any:
    answer = await api.patch(path, json={"items": items})
    assert answer.status_code == status, answer.text
    return answer.json() if status != 200 else answer.json()["items"]


async def test_all_is_done_in_order_and_each_answers_as_a_call_of_its_own(api: Api) -> None:
    kept, gone = await api.make_note("kept"), await api.make_note("gone")
    first, second, third = await write(
        api,
        "/notes/",
        {"op": "create", "slug": "new", "title": "New", "parentId": kept["id"]},
        {"op": "update", "id": kept["id"], "title": "Changed", "slug": "gone-not"},
        {"op": "delete", "id": gone["id"]},
    )
    assert (first["status"], second["status"], third["status"]) == (201, 200, 204)
    assert third == {"status": 204, "etag": None}
    for result in (first, second):
        alone = await api.get(f"/notes/{result['item']['id']}")
        assert (alone.json(), alone.headers["etag"]) == (result["item"], result["etag"])
    assert (second["item"]["title"], second["item"]["summary"]) == ("Changed", kept["summary"])
    assert (await api.get(f"/notes/{gone['id']}")).status_code == 404


async def test_nothing_is_done_where_one_fails(api: Api) -> None:
    one, two = await api.make_note("one"), await api.make_note("two")
    before = (await api.get("/notes/")).json()
    create = {"op": "create", "title": "New"}
    for item, status, pointer, code in (
        ({"op": "update", "id": one["id"], "slug": "two"}, 409, "/items/1/slug", "taken"),
        ({"op": "create", "title": "t", "slug": "two"}, 409, "/items/1/slug", "taken"),
        ({"op": "create", "title": "t", "parentId": "nobody"}, 422, "/items/1/parentId", "not_found"),
        ({"op": "update", "id": "nobody", "title": "t"}, 422, "/items/1", "not_found"),
        ({"op": "update", "id": one["id"], "ifMatch": '"other"', "title": "t"}, 412, "/items/1", "invalid"),
        ({"op": "delete", "id": one["id"], "ifMatch": '"other"'}, 412, "/items/1", "invalid"),
        ({"op": "update", "id": one["id"], "title": ""}, 422, "/items/1/title", "too_short"),
        ({"op": "update", "id": one["id"], "tags": [1, "a"]}, 422, "/items/1/tags/0", "wrong_type"),
        ({"op": "update", "title": "t"}, 422, "/items/1/id", "required"),
        ({"op": "update", "id": one["id"], "nope": 1}, 422, "/items/1/nope", "unknown"),
    ):
        problem = await write(api, "/notes/", create, item, status=status)
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)], item
    assert (await api.get("/notes/")).json() == before
    assert two["id"] in str(before)


async def test_a_row_is_named_once(api: Api) -> None:
    note = await api.make_note("one")
    update = {"op": "update", "id": note["id"], "title": "t"}
    problem = await write(api, "/notes/", update, update, {"op": "delete", "id": note["id"]}, status=422)
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/items/1", "repeated"),
        ("/items/2", "repeated"),
    ]


async def test_what_an_item_is_has_to_be_said(api: Api) -> None:
    one_of = "must be one of create, update, delete"
    for item, pointer, code, message in (
        ({"title": "t"}, "/items/0/op", "required", "is required"),
        ({"op": "upsert", "title": "t"}, "/items/0/op", "not_allowed", one_of),
        ({"op": 1}, "/items/0/op", "not_allowed", one_of),
        ({"op": None}, "/items/0/op", "not_allowed", one_of),
        (1, "/items/0", "wrong_type", "must be a JSON object"),
        (None, "/items/0", "wrong_type", "must be a JSON object"),
    ):
        problem = (await api.patch("/notes/", json={"items": [item]})).json()
        (error,) = problem["errors"]
        assert (error["pointer"], error["code"], error["message"]) == (pointer, code, message), item
    for items in ([], [{"op": "create", "title": "t"}] * 101):
        problem = (await api.patch("/notes/", json={"items": items})).json()
        assert [error["pointer"] for error in problem["errors"]] == ["/items"]


async def test_a_repeat_after_a_lost_answer_succeeds(api: Api) -> None:
    changed, gone = await api.make_note("changed"), await api.make_note("gone")
    tag = (await api.get(f"/notes/{changed['id']}")).headers["etag"]
    items = (
        {"op": "create", "id": "a" * 20, "slug": "new", "title": "New"},
        {"op": "update", "id": changed["id"], "ifMatch": tag, "title": "Other"},
        {"op": "delete", "id": gone["id"]},
    )
    first, again = await write(api, "/notes/", *items), await write(api, "/notes/", *items)
    assert [result["status"] for result in first] == [201, 200, 204]
    assert [result["status"] for result in again] == [200, 200, 404]
    assert [result.get("item") for result in again] == [result.get("item") for result in first]
    other = {"op": "create", "id": "a" * 20, "slug": "new", "title": "Other"}
    assert (await write(api, "/notes/", other, status=409))["errors"][0]["pointer"].startswith("/items/0/")


async def test_a_tag_that_names_no_state_keeps_the_row_as_if_match_does(api: Api) -> None:
    """Not the empty one either, which a client makes of an ETag that it does not have."""
    note = await api.make_note("kept")
    for tag in ("", "nothing", '"a"'):
        single = await api.patch(f"/notes/{note['id']}", json={"title": "t"}, headers={"If-Match": tag})
        assert single.status_code == 412, tag
        for item in ({"op": "update", "title": "t"}, {"op": "delete"}):
            await write(api, "/notes/", {**item, "id": note["id"], "ifMatch": tag}, status=412)
    assert (await api.get(f"/notes/{note['id']}")).json() == note


async def test_keys_of_several_columns(api: Api) -> None:
    seats = [{"op": "create", "hall": "red", "number": number} for number in (1, 2)]
    assert [result["status"] for result in await write(api, "/seats/", *seats)] == [201, 201]
    changes = (
        {"op": "update", "hall": "red", "number": 1, "guest": "Ada"},
        {"op": "delete", "hall": "red", "number": 2},
        {"op": "create", "hall": "blue", "number": 1, "guest": "Bob"},
    )
    done = await write(api, "/seats/", *changes)
    assert [result.get("item", {}).get("guest") for result in done] == ["Ada", None, "Bob"]
    twice = await write(api, "/seats/", changes[0], {"op": "delete", "hall": "red", "number": 1}, status=422)
    assert twice["errors"][0]["code"] == "repeated"


async def test_the_caller_is_known_to_each(api: Api) -> None:
    answer = await api.patch(
        "/notes/", json={"items": [{"op": "create", "title": "t"}]}, headers=bearer("user-x")
    )
    assert answer.json()["items"][0]["item"]["lastEditorId"] == "user-x"


async def test_a_hundred_ordinary_items_fit(api: Api) -> None:
    content = {"text": "x" * 20_000}
    items = [{"op": "create", "title": f"t{number}", "content": content} for number in range(100)]
    assert len(await write(api, "/notes/", *items)) == 100
    large = [{"op": "create", "title": "t", "content": {"text": "x" * 26_000}}] * 100
    assert (await api.patch("/notes/", json={"items": large})).status_code == 413


async def test_batches_of_the_same_rows_wait_for_each_other(api: Api) -> None:
    notes = [await api.make_note(f"n{number}") for number in range(10)]
    there = [{"op": "update", "id": note["id"], "position": 1} for note in notes]
    back = [{"op": "update", "id": note["id"], "position": 2} for note in reversed(notes)]
    answers = await asyncio.gather(
        *(api.patch("/notes/", json={"items": items}) for _ in range(4) for items in (there, back))
    )
    assert {answer.status_code for answer in answers} == {200}
    positions = {note["position"] for note in (await api.get("/notes/")).json()["items"]}
    assert len(positions) == 1, "each batch is seen as a whole"


def test_a_column_keeps_its_name_where_it_is_called_as_the_batch_calls_its_own() -> None:
    class Seat(Resource):
        hall: str
        number: int
        guest: str | None

    class Create(Payload):
        op_: str
        batch_op: str
        if_match: str = msgspec.field(name="if_match")

    item_types = ItemTypes(Mapping(Seat, tables.Seat), Create, SeatUpdate)
    # To generators `op_` is `op`, and `if_match` is `ifMatch`.
    assert item_types.tag == "batchBatchOp"
    assert "batchIfMatch" in {field.encode_name for field in _fields(item_types.updated)}
    assert batch_of(Mapping(Seat, tables.Seat), Create, SeatUpdate).__name__ == "SeatBatch"


def _fields(kind: type[Payload]) -> Any:
    return msgspec.structs.fields(kind)


def test_put_and_patch_are_two_payloads() -> None:
    bases = (CrudController[SeatRepository, Any, Any, SeatUpdate, SeatUpdate, SeatUpdate],)
    with pytest.raises(MappingError, match="a payload of its own"):
        new_class("SeatController", bases)
