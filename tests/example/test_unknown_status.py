"""app-web's migration adds a status, and pages have it: whatever does not need to know it goes on working."""

import pytest
from sqlalchemy import text

from tests.example.support import make_page, serving
from tests.prisma.support.engines import engine_of
from tests.support.api import Api

NEW = "IN_REVIEW"


async def in_review(url: str, page_id: str) -> None:
    engine = engine_of(url)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(f"ALTER TYPE \"PageStatus\" ADD VALUE '{NEW}'"))
        await connection.execute(text(f"UPDATE \"Page\" SET status = '{NEW}' WHERE id = '{page_id}'"))
    await engine.dispose()


async def call(api: Api, path: str, method: str, body: object) -> tuple[int, str]:
    answer = await api.request(method, path, json=body)
    return answer.status_code, answer.json().get("status", "")


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("GET", None),
        ("PATCH", {"position": 3}),
        ("PATCH", {"title": "Another"}),
        ("PATCH", {"content": {"blocks": []}}),
        ("PUT", {"title": "Whole", "slug": "whole"}),
    ],
)
async def test_what_a_page_says_can_be_read_and_changed(postgres_url: str, method: str, body: object) -> None:
    async with serving(postgres_url) as api:
        page = await make_page(api, "new")
        await in_review(postgres_url, page["id"])
        path = f"/pages/{page['id']}"
        assert await call(api, path, method, body) == (200, NEW)
        tag = (await api.get(path)).headers["etag"]
        again = await api.patch(path, json={"summary": "s"}, headers={"If-Match": tag})
        assert (again.status_code, again.json()["status"]) == (200, NEW)


async def test_its_topics_can_be_set_and_it_stands_in_lists(postgres_url: str) -> None:
    async with serving(postgres_url) as api:
        page = await make_page(api, "new")
        topic = (await api.post("/topics/", json={"name": "T"})).json()["id"]
        await in_review(postgres_url, page["id"])
        topics = await api.put(f"/pages/{page['id']}/topics", json={"topicIds": [topic]})
        assert topics.status_code == 200
        (item,) = (await api.get("/pages/")).json()["items"]
        assert item["status"] == NEW


@pytest.mark.parametrize("step", ["publish", "unpublish", "archive", "restore"])
async def test_no_step_leads_from_a_status_that_is_not_known(postgres_url: str, step: str) -> None:
    async with serving(postgres_url) as api:
        page = await make_page(api, "new")
        await in_review(postgres_url, page["id"])
        answer = await api.post(f"/pages/{page['id']}/{step}")
        assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")
        assert NEW in answer.json()["detail"]
