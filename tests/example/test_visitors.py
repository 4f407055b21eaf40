"""Signed-in users are editors and share all pages; visitors see what is published."""

import asyncio
from typing import Any

from sqlalchemy import func, select

from service.api.v1.pages.tree import MOVES
from tests.example.support import make_page, serving
from tests.prisma.support.engines import engine_of
from tests.support.api import Api, bearer

VISITOR = bearer(sub=None)


async def _published(api: Api, slug: str, **fields: Any) -> dict[str, Any]:
    page = await make_page(api, slug, **fields)
    answer = await api.post(f"/pages/{page['id']}/publish")
    assert answer.status_code == 200
    return answer.json()


async def test_visitors_read_what_is_published_and_nothing_else(api: Api) -> None:
    above = await make_page(api, "draft")
    shown = await _published(api, "shown", parentId=above["id"])
    below = await make_page(api, "below", parentId=shown["id"])
    listed = (await api.get("/pages/", headers=VISITOR)).json()
    assert ([page["id"] for page in listed["items"]], listed["total"]) == ([shown["id"]], 1)
    assert (await api.get("/pages/", headers=bearer())).json()["total"] == 3
    page = (await api.get(f"/pages/{shown['id']}", headers=VISITOR)).json()
    assert (page["ancestors"], page["children"], page["childCount"]) == ([], [], 0)
    assert page["author"]["id"] == shown["authorId"]
    for hidden in (above, below):
        for path in (
            f"/pages/{hidden['id']}",
            f"/page-slugs/{hidden['slug']}",
            f"/pages/{hidden['id']}/topics",
        ):
            assert (await api.get(path, headers=VISITOR)).status_code == 404, path
    seen = await api.get("/pages/", params={"id": [above["id"], shown["id"]]}, headers=VISITOR)
    assert [page["id"] for page in seen.json()["items"]] == [shown["id"]]


async def test_visitors_write_nothing(api: Api) -> None:
    shown, hidden = await _published(api, "shown"), await make_page(api, "hidden")
    refused: list[tuple[str, str, Any]] = [
        ("POST", "/pages/", {"title": "T"}),
        ("PATCH", f"/pages/{shown['id']}", {"title": "T"}),
        ("PATCH", f"/pages/{shown['id']}", {"summary": "T"}),
        ("PATCH", f"/pages/{shown['id']}", {}),
        ("PUT", f"/pages/{shown['id']}", {"title": "T", "slug": "t"}),
        ("PUT", f"/pages/{shown['id']}/topics", {"topicIds": []}),
        ("POST", f"/pages/{shown['id']}/archive", None),
        ("DELETE", f"/pages/{shown['id']}", None),
        ("PATCH", "/pages/", {"items": [{"op": "delete", "id": shown["id"]}]}),
        ("POST", "/topics/", {"name": "T"}),
        ("GET", f"/pages/{shown['id']}/revisions", None),
        ("GET", "/author-stats/", None),
    ]
    for method, path, body in refused:
        answer = await api.request(method, path, json=body, headers=VISITOR)
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope"), (method, path)
        assert "`sub`" in answer.json()["detail"]
    unseen: list[tuple[str, str, Any]] = [
        ("PATCH", "", {"title": "T"}),
        ("PUT", "", {"title": "T", "slug": "t"}),
        ("PUT", "/topics", {"topicIds": []}),
        ("POST", "/archive", None),
        ("DELETE", "", None),
    ]
    for method, path, body in unseen:
        answer = await api.request(method, f"/pages/{hidden['id']}{path}", json=body, headers=VISITOR)
        assert answer.status_code == 404, (method, path)
    assert (await api.get(f"/pages/{shown['id']}")).json() == shown


async def test_who_may_write_nothing_waits_for_no_move(postgres_url: str) -> None:
    """And makes nobody wait: what moves lock in turn is for those who may move."""
    engine = engine_of(postgres_url)
    async with serving(postgres_url) as api:
        shown, above = await _published(api, "shown"), await make_page(api, "above")
        async with engine.connect() as connection, asyncio.timeout(5):
            await connection.execute(select(func.pg_advisory_xact_lock(MOVES)))
            body = {"parentId": above["id"]}
            answer = await api.patch(f"/pages/{shown['id']}", json=body, headers=VISITOR)
            assert answer.status_code == 403
            answer = await api.patch(f"/pages/{above['id']}", json=body, headers=VISITOR)
            assert answer.status_code == 404
    await engine.dispose()
