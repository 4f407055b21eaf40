"""Lists: envelope, filters, order, offsets and cursors."""

from typing import Any

import pytest

from tests.example.support import make_page
from tests.support.api import EDITOR, MEMBER, Api


async def fill(api: Api, number: int) -> list[str]:
    return [
        (
            await make_page(
                api,
                f"page-{index}",
                position=index % 3,
                tags=["even"] if index % 2 == 0 else ["odd", "x"],
                authorId=MEMBER if index == 0 else EDITOR,
            )
        )["id"]
        for index in range(number)
    ]


async def test_the_envelope(api: Api) -> None:
    await fill(api, 3)
    answer = (await api.get("/pages/", params={"limit": 2})).json()
    assert {key: answer[key] for key in ("total", "limit", "offset")} == {"total": 3, "limit": 2, "offset": 0}
    assert len(answer["items"]) == 2
    past = (await api.get("/pages/", params={"offset": 50})).json()
    assert (past["items"], past["total"], past["nextCursor"]) == ([], 3, None)
    assert (await api.get("/pages/", params={"count": "none"})).json()["total"] is None


@pytest.mark.parametrize(
    "sort",
    ["-createdAt", "createdAt", "title", "-title", "position", "-position", "-publishedAt", "publishedAt"],
)
async def test_cursors_walk_the_whole_list_once(api: Api, sort: str) -> None:
    ids = await fill(api, 7)
    await api.post(f"/pages/{ids[1]}/publish")
    await api.post(f"/pages/{ids[4]}/publish")
    whole = [page["id"] for page in (await api.get("/pages/", params={"sort": sort})).json()["items"]]
    seen: list[str] = []
    params: dict[str, Any] = {"sort": sort, "limit": 2}
    while True:
        answer = (await api.get("/pages/", params=params)).json()
        seen += [page["id"] for page in answer["items"]]
        if answer["nextCursor"] is None:
            break
        params = {"cursor": answer["nextCursor"], "limit": 2}
    assert seen == whole
    assert sorted(seen) == sorted(ids)


async def test_a_cursor_keeps_its_place_while_rows_are_inserted(api: Api) -> None:
    ids = await fill(api, 4)
    first = (await api.get("/pages/", params={"limit": 2})).json()
    await make_page(api, "newest")
    second = (await api.get("/pages/", params={"cursor": first["nextCursor"], "limit": 2})).json()
    assert [page["id"] for page in first["items"] + second["items"]] == ids[::-1]
    assert second["total"] is None


@pytest.mark.parametrize(
    ("params", "slugs"),
    [
        ({"tag": "even"}, {"page-0", "page-2", "page-4"}),
        ({"tag": ["odd", "x"]}, {"page-1", "page-3"}),
        ({"tag": ["odd", "even"]}, set[str]()),
        ({"authorId": MEMBER}, {"page-0"}),
        ({"status": ["PUBLISHED", "ARCHIVED"]}, {"page-1"}),
        ({"status": "DRAFT", "tag": "odd"}, {"page-3"}),
        ({"q": "PAGE-2"}, {"page-2"}),
        ({"q": "%"}, set[str]()),
        ({"createdAfter": "2020-01-01T00:00:00Z", "q": "page-1"}, {"page-1"}),
        ({"createdBefore": "2020-01-01T00:00:00Z"}, set[str]()),
    ],
)
async def test_filters(api: Api, params: dict[str, Any], slugs: set[str]) -> None:
    ids = await fill(api, 5)
    await api.post(f"/pages/{ids[1]}/publish")
    answer = (await api.get("/pages/", params=params)).json()
    assert {page["slug"] for page in answer["items"]} == slugs
    assert answer["total"] == len(slugs)


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ("nope=1", {"nope"}),
        ("limit=0&offset=-1", {"limit", "offset"}),
        ("limit=101", {"limit"}),
        ("limit=1&limit=2", {"limit"}),
        ("status=published", {"status"}),
        ("sort=viewCount", {"sort"}),
        ("createdAfter=2020-01-01T00:00:00", {"createdAfter"}),
        ("createdBefore=0.5", {"createdBefore"}),
        ("cursor=abc", {"cursor"}),
        ("q=", {"q"}),
        ("q=%00", {"q"}),
        ("offset=99999999999999999999", {"offset"}),
    ],
)
async def test_wrong_parameters_are_named(api: Api, query: str, pointers: set[str]) -> None:
    answer = await api.get(f"/pages/?{query}")
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == pointers


