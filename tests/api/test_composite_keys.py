"""A resource whose key has two columns: its list shows every row once, and each row has its own path and tag."""

import base64
import hashlib
from collections.abc import Iterable

import msgspec
import pytest

from service.core.http.cursor import CursorSigner
from tests.support.api import SECRET_KEY, Api

SEATS = [("red", 1), ("red", 2), ("blue", 1), ("blue", 2), ("green", 1)]


@pytest.fixture
async def seats(api: Api) -> Api:
    for hall, number in SEATS:
        body = {"hall": hall, "number": number, "guest": None if number == 2 else "Ada"}
        assert (await api.post("/seats/", json=body)).status_code == 201
    return api


async def walk(api: Api, params: dict[str, str]) -> list[tuple[str, int]]:
    seen: list[tuple[str, int]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = (
            await api.get("/seats/", params={**params, "limit": 2, **({"cursor": cursor} if cursor else {})})
        ).json()
        seen += [(seat["hall"], seat["number"]) for seat in answer["items"]]
        cursor = answer["nextCursor"]
    return seen


@pytest.mark.parametrize("sort", ["hall", "-hall", "guest", "-guest", "number"])
async def test_cursors_show_every_row_once(seats: Api, sort: str) -> None:
    whole = (await seats.get("/seats/", params={"sort": sort})).json()
    seen = await walk(seats, {"sort": sort})
    assert seen == [(seat["hall"], seat["number"]) for seat in whole["items"]]
    assert sorted(seen) == sorted(SEATS)
    assert whole["total"] == len(SEATS)


async def test_a_row_is_changed_and_deleted_by_its_whole_key(seats: Api) -> None:
    first, second = (await seats.get("/seats/red/1")), (await seats.get("/seats/blue/1"))
    assert first.headers["etag"] != second.headers["etag"]
    other = {"If-Match": second.headers["etag"]}
    assert (await seats.patch("/seats/red/1", json={"guest": "Bob"}, headers=other)).status_code == 412
    mine = {"If-Match": first.headers["etag"]}
    assert (await seats.patch("/seats/red/1", json={"guest": "Bob"}, headers=mine)).json()["guest"] == "Bob"
    assert (await seats.delete("/seats/red/1", headers=mine)).status_code == 412
    assert (await seats.delete("/seats/red/1")).status_code == 204
    assert await walk(seats, {}) == sorted(set(SEATS) - {("red", 1)})
    repeated = await seats.post("/seats/", json={"hall": "red", "number": 2})
    assert (repeated.status_code, repeated.headers["location"]) == (200, "/api/v1/seats/red/2")
    taken = await seats.post("/seats/", json={"hall": "red", "number": 2, "guest": "Eve"})
    assert (taken.status_code, taken.headers["location"]) == (409, "/api/v1/seats/red/2")
    assert {error["pointer"] for error in taken.json()["errors"]} == {"/hall", "/number"}


async def test_a_repeated_change_whose_answer_was_lost_succeeds(seats: Api) -> None:
    tag = {"If-Match": (await seats.get("/seats/red/1")).headers["etag"]}
    for _ in range(2):
        assert (await seats.patch("/seats/red/1", json={"guest": "Bob"}, headers=tag)).status_code == 200
    assert (await seats.patch("/seats/red/1", json={"guest": "Eve"}, headers=tag)).status_code == 412


@pytest.mark.parametrize("number", ["2147483648", "-2147483649", "9" * 30])
async def test_a_number_that_no_row_can_have_is_not_found(seats: Api, number: str) -> None:
    assert (await seats.get(f"/seats/red/{number}")).status_code == 404
    assert (await seats.delete(f"/seats/red/{number}")).status_code == 404


def signed(position: object) -> str:
    """A cursor of whatever position, with the signature of this service."""
    key = hashlib.blake2b(SECRET_KEY.encode(), person=b"cursor").digest()
    body = msgspec.json.encode(position)
    signature = hashlib.blake2b(body, key=key, digest_size=16).digest()
    return base64.urlsafe_b64encode(signature + body).decode().rstrip("=")


EARLIER: Iterable[object] = (
    ["Seat", "", "hall", "red", "1"],
    ["Seat", "", "gone", None, "1"],
    ["Seat", "", "hall", ["red", "1"]],
    {"hall": "red"},
    [],
)


@pytest.mark.parametrize("position", EARLIER)
async def test_a_signed_cursor_of_an_earlier_release_is_told_to_begin_again(
    seats: Api, position: object
) -> None:
    answer = await seats.get("/seats/", params={"cursor": signed(position)})
    assert answer.status_code == 422
    assert "begin again" in answer.json()["errors"][0]["message"]


async def test_the_signature_of_these_cursors_is_the_services_own(seats: Api) -> None:
    cursor = (await seats.get("/seats/", params={"limit": 1})).json()["nextCursor"]
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert signed(msgspec.json.decode(raw[16:])) == cursor
    assert CursorSigner(SECRET_KEY).decode(cursor, msgspec.json.decode(raw[16:])[0]).sort == "hall"
