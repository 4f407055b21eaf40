"""What a page shows comes in one call and one statement: its author, its topics, what lies above and below it."""

from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from service.core.resources.access.policies import Policies
from service.core.resources.filters import any_related
from service.models import Page, Topic, t_page_to_topic
from tests.example.support import make_page, serving
from tests.support.api import EDITOR, Api
from tests.support.lens import LENS
from tests.support.statements import asked_for, statements_of


async def make_topics(api: Api, *names: str) -> list[int]:
    return [(await api.post("/topics/", json={"name": name})).json()["id"] for name in names]


async def test_a_page_shows_who_wrote_it_what_it_is_about_and_where_it_lies(api: Api) -> None:
    b, a = await make_topics(api, "b", "a")
    root = await make_page(api, "root")
    middle = await make_page(api, "middle", parentId=root["id"])
    page = await make_page(api, "page", parentId=middle["id"], topicIds=[b, a])
    second, first = [await make_page(api, f"p{n}", parentId=page["id"], position=n) for n in (2, 1)]
    read = (await api.get(f"/pages/{page['id']}")).json()
    assert read["author"] == {"id": EDITOR, "name": None}
    assert read["topics"] == [{"id": a, "name": "a"}, {"id": b, "name": "b"}]
    assert read["topicIds"] == sorted([a, b])
    assert [link["slug"] for link in read["ancestors"]] == ["root", "middle"]
    assert read["children"] == [
        {name: child[name] for name in ("id", "slug", "title", "status")} for child in (first, second)
    ]
    assert read["childCount"] == 2
    assert (await api.get("/page-slugs/page")).json() == read
    assert page | {"children": read["children"], "childCount": 2} == read


async def test_a_list_shows_what_a_list_needs(api: Api) -> None:
    (topic,) = await make_topics(api, "t")
    page = await make_page(api, "page", topicIds=[topic], content={"blocks": []})
    (item,) = (await api.get("/pages/")).json()["items"]
    assert (item["author"]["id"], item["topics"]) == (EDITOR, [{"id": topic, "name": "t"}])
    hidden = {"content", "metadata", "topicIds", "ancestors", "children", "childCount"}
    assert page.keys() - item.keys() == hidden
    assert item.items() <= page.items()


async def test_one_statement_is_enough(api: Api) -> None:
    page = await make_page(api, "page", topicIds=await make_topics(api, "t"))
    statements = await statements_of(api)
    for path in (f"/pages/{page['id']}", "/pages/", "/page-slugs/page", f"/pages/{page['id']}/topics"):
        statements.clear()
        assert (await api.get(path)).status_code == 200
        assert len(asked_for(statements)) == 1, statements


async def test_a_batch_of_few_is_not_planned_each_time(postgres_url: str) -> None:
    async with serving(f"{postgres_url}&connection_limit=1") as api:
        ids = [(await make_page(api, f"page-{number}"))["id"] for number in range(2)]
        for _ in range(10):
            assert len((await api.get("/pages/", params={"id": ids})).json()["items"]) == 2
        async with api.application.state.database.connect() as connection:
            rows = await connection.exec_driver_sql(
                "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE 'SELECT public.\"Page\"%= ANY%'"
            )
            planned = [tuple(row) for row in rows]
    assert LENS.pooler or planned == [(5, 5)]


@pytest.mark.parametrize(("relation", "found"), [(Page.children, "root"), (Page.parent, "leaf")])
async def test_rows_can_be_filtered_by_related_rows_of_their_own_table(
    api: Api, relation: Any, found: str
) -> None:
    root = await make_page(api, "root")
    middle = await make_page(api, "middle", parentId=root["id"])
    await make_page(api, "leaf", parentId=middle["id"])
    condition = any_related(relation, Page.slug).condition("slugs")
    rows = await api.application.state.database.fetch(
        str(relation),
        lambda: Policies({}).unrestricted.resolve(select(Page.slug).where(condition)),
        {"slugs": ["middle"]},
    )
    assert [slug for (slug,) in rows] == [found]


async def test_topics_are_saved_with_the_page_or_nothing_is(api: Api) -> None:
    a, b = await make_topics(api, "a", "b")
    refused = await api.post(
        "/pages/", json={"slug": "no", "title": "No", "authorId": EDITOR, "topicIds": [a, 999, 1000]}
    )
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/topicIds/1", "/topicIds/2"]
    assert (await api.get("/page-slugs/no")).status_code == 404
    page = await make_page(api, "page", topicIds=[a])
    path = f"/pages/{page['id']}"
    wrong = await api.patch(path, json={"title": "Other", "topicIds": [b, 999]})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/topicIds/1")
    assert (await api.get(path)).json() == page
    changed = (await api.patch(path, json={"title": "Other", "topicIds": [b]})).json()
    assert (changed["title"], changed["topicIds"]) == ("Other", [b])
    assert changed["updatedAt"] >= page["updatedAt"]
    assert (await api.put(path, json={"slug": "page", "title": "Other"})).json()["topicIds"] == []