async def test_cursors_are_tamper_evident(api: Api) -> None:
    await fill(api, 3)
    cursor = (await api.get("/pages/", params={"limit": 1})).json()["nextCursor"]
    for params in (
        {"cursor": cursor[:-2] + "AA"},
        {"cursor": cursor, "offset": 1},
        {"cursor": cursor, "sort": "title"},
    ):
        assert (await api.get("/pages/", params=params)).status_code == 422
    await api.post("/topics/", json={"name": "t"})
    assert (await api.get("/topics/", params={"cursor": cursor})).status_code == 422


async def test_a_cursor_wants_the_filters_of_its_page(api: Api) -> None:
    await fill(api, 6)
    filters: dict[str, Any] = {"tag": ["odd", "x"], "status": "DRAFT", "limit": 1}
    cursor = (await api.get("/pages/", params=filters)).json()["nextCursor"]
    others: list[dict[str, Any]] = [{}, {"tag": "odd"}, filters | {"q": "page"}]
    for params in others:
        answer = await api.get("/pages/", params=params | {"cursor": cursor})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "cursor")
    again = dict(reversed(filters.items())) | {"cursor": cursor, "limit": 2}
    assert len((await api.get("/pages/", params=again)).json()["items"]) == 2


async def test_a_cursor_keeps_its_place_while_rows_are_deleted(api: Api) -> None:
    ids = await fill(api, 5)
    first = (await api.get("/pages/", params={"limit": 2})).json()
    for gone in (ids[4], ids[3], ids[2]):
        await api.delete(f"/pages/{gone}")
    second = (await api.get("/pages/", params={"cursor": first["nextCursor"], "limit": 2})).json()
    assert [page["id"] for page in second["items"]] == [ids[1], ids[0]]


async def test_no_changed_character_of_a_cursor_goes_unseen(api: Api) -> None:
    await fill(api, 2)
    cursor: str = (await api.get("/pages/", params={"limit": 1})).json()["nextCursor"]
    # The last character may hold bits that base64 leaves unused.
    for index, old in enumerate(cursor[:-1]):
        changed = cursor[:index] + ("A" if old != "A" else "B") + cursor[index + 1 :]
        assert (await api.get("/pages/", params={"cursor": changed})).status_code == 422, index


async def test_author_stats(api: Api) -> None:
    ids = await fill(api, 3)
    await api.post(f"/pages/{ids[1]}/publish")
    stats = (await api.get(f"/author-stats/{EDITOR}")).json()
    assert (stats["pageCount"], stats["publishedCount"], stats["revisionCount"]) == (2, 1, 0)
    everyone = (await api.get("/author-stats/", params={"sort": "-pageCount"})).json()
    assert [row["authorId"] for row in everyone["items"]] == [EDITOR, MEMBER]
    assert (await api.get("/author-stats/nobody")).status_code == 404


async def test_the_text_null_is_text(api: Api) -> None:
    await make_page(api, "null")
    await make_page(api, "other")
    found = (await api.get("/pages/", params={"q": "null"})).json()
    assert [page["slug"] for page in found["items"]] == ["null"]
    assert (await api.get("/pages/", params={"authorId": "null"})).json()["items"] == []
    for name in ("sort", "cursor", "createdAfter"):
        answer = await api.get("/pages/", params={name: "null"})
        assert [error["pointer"] for error in answer.json()["errors"]] == [name]
