"""What a client may keep of pages and topics, by the cache groups of their answers, and what a write makes it drop."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.example.support import make_page, serving
from tests.support.api import Api, bearer
from tests.support.group_cache import GroupCache, groups_in


class Site:
    """Three pages in a row of the tree, one beside them, and two topics."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.cache = GroupCache(api)
        self.ids: dict[str, Any] = {}

    async def fill(self) -> None:
        for topic in ("Grammar", "Syntax"):
            self.ids[topic] = (await self.api.post("/topics/", json={"name": topic})).json()["id"]
        above = None
        for name in ("root", "middle", "leaf"):
            above = self.ids[name] = (await make_page(self.api, name, parentId=above))["id"]
        self.ids["beside"] = (await make_page(self.api, "beside", topicIds=[self.ids["Syntax"]]))["id"]
        await self.cache.read(*self.paths.values())
        assert len(self.cache.kept) == len(self.paths)

    @property
    def paths(self) -> Mapping[str, str]:
        pages = {name: f"/pages/{self.ids[name]}" for name in ("root", "middle", "leaf", "beside")}
        topics = {name: f"/topics/{self.ids[name]}" for name in ("Grammar", "Syntax")}
        return {
            **pages,
            **topics,
            "pages": "/pages",
            "children": f"/pages?parentId={self.ids['root']}",
            "topics": "/topics",
        }

    def names(self, paths: set[str]) -> set[str]:
        return {name for name, path in self.paths.items() if path in paths}

    async def after(self, method: str, path: str, body: object = None, **headers: str) -> set[str]:
        """Make a call, and tell which of what was kept it makes stale; the rest must be as it is kept."""
        answer = await self.api.request(method, path, json=body, headers=headers)
        dropped = self.names(self.cache.heard(answer))
        await self.cache.check()
        return dropped


@pytest.fixture
async def site(api: Api) -> Site:
    site = Site(api)
    await site.fill()
    return site


LISTS = {"pages", "children"}


async def test_a_change_makes_stale_what_shows_the_row_and_nothing_else(site: Site) -> None:
    dropped = await site.after("PATCH", site.paths["middle"], {"title": "Other"})
    assert dropped == {"root", "middle", "leaf"} | LISTS


async def test_a_change_of_nothing_makes_nothing_stale(site: Site) -> None:
    assert await site.after("PATCH", site.paths["middle"], {"title": "Middle"}) == set()
    assert await site.after("PATCH", site.paths["middle"], {}) == set()


async def test_a_row_that_moves_is_missed_where_it_was(site: Site) -> None:
    dropped = await site.after("PATCH", site.paths["leaf"], {"parentId": site.ids["beside"]})
    assert dropped == {"middle", "leaf", "beside"} | LISTS


async def test_a_new_row_changes_what_it_belongs_to(site: Site) -> None:
    body = {"title": "New", "parentId": site.ids["leaf"], "authorId": "user-editor"}
    assert await site.after("POST", "/pages", body) == {"leaf"} | LISTS


async def test_a_deleted_row_is_missed(site: Site) -> None:
    dropped = await site.after("DELETE", site.paths["middle"])
    assert dropped == {"root", "middle", "leaf"} | LISTS


async def test_topics_and_their_pages_tell_of_each_other(site: Site) -> None:
    dropped = await site.after("PATCH", site.paths["Syntax"], {"name": "Order"})
    assert dropped == {"beside", "Syntax", "topics", "pages"}
    await site.cache.read(*site.paths.values())
    dropped = await site.after("PUT", f"{site.paths['leaf']}/topics", {"topicIds": [site.ids["Grammar"]]})
    assert dropped >= {"leaf"} | LISTS
    assert dropped.isdisjoint({"beside", "Syntax"})
    await site.cache.read(*site.paths.values())
    assert await site.after("DELETE", site.paths["Grammar"]) >= {"leaf", "Grammar", "topics"}


async def test_steps_and_batches_say_it_too(site: Site) -> None:
    assert {"leaf", "middle"} <= await site.after("POST", f"{site.paths['leaf']}/publish")
    await site.cache.read(*site.paths.values())
    items = [
        {"op": "update", "id": site.ids["root"], "position": 7},
        {"op": "delete", "id": site.ids["beside"]},
    ]
    assert {"root", "beside"} | LISTS <= await site.after("PATCH", "/pages", {"items": items})


async def test_more_rows_than_fit_are_named_together(site: Site) -> None:
    made = [{"op": "create", "title": f"Page {number}", "authorId": "user-editor"} for number in range(100)]
    dropped = await site.after("PATCH", "/pages", {"items": made})
    assert {"root", "middle", "leaf", "beside"} | LISTS <= dropped
    assert dropped.isdisjoint({"Grammar"})


async def test_a_list_of_more_rows_than_fit_is_stale_by_their_lists(site: Site) -> None:
    topics = [
        (await site.api.post("/topics/", json={"name": f"Topic {number}"})).json()["id"]
        for number in range(40)
    ]
    await site.after("PATCH", site.paths["leaf"], {"topicIds": topics})
    await site.cache.read(site.paths["leaf"])
    assert "leaf" in await site.after("PATCH", f"/topics/{topics[33]}", {"name": "Other"})


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
async def test_what_was_changed_by_somebody_else_is_stale(site: Site, method: str) -> None:
    body = None if method == "DELETE" else {"title": "Mine", "slug": "mine"}
    dropped = await site.after(method, site.paths["leaf"], body, **{"If-Match": '"of-another-state"'})
    assert {"leaf", "middle"} <= dropped
    assert "beside" not in dropped


async def test_an_unchanged_answer_says_its_groups(site: Site) -> None:
    first = await site.api.get(site.paths["leaf"])
    again = await site.api.get(site.paths["leaf"], headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert groups_in(again, "cache-groups") == groups_in(first, "cache-groups")
    head = await site.api.head(site.paths["leaf"])
    assert groups_in(head, "cache-groups") == groups_in(first, "cache-groups")


async def test_what_no_write_here_changes_names_no_groups(site: Site) -> None:
    for path in ("/author-stats", "/utils/health-check", "/pages/none"):
        answer = await site.api.get(path)
        assert "cache-groups" not in answer.headers


async def test_visitors_are_told_of_rows_that_they_may_see(database_url: str) -> None:
    async with serving(database_url) as api:
        editor = bearer()
        made = [
            (await api.post("/pages/", json={"title": title}, headers=editor)).json()["id"]
            for title in ("Shown", "Hidden")
        ]
        above = f"/pages/{made[0]}"
        await api.post(f"{above}/publish", headers=editor)
        await api.patch(f"/pages/{made[1]}", json={"parentId": made[0]}, headers=editor)
        visitor = GroupCache(api)
        api.headers.update(bearer(sub=None))
        await visitor.read(above, "/pages")
        assert not any(made[1] in group for _, groups in visitor.kept.values() for group in groups)
        published = await api.post(f"/pages/{made[1]}/publish", headers=editor)
        assert visitor.heard(published) == {above, "/pages"}