async def test_a_repeat_of_a_creation_is_a_success_with_the_same_topics_alone(api: Api) -> None:
    a, b = await make_topics(api, "a", "b")
    await make_page(api, "taken")
    body = {"id": "cmh3x2k1v0000a8b4c6d2e9f1", "title": "Taken", "authorId": EDITOR, "topicIds": [a, b]}
    first = await api.post("/pages/", json=body)
    assert (first.status_code, first.json()["slug"]) == (201, "taken-2")
    again = await api.post("/pages/", json=body | {"topicIds": [b, a]})
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await api.post("/pages/", json=body | {"topicIds": [a]})).status_code == 409


async def test_topics_are_guarded_and_their_names_are_not(api: Api) -> None:
    a, b = await make_topics(api, "a", "b")
    page = await api.get(f"/pages/{(await make_page(api, 'page', topicIds=[a]))['id']}")
    path, tag = f"/pages/{page.json()['id']}", {"If-Match": page.headers["etag"]}
    await api.patch(f"/topics/{a}", json={"name": "renamed"})
    again = await api.get(path, headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.json()["topics"][0]["name"]) == (200, "renamed")
    saved = await api.patch(path, json={"summary": "s"}, headers=tag)
    assert saved.status_code == 200, "a topic's name is nothing that this caller changes"
    tag = {"If-Match": saved.headers["etag"]}
    await api.put(f"{path}/topics", json={"topicIds": [b]})
    assert (await api.patch(path, json={"summary": "t"}, headers=tag)).status_code == 412
    assert (await api.patch(path, json={"topicIds": [b]}, headers=tag)).status_code == 200, (
        "it is stored already"
    )


TAKEN = (
    "slug",
    "title",
    "summary",
    "content",
    "metadata",
    "tags",
    "position",
    "rating",
    "parentId",
    "topicIds",
)


async def test_an_unchanged_put_changes_no_byte(api: Api) -> None:
    page = await make_page(
        api,
        "page",
        topicIds=await make_topics(api, "a", "b"),
        rating="4.50",
        content={"b": [1.50]},
        tags=["x"],
    )
    before = await everything(api)
    answer = await api.put(f"/pages/{page['id']}", json={name: page[name] for name in TAKEN})
    assert answer.json() == page
    assert await everything(api) == before


async def everything(api: Api) -> dict[str, Any]:
    """The rows as the database holds them; on PostgreSQL with what tells one version of a row from another."""
    engine: AsyncEngine = api.application.state.database.servers[0].engine
    version = "xmin::text, " if engine.dialect.name == "postgresql" else ""
    async with engine.connect() as connection:
        return {
            table: (await connection.execute(text(f'SELECT {version}* FROM "{table}" ORDER BY 1, 2'))).all()
            for table in ("Page", "_PageToTopic", "PageRevision", "Topic")
        }


async def test_all_topics_are_sent_back_where_there_are_more_than_are_shown_by_name(api: Api) -> None:
    page = await make_page(api, "page")
    numbers = range(1, 121)
    engine: AsyncEngine = api.application.state.database.servers[0].engine
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(insert(Topic), [{"id": number, "name": f"t{number:03}"} for number in numbers])
        await session.execute(insert(t_page_to_topic), [{"A": page["id"], "B": number} for number in numbers])
    path = f"/pages/{page['id']}"
    read = (await api.get(path)).json()
    assert read["topicIds"] == list(numbers)
    assert [topic["id"] for topic in read["topics"]] == list(numbers)[:100]
    assert len((await api.get(f"{path}/topics")).json()["items"]) == 120
    before = await everything(api)
    assert (await api.put(path, json={name: read[name] for name in TAKEN})).json() == read
    assert await everything(api) == before
    assert (await api.patch(path, json={"title": "Other"})).json()["topicIds"] == list(numbers)


async def test_a_circle_that_sql_made_has_an_end(api: Api) -> None:
    one = await make_page(api, "one")
    two = await make_page(api, "two", parentId=one["id"])
    engine: AsyncEngine = api.application.state.database.servers[0].engine
    async with engine.begin() as connection:
        await connection.execute(
            text('UPDATE "Page" SET "parentId" = :two WHERE id = :one'), {"one": one["id"], "two": two["id"]}
        )
    read = (await api.get(f"/pages/{one['id']}")).json()
    assert [link["slug"] for link in read["ancestors"]] == ["two"]


async def test_a_revision_is_read_by_its_number(api: Api) -> None:
    page = await make_page(api, "page")
    await api.patch(f"/pages/{page['id']}", json={"title": "Second"})
    read = await api.get(f"/pages/{page['id']}/revisions/1")
    listed = (await api.get(f"/pages/{page['id']}/revisions")).json()["items"]
    assert [read.json()] == listed
    for number in ("2", "0", "x"):
        assert (await api.get(f"/pages/{page['id']}/revisions/{number}")).status_code in {404, 422}
