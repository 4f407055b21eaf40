"""Values that are finer than their columns: so much of them as is stored is what they are, in a repeated call too."""

from collections.abc import AsyncGenerator

import pytest

from tests.support.api import Api, serving
from tests.support.database import create_tables
from tests.support.fine import AlarmController, FineBase, ReadingController

AT = "2026-01-31T12:00:00.000Z"


@pytest.fixture
async def fine(database_url: str) -> AsyncGenerator[Api]:
    await create_tables(database_url, FineBase.metadata)
    resources = [ReadingController, AlarmController]
    async with serving(database_url, resources=resources, API_DOCS="false") as served:
        yield served


FINER = [
    ("clock", "23:59:59.995", "23:59:59.990"),
    ("clock", "00:00:00.019999", "00:00:00.010"),
    ("exact", "23:59:59.9999999", "23:59:59.999"),
    ("ratio", 0.1, 0.1),
    ("ratio", 16777217, 16777216.0),
    ("amount", "0.0000000000000000005", "0.000000000000000001"),
    ("amount", "99999999999999999999.999999999999999999", "99999999999999999999.999999999999999999"),
]
"""A field, what is sent, and what is stored of it."""


async def test_a_call_is_repeated_by_what_is_stored_of_its_values(fine: Api) -> None:
    for number, (name, sent, stored) in enumerate(FINER):
        body = {"at": f"2026-01-31T12:00:{number:02}Z", name: sent}
        answers = [await fine.post("/readings/", json=body) for _ in range(2)]
        assert [each.status_code for each in answers] == [201, 200], (name, sent, answers[1].text)
        assert [each.json()[name] for each in answers] == [stored] * 2
        path = answers[0].headers["location"].removeprefix("/api/v1")
        empty = await fine.patch(path, json={name: None})
        tag = {"If-Match": empty.headers["etag"]}
        changed = [await fine.patch(path, json={name: sent}, headers=tag) for _ in range(2)]
        assert [each.status_code for each in changed] == [200, 200], (name, sent)
        read = await fine.get(path)
        again = await fine.put(path, json=read.json(), headers={"If-Match": read.headers["etag"]})
        assert (again.status_code, again.json()) == (200, read.json()), (name, sent)


@pytest.mark.parametrize(
    ("resource", "finer", "key"),
    [
        ("readings", "2026-01-31T23:59:59.9999Z", "2026-01-31T23:59:59.999Z"),
        ("readings", "2026-01-31T23:59:59.9999999Z", "2026-01-31T23:59:59.999Z"),
        ("readings", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999Z"),
        ("alarms", "23:59:59.9999", "23:59:59.999"),
        ("alarms", "23:59:59.9999999", "23:59:59.999"),
    ],
)
async def test_a_key_is_what_is_stored_of_it(fine: Api, resource: str, finer: str, key: str) -> None:
    text = "name" if resource == "readings" else "note"
    made = await fine.post(f"/{resource}/", json={"at": finer, text: "one"})
    assert (made.status_code, made.json()["at"]) == (201, key)
    repeated = await fine.post(f"/{resource}/", json={"at": finer, text: "one"})
    assert (repeated.status_code, repeated.json()) == (200, made.json())
    assert (await fine.post(f"/{resource}/", json={"at": finer, text: "other"})).status_code == 409
    batch = {"items": [{"op": "create", "at": finer, text: "one"}]}
    answer = await fine.patch(f"/{resource}/", json=batch)
    assert [each["status"] for each in answer.json()["items"]] == [200], answer.text
    assert (await fine.get(f"/{resource}/{key}")).json() == made.json()
    assert (await fine.get(f"/{resource}/{finer}")).status_code == 404
    twice = {"items": [{"op": "create", "at": value} for value in (finer, key)]}
    assert (await fine.patch(f"/{resource}/", json=twice)).status_code == 422


async def test_another_unique_value_that_is_taken_is_named(fine: Api) -> None:
    assert (await fine.post("/readings/", json={"at": AT, "name": "one"})).status_code == 201
    body = {"at": "2026-01-31T12:00:01.0009Z", "name": "one"}
    taken = await fine.post("/readings/", json=body)
    assert (taken.status_code, [each["pointer"] for each in taken.json()["errors"]]) == (409, ["/name"])
    batch = await fine.patch("/readings/", json={"items": [{"op": "create", **body}]})
    assert batch.status_code == 409, batch.text
    assert [each["pointer"] for each in batch.json()["errors"]] == ["/items/0/name"]


async def test_a_time_to_compare_with_is_not_cut(fine: Api) -> None:
    await fine.post("/readings/", json={"at": AT, "clock": "12:00:00.01"})
    found = {
        query: (await fine.get(f"/readings/?{query}")).json()["total"]
        for query in (
            "clock=12:00:00.011",
            "clock=12:00:00.01",
            "clockFrom=12:00:00.014",
            "clockFrom=12:00:00.01",
        )
    }
    assert [*found.values()] == [0, 1, 0, 1]
    last = "2026-01-31T11:59:59.9999999Z"
    assert (await fine.get("/readings/", params={"atFrom": last})).json()["total"] == 1


async def test_a_text_to_compare_with_is_not_cut(fine: Api) -> None:
    """Else a longer one found the rows of what it begins with."""
    body = {"at": AT, "code": "abcd", "filled": "abcd", "codes": ["abcd"]}
    assert (await fine.post("/readings/", json=body)).status_code == 201
    found = {
        query: (await fine.get(f"/readings/?{query}")).json()["total"]
        for name in ("code", "filled", "codes")
        for query in (f"{name}=abcd", f"{name}=abcde", f"{name}=abcde&{name}=abcdef")
    }
    assert [*found.values()] == [1, 0, 0] * 3, found
    for name in ("code", "filled"):
        assert (await fine.get(f"/readings/?{name}=abcd&{name}=x")).json()["total"] == 1


async def test_a_text_in_a_list_that_is_too_long_is_refused_as_any_other(postgres_url: str) -> None:
    await create_tables(postgres_url, FineBase.metadata)
    async with serving(postgres_url, resources=[ReadingController], API_DOCS="false") as fine:
        for wrong in ({"code": "abcde"}, {"codes": ["abcd", "abcde"]}):
            answer = await fine.post("/readings/", json={"at": AT, **wrong})
            assert answer.status_code == 422, answer.text
