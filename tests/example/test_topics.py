"""Topics over HTTP, on both databases."""

from tests.example.support import make_page
from tests.support.api import Api


async def test_a_topic_goes_through_its_life(api: Api) -> None:
    created = await api.post("/topics/", json={"name": "Grammar"})
    assert created.status_code == 201
    topic = created.json()
    path = f"/topics/{topic['id']}"
    assert created.headers["location"] == f"/api/v1{path}"
    assert (await api.get(path)).json() == topic == {"id": topic["id"], "name": "Grammar"}

    assert (await api.put(path, json={"name": "Syntax"})).json()["name"] == "Syntax"
    assert (await api.patch(path, json={})).json()["name"] == "Syntax"
    assert (await api.patch(path, json={"name": "文法"})).json()["name"] == "文法"

    assert (await api.delete(path)).status_code == 204
    for answer in (await api.get(path), await api.put(path, json={"name": "x"}), await api.delete(path)):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_names_are_unique(api: Api) -> None:
    first = (await api.post("/topics/", json={"name": "One"})).json()
    second = (await api.post("/topics/", json={"name": "Two"})).json()
    for answer in (
        await api.post("/topics/", json={"name": "One"}),
        await api.put(f"/topics/{second['id']}", json={"name": "One"}),
        await api.patch(f"/topics/{second['id']}", json={"name": "One"}),
    ):
        assert answer.status_code == 409
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/name"]
    assert (await api.patch(f"/topics/{first['id']}", json={"name": "One"})).status_code == 200


async def test_a_change_needs_the_state_that_it_was_made_for(api: Api) -> None:
    created = await api.post("/topics/", json={"name": "One"})
    path, etag = f"/topics/{created.json()['id']}", created.headers["etag"]
    assert (await api.patch(path, json={"name": "Two"}, headers={"If-Match": etag})).status_code == 200
    for answer in (
        await api.patch(path, json={"name": "Three"}, headers={"If-Match": etag}),
        await api.delete(path, headers={"If-Match": etag}),
    ):
        assert answer.status_code == 412
    assert (await api.get(path)).json()["name"] == "Two"


async def test_they_are_listed_by_name_and_searched(api: Api) -> None:
    for name in ("beta", "alpha", "gamma"):
        await api.post("/topics/", json={"name": name})
    listed = (await api.get("/topics/")).json()
    assert ([topic["name"] for topic in listed["items"]], listed["total"]) == (["alpha", "beta", "gamma"], 3)
    latest = (await api.get("/topics/", params={"sort": "-id", "limit": 1})).json()
    assert [topic["name"] for topic in latest["items"]] == ["gamma"]
    found = (await api.get("/topics/", params={"q": "ALPH"})).json()
    assert [topic["name"] for topic in found["items"]] == ["alpha"]


async def test_pages_lose_a_topic_that_is_deleted(api: Api) -> None:
    page = await make_page(api, "about")
    topic = (await api.post("/topics/", json={"name": "Gone"})).json()
    await api.put(f"/pages/{page['id']}/topics", json={"topicIds": [topic["id"]]})
    assert (await api.delete(f"/topics/{topic['id']}")).status_code == 204
    assert (await api.get(f"/pages/{page['id']}/topics")).json()["items"] == []
