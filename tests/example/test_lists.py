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
    [
        "-createdAt",
        "createdAt",
        "title",
        "-title",
        "position",
        "-position",
        "-publishedAt",
        "publishedAt",
        "-viewCount",
    ],
)
async def test_cursors_walk_the_whole_list_once_and_back_again(api: Api, sort: str) -> None:
    ids = await fill(api, 7)
    await api.post(f"/pages/{ids[1]}/publish")
    await api.post(f"/pages/{ids[4]}/publish")
    whole = [page["id"] for page in (await api.get("/pages/", params={"sort": sort})).json()["items"]]
    seen: list[str] = []
    pages: list[Any] = []
    params: dict[str, Any] = {"sort": sort, "limit": 2}
    while True:
        answer = (await api.get("/pages/", params=params)).json()
        seen += [page["id"] for page in answer["items"]]
        pages.append(answer["items"])
        if answer["nextCursor"] is None:
            break
        params = {"cursor": answer["nextCursor"], "limit": 2}
    assert seen == whole
    assert sorted(seen) == sorted(ids)
    for before in reversed(pages[:-1]):
        answer = (await api.get("/pages/", params={"cursor": answer["previousCursor"], "limit": 2})).json()
        assert answer["items"] == before
        assert answer["nextCursor"] is not None
    assert answer["previousCursor"] is None


async def test_a_page_by_offset_leads_both_ways(api: Api) -> None:
    ids = (await fill(api, 5))[::-1]
    middle = (await api.get("/pages/", params={"offset": 2, "limit": 2})).json()
    back = (await api.get("/pages/", params={"cursor": middle["previousCursor"], "limit": 5})).json()
    on = (await api.get("/pages/", params={"cursor": middle["nextCursor"], "limit": 5})).json()
    assert [[page["id"] for page in each["items"]] for each in (back, on)] == [ids[:2], ids[4:]]
    first = (await api.get("/pages/", params={"limit": 2})).json()
    assert first["previousCursor"] is None


async def test_a_cursor_page_counts_where_it_is_asked_to(api: Api) -> None:
    await fill(api, 3)
    cursor = (await api.get("/pages/", params={"limit": 2, "tag": "even"})).json()
    assert cursor["total"] == 2
    cursor = (await api.get("/pages/", params={"limit": 1, "tag": "even"})).json()["nextCursor"]
    params = {"cursor": cursor, "tag": "even"}
    assert (await api.get("/pages/", params=params)).json()["total"] is None
    assert (await api.get("/pages/", params=params | {"count": "exact"})).json()["total"] == 2


async def test_a_batch_comes_in_the_order_asked_for_and_each_once(api: Api) -> None:
    one, two, three = await fill(api, 3)
    answer = (await api.get("/pages/", params={"id": [three, "nobody", one, three], "limit": 1})).json()
    assert [page["id"] for page in answer["items"]] == [three, one]
    names = ("total", "limit", "offset", "nextCursor", "previousCursor")
    assert {name: answer[name] for name in names} == dict(zip(names, (2, 3, 0, None, None), strict=True))
    uncounted = (await api.get("/pages/", params={"id": one, "count": "none"})).json()
    assert (uncounted["total"], len(uncounted["items"])) == (None, 1)
    filtered = (await api.get("/pages/", params={"id": [two, one], "tag": "even"})).json()
    assert [page["id"] for page in filtered["items"]] == [one]
    many = await api.get("/pages/", params={"id": [f"id-{number}" for number in range(101)]})
    assert 400 <= many.status_code < 500
    topics = [(await api.post("/topics/", json={"name": name})).json()["id"] for name in "ab"]
    read = (await api.get("/topics/", params={"id": topics[::-1]})).json()["items"]
    assert [topic["id"] for topic in read] == topics[::-1]
    stats = (await api.get("/author-stats/", params={"authorId": [MEMBER, EDITOR]})).json()["items"]
    assert [each["authorId"] for each in stats] == [MEMBER, EDITOR]


async def test_roots_and_pages_of_topics(api: Api) -> None:
    a, b = [(await api.post("/topics/", json={"name": name})).json()["id"] for name in "ab"]
    root = await make_page(api, "root", topicIds=[a])
    child = await make_page(api, "child", parentId=root["id"], topicIds=[a, b])
    other = await make_page(api, "other", parentId=root["id"])

    async def found(**params: Any) -> set[str]:
        answer = (await api.get("/pages/", params=params)).json()
        assert answer["total"] == len(answer["items"])
        return {page["id"] for page in answer["items"]}

    assert await found(hasParent="false") == {root["id"]}
    assert await found(hasParent="true") == {child["id"], other["id"]}
    assert await found(topicId=a) == {root["id"], child["id"]}
    assert await found(topicId=[b]) == {child["id"]}
    assert await found(topicId=[a, b], hasParent="false") == {root["id"]}


async def test_ranges_of_the_other_times(api: Api) -> None:
    page = await make_page(api, "one")
    published = (await api.post(f"/pages/{page['id']}/publish")).json()
    for name in ("updated", "published"):
        moment = published[f"{name}At"]
        assert (await api.get("/pages/", params={f"{name}After": moment})).json()["total"] == 1
        assert (await api.get("/pages/", params={f"{name}Before": moment})).json()["total"] == 0


async def test_empty_fields_of_a_form_are_not_given(api: Api) -> None:
    await fill(api, 2)
    answer = await api.get("/pages/?q=&status=&limit=&cursor=&createdAfter=&tag=&sort=title")
    assert (answer.status_code, answer.json()["total"]) == (200, 2)
    assert (await api.get("/pages/?nope=")).status_code == 422


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
    ("query", "names"),
    [
        ("nope=1", {"nope"}),
        ("limit=0&offset=-1", {"limit", "offset"}),
        ("limit=101", {"limit"}),
        ("limit=1&limit=2", {"limit"}),
        ("status=published", {"status"}),
        ("sort=content", {"sort"}),
        ("hasParent=perhaps", {"hasParent"}),
        ("topicId=0", {"topicId"}),
        ("id=a&offset=1", {"offset"}),
        ("createdAfter=2020-01-01T00:00:00", {"createdAfter"}),
        ("createdBefore=0.5", {"createdBefore"}),
        ("cursor=abc", {"cursor"}),
        ("q=%00", {"q"}),
        ("offset=99999999999999999999", {"offset"}),
    ],
)
async def test_wrong_parameters_are_named(api: Api, query: str, names: set[str]) -> None:
    answer = await api.get(f"/pages/?{query}")
    assert answer.status_code == 422
    assert {error["parameter"] for error in answer.json()["errors"]} == names


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
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "cursor")
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
        assert [error["parameter"] for error in answer.json()["errors"]] == [name]
