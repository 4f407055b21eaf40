"""A key that holds a `/` is a key: no path of a page is taken for that of its topics."""

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.http.location import location_in
from service.models import Page
from tests.example.support import make_page
from tests.prisma.support.engines import engine_of
from tests.support.api import EDITOR, Api


async def test_the_topics_of_a_page_are_no_page(api: Api) -> None:
    page = await make_page(api, "x")
    topic = (await api.post("/topics/", json={"name": "News"})).json()["id"]
    await api.put(f"/pages/{page['id']}/topics", json={"topicIds": [topic]})
    assert (await api.get(f"/pages/{page['id']}/topics")).json()["items"][0]["id"] == topic
    for path in (f"/pages/{page['id']}%2Ftopics", f"/pages/{page['id']}%2ftopics", "/page-slugs/x%2Ftopics"):
        answer = await api.get(path)
        assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such Page.")
        assert answer.json()["instance"] == f"/api/v1{path}"
    assert (await api.post(f"/pages/{page['id']}%2Fpublish")).status_code == 405


@pytest.mark.parametrize("key", ["x/topics", "x%2Ftopics", "..", "", "é ü"])
async def test_a_page_of_any_id_is_read_with_all_that_is_below_it(
    api: Api, database_url: str, key: str
) -> None:
    await make_page(api, "x")
    engine = engine_of(database_url)
    async with AsyncSession(engine) as session, session.begin():
        values = {"id": key, "slug": "odd", "title": "Odd", "author_id": EDITOR}
        await session.execute(insert(Page), [values])
    await engine.dispose()
    path = location_in("/pages", [key])
    page = (await api.get(path)).json()
    assert (page["id"], page["slug"]) == (key, "odd")
    assert (await api.get(f"{path}/topics")).json() == {"topicIds": [], "items": []}
    assert (await api.patch(path, json={"title": "Odder"})).json()["title"] == "Odder"
    revision = (await api.get(f"{path}/revisions/1")).json()
    assert (revision["number"], revision["title"]) == (1, "Odd")
    assert (await api.post(f"{path}/publish")).json()["status"] == "PUBLISHED"
    assert (await api.delete(path)).status_code == 204
