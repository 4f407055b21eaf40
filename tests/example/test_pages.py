"""Pages over HTTP, on both databases."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, text

from service.core.errors import ValidationFailed
from service.models import Page
from tests.example.support import make_page, serving
from tests.prisma.support.engines import engine_of
from tests.support.api import EDITOR, MEMBER, Api

IS_TAKEN: dict[str, Any] = {"message": "is taken", "code": "taken", "params": {}}


async def test_a_page_goes_through_its_life(api: Api) -> None:
    created = await api.post(
        "/pages/", json={"title": "Hello, world", "authorId": EDITOR, "tags": ["a", "é"]}
    )
    assert created.status_code == 201
    page = created.json()
    assert created.headers["location"] == f"/api/v1/pages/{page['id']}"
    assert (page["slug"], page["status"], page["tags"], page["viewCount"]) == (
        "hello-world",
        "DRAFT",
        ["a", "é"],
        "0",
    )
    assert page["createdAt"].endswith("Z")
    assert len(page["createdAt"]) == len("2026-01-31T12:00:00.000Z")

    read = await api.get(created.headers["location"].removeprefix("/api/v1"))
    assert read.json() == page
    assert read.headers["etag"] == created.headers["etag"]

    replaced = await api.put(f"/pages/{page['id']}", json={"slug": "new", "title": "New", "rating": "4.5"})
    assert replaced.status_code == 200, replaced.text
    assert (replaced.json()["rating"], replaced.json()["tags"]) == ("4.50", [])
    assert replaced.json()["updatedAt"] >= page["updatedAt"]

    patched = await api.patch(f"/pages/{page['id']}", json={"summary": "S"})
    assert (patched.json()["summary"], patched.json()["title"]) == ("S", "New")
    assert (await api.get("/page-slugs/new")).json() == patched.json()

    published = await api.post(f"/pages/{page['id']}/publish")
    assert published.json()["status"] == "PUBLISHED"
    assert published.json()["publishedAt"] is not None

    assert (await api.delete(f"/pages/{page['id']}")).status_code == 204
    assert (await api.delete(f"/pages/{page['id']}")).status_code == 404
    assert (await api.get(f"/pages/{page['id']}")).status_code == 404


async def test_status_follows_its_machine(api: Api) -> None:
    page = await make_page(api, "machine")
    path = f"/pages/{page['id']}"
    first = (await api.post(f"{path}/publish")).json()["publishedAt"]
    published = await api.get(path)
    again = await api.post(f"{path}/publish", headers={"If-Match": '"outdated"'})
    assert (again.status_code, again.json()) == (200, published.json()), "a repeat after a lost answer"
    refused = await api.post(f"{path}/restore")
    assert refused.status_code == 409
    assert refused.json()["code"] == "illegal_transition"
    assert refused.json()["allowed"] == ["unpublish", "archive"]
    assert "unpublish or archive" in refused.json()["detail"]
    assert (await api.post(f"{path}/unpublish")).json()["publishedAt"] == first
    assert (await api.post(f"{path}/archive")).json()["status"] == "ARCHIVED"
    assert (await api.post(f"{path}/publish")).status_code == 409
    assert (await api.post(f"{path}/restore")).json()["status"] == "DRAFT"
    assert (await api.post(f"{path}/publish")).json()["publishedAt"] == first


async def test_an_edit_keeps_what_the_page_said(api: Api) -> None:
    page = await make_page(api, "edited", content={"blocks": [{"type": "paragraph", "text": "one"}]})
    path = f"/pages/{page['id']}"
    assert (await api.get(f"{path}/revisions")).json()["items"] == []
    await api.patch(path, json={"title": "Second"})
    await api.patch(path, json={"summary": "not a revision"})
    await api.patch(path, json={"title": "Second"})
    await api.patch(path, json={"content": {"blocks": []}})
    revisions = (await api.get(f"{path}/revisions?sort=number")).json()
    assert [(item["number"], item["title"]) for item in revisions["items"]] == [(1, "Edited"), (2, "Second")]
    assert revisions["items"][0]["content"] == page["content"]
    assert (await api.get("/pages/nope/revisions")).status_code == 404


async def test_python_takes_no_part_of_a_document_for_another(api: Api) -> None:
    page = await make_page(api, "checked", content={"checked": 0, "done": [1]})
    changed = await api.patch(f"/pages/{page['id']}", json={"content": {"checked": False, "done": [True]}})
    # Not by `==`: to Python 0 is False.
    content = changed.json()["content"]
    assert (content["checked"] is False, content["done"][0] is True) == (True, True)
    revisions = (await api.get(f"/pages/{page['id']}/revisions")).json()["items"]
    assert [revision["content"] for revision in revisions] == [page["content"]]
    same = await api.patch(f"/pages/{page['id']}", json={"content": {"done": [True], "checked": False}})
    assert same.json() == changed.json(), "the order of members says nothing"


async def test_a_revision_keeps_every_digit(api: Api) -> None:
    path = f"/pages/{(await make_page(api, 'exact'))['id']}"
    content = '{"content": {"n": 12345678901234567890.123456789, "done": 0}}'
    await api.patch(path, content=content, headers={"Content-Type": "application/json"})
    await api.patch(path, json={"title": "Second"})
    assert "12345678901234567890.123456789" in (await api.get(f"{path}/revisions/2")).text


async def test_the_tree_has_no_circles(api: Api) -> None:
    root = await make_page(api, "root")
    child = await make_page(api, "child", parentId=root["id"], position=2)
    grandchild = await make_page(api, "grandchild", parentId=child["id"])
    first = await make_page(api, "first", parentId=root["id"], position=1)
    children = (await api.get("/pages/", params={"parentId": root["id"]})).json()["items"]
    assert [page["id"] for page in children] == [first["id"], child["id"]]
    for parent in (grandchild["id"], root["id"], "nobody"):
        answer = await api.patch(f"/pages/{root['id']}", json={"parentId": parent})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/parentId"
    assert (
        await api.post("/pages/", json={"title": "x", "authorId": EDITOR, "parentId": "no"})
    ).status_code == 422
    await api.delete(f"/pages/{root['id']}")
    assert (await api.get(f"/pages/{child['id']}")).json()["parentId"] is None


async def test_two_moves_at_once_wait_and_do_not_deadlock(postgres_url: str) -> None:
    ids = {name: f"{number}{'0' * 20}" for number, name in enumerate(("a-below", "b-below", "a", "b"))}
    engine = engine_of(postgres_url)
    async with serving(postgres_url) as api:
        for name in ("a", "b"):
            await make_page(api, name, id=ids[name])
            await make_page(api, f"{name}-below", id=ids[f"{name}-below"], parentId=ids[name])
        failures: list[Exception] = []
        api.application.state.database.observe(failures.append)
        async with engine.connect() as connection:
            below = [ids["a-below"], ids["b-below"]]
            await connection.execute(select(Page.id).where(Page.id.in_(below)).with_for_update())
            moves = [
                asyncio.create_task(
                    api.patch(f"/pages/{ids[name]}", json={"parentId": ids[f"{other}-below"]})
                )
                for name, other in (("a", "b"), ("b", "a"))
            ]
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            async with asyncio.timeout(10):
                while await connection.scalar(waiting) != len(moves):  # noqa: ASYNC110  # another process knows
                    await asyncio.sleep(0.01)
            await connection.rollback()
        answers = [await move for move in moves]
    await engine.dispose()
    assert sorted(answer.status_code for answer in answers) == [200, 422], [each.text for each in answers]
    assert [failure for failure in failures if not isinstance(failure, ValidationFailed)] == []


async def test_topics_of_a_page(api: Api) -> None:
    page = await make_page(api, "with-topics")
    ids = [(await api.post("/topics/", json={"name": name})).json()["id"] for name in ("b", "a")]
    path = f"/pages/{page['id']}/topics"
    assert (await api.get(path)).json() == {"topicIds": [], "items": []}
    answer = await api.put(path, json={"topicIds": ids})
    assert [topic["name"] for topic in answer.json()["items"]] == ["a", "b"]
    assert (await api.put(path, json={"topicIds": ids[:1]})).json()["items"] == [{"id": ids[0], "name": "b"}]
    wrong = await api.put(path, json={"topicIds": [ids[0], 999]})
    assert wrong.status_code == 422
    assert [error["pointer"] for error in wrong.json()["errors"]] == ["/topicIds/1"]
    assert (await api.get("/pages/nope/topics")).status_code == 404


async def test_setting_the_topics_may_be_repeated_after_a_lost_answer(api: Api) -> None:
    page = await make_page(api, "repeated")
    topic = (await api.post("/topics/", json={"name": "a"})).json()["id"]
    path = f"/pages/{page['id']}/topics"
    outdated = {"If-Match": (await api.get(path)).headers["etag"]}
    first, again = [await api.put(path, json={"topicIds": [topic]}, headers=outdated) for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert (await api.put(path, json={"topicIds": []}, headers=outdated)).status_code == 412


async def test_a_client_given_id_makes_no_doubles(api: Api) -> None:
    body = {"id": "cmh3x2k1v0000a8b4c6d2e9f1", "slug": "mine", "title": "Mine", "authorId": EDITOR}
    assert (await api.post("/pages/", json=body)).json()["id"] == body["id"]
    repeated = await api.post("/pages/", json=body)
    assert (repeated.status_code, repeated.json()["id"]) == (200, body["id"]), "its answer may have been lost"
    assert repeated.headers["location"] == f"/api/v1/pages/{body['id']}"
    for other in ({"title": "Other"}, {"tags": ["other"]}, {"authorId": MEMBER}):
        assert (await api.post("/pages/", json=body | other)).status_code == 409
    taken = await api.post("/pages/", json={"title": "x", "authorId": EDITOR, "slug": "mine"})
    assert (taken.status_code, taken.json()["errors"]) == (409, [IS_TAKEN | {"pointer": "/slug"}])
    again = await api.post("/pages/", json=body | {"slug": "another"})
    assert again.status_code == 409
    assert again.json()["code"] == "already_exists"
    assert again.json()["errors"] == [IS_TAKEN | {"pointer": "/id"}]
    assert again.headers["location"] == f"/api/v1/pages/{body['id']}"


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/title"}),
        ({"title": "", "slug": "Not A Slug", "nope": 1}, {"/title", "/slug", "/nope"}),
        (
            {"title": "x", "tags": ["ok", 5], "rating": 4.5, "position": "1"},
            {"/tags/1", "/rating", "/position"},
        ),
        ({"title": "x", "content": []}, {"/content"}),
        ({"title": "nul \u0000"}, {"/title"}),
        ({"title": "x", "slug": "a\n", "id": "i" * 20 + "\n"}, {"/slug", "/id"}),
        ([], {""}),
    ],
)
async def test_every_wrong_field_is_named_at_once(api: Api, body: Any, pointers: set[str]) -> None:
    answer = await api.post("/pages/", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {error["pointer"] for error in answer.json()["errors"]} == pointers


async def test_the_author_is_needed_and_must_exist(api: Api) -> None:
    assert (await api.post("/pages/", json={"title": "x"})).status_code == 422
    assert (await api.post("/pages/", json={"title": "x", "authorId": "nobody"})).status_code == 422
    assert (await api.post("/pages/", json={"title": "x", "authorId": MEMBER})).status_code == 201


async def test_if_match_and_if_none_match(api: Api) -> None:
    page = await make_page(api, "tagged")
    path = f"/pages/{page['id']}"
    etag = (await api.get(path)).headers["etag"]
    unchanged = await api.get(path, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", etag)
    assert (await api.get(path, headers={"If-None-Match": f'"x", W/{etag}'})).status_code == 304
    # A proxy that compressed the answer made the tag a weak one; it is still ours.
    assert (await api.patch(path, json={"title": "T"}, headers={"If-Match": f"W/{etag}"})).status_code == 200
    assert (await api.patch(path, json={"title": "T"}, headers={"If-Match": etag})).status_code == 200
    lost = await api.patch(path, json={"title": "U"}, headers={"If-Match": etag})
    assert (lost.status_code, lost.json()["code"]) == (412, "precondition_failed")
    assert (await api.delete(path, headers={"If-Match": etag})).status_code == 412
    assert (await api.get(path, headers={"If-None-Match": etag})).status_code == 200


async def test_a_number_in_a_path_that_cannot_be_one_is_told_in_words(api: Api) -> None:
    answer = await api.get("/pages/any/revisions/0")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"parameter": "number", "message": "must be at least 1", "code": "too_small", "params": {"limit": 1}}
    ]
