"""Several pages in one call, through the rules that single writes keep."""

from typing import Any

from tests.example.support import make_page
from tests.support.api import EDITOR, MEMBER, Api, bearer


async def write(api: Api, *items: dict[str, Any], status: int = 200) -> Any:
    answer = await api.patch("/pages/", json={"items": items})
    assert answer.status_code == status, answer.text
    return answer.json()["items"] if status == 200 else answer.json()


async def test_a_tree_is_reordered_in_one_call(api: Api) -> None:
    root = await make_page(api, "root")
    new = [
        {"op": "create", "title": f"Page {n}", "parentId": root["id"], "authorId": EDITOR} for n in range(50)
    ]
    ids = [result["item"]["id"] for result in await write(api, *new)]
    moves = [{"op": "update", "id": page, "position": 50 - place} for place, page in enumerate(ids)]
    assert {result["status"] for result in await write(api, *moves)} == {200}
    below = (await api.get("/pages/", params={"parentId": root["id"], "limit": 100})).json()["items"]
    assert [page["id"] for page in below] == ids[::-1]


async def test_slugs_revisions_topics_and_the_tree_are_kept(api: Api) -> None:
    topic = (await api.post("/topics/", json={"name": "a"})).json()["id"]
    page = await make_page(api, "page")
    author = {"authorId": EDITOR}
    first, second, third, changed = await write(
        api,
        {"op": "create", "title": "Page"} | author,
        {"op": "create", "title": "Page", "topicIds": [topic]} | author,
        {"op": "create", "title": "Page", "parentId": page["id"]} | author,
        {"op": "update", "id": page["id"], "title": "Renamed", "topicIds": [topic]},
    )
    assert [each["item"]["slug"] for each in (first, second, third)] == ["page-2", "page-3", "page-4"]
    assert second["item"]["topicIds"] == changed["item"]["topicIds"] == [topic]
    assert third["item"]["ancestors"][0]["title"] == "Renamed", "shown as it is when all is done"
    assert changed["item"]["childCount"] == 1
    revisions = (await api.get(f"/pages/{page['id']}/revisions")).json()["items"]
    assert [revision["title"] for revision in revisions] == ["Page"]


async def test_a_circle_is_refused_and_nothing_is_moved(api: Api) -> None:
    one, two = await make_page(api, "one"), await make_page(api, "two")
    before = (await api.get("/pages/")).json()
    problem = await write(
        api,
        {"op": "update", "id": one["id"], "parentId": two["id"]},
        {"op": "update", "id": two["id"], "parentId": one["id"]},
        status=422,
    )
    assert [error["pointer"] for error in problem["errors"]] == ["/items/1/parentId"]
    wrong = await write(api, {"op": "update", "id": one["id"], "topicIds": [7]}, status=422)
    assert [error["pointer"] for error in wrong["errors"]] == ["/items/0/topicIds/0"]
    step = await write(api, {"op": "update", "id": one["id"], "status": "PUBLISHED"}, status=422)
    assert [error["pointer"] for error in step["errors"]] == ["/items/0/status"]
    assert (await api.get("/pages/")).json() == before


async def test_the_token_is_author_and_editor_of_each(api: Api) -> None:
    page = await make_page(api, "page")
    items = [{"op": "create", "title": "New"}, {"op": "update", "id": page["id"], "title": "Other"}]
    answer = await api.patch("/pages/", json={"items": items}, headers=bearer(MEMBER))
    new, changed = (result["item"] for result in answer.json()["items"])
    assert (new["authorId"], new["lastEditorId"]) == (MEMBER, MEMBER)
    assert (changed["authorId"], changed["lastEditorId"]) == (EDITOR, MEMBER)


async def test_a_page_that_was_read_can_be_put(api: Api) -> None:
    page = await make_page(api, "page", content={"a": 1}, tags=["x"])
    path = f"/pages/{page['id']}"
    read = await api.get(path)
    same = await api.put(path, json=read.json(), headers={"If-Match": read.headers["etag"]})
    assert (same.status_code, same.content) == (200, read.content)
    topics = await api.get(f"{path}/topics")
    assert (await api.put(f"{path}/topics", json=topics.json())).content == topics.content


async def test_a_merge_keeps_what_the_page_said(api: Api) -> None:
    page = await make_page(api, "page", content={"a": 1, "b": {"c": 2}})
    path = f"/pages/{page['id']}"
    merge = {"Content-Type": "application/merge-patch+json"}
    merged = await api.patch(path, json={"content": {"b": {"c": None, "d": 3}}, "position": 4}, headers=merge)
    assert (merged.json()["content"], merged.json()["position"]) == ({"a": 1, "b": {"d": 3}}, 4)
    (revision,) = (await api.get(f"{path}/revisions")).json()["items"]
    assert revision["content"] == {"a": 1, "b": {"c": 2}}
    again = await api.patch(path, json={"content": {"b": {"c": None, "d": 3}}}, headers=merge)
    assert again.json()["updatedAt"] == merged.json()["updatedAt"], "nothing has changed"


async def test_what_changes_otherwise_says_how(api: Api) -> None:
    page = await make_page(api, "page")
    path, old = f"/pages/{page['id']}", {"If-Match": '"another"'}
    for method, body in (("PUT", page), ("PATCH", {})):
        for name, value in (("status", "PUBLISHED"), ("status", "NONE"), ("authorId", MEMBER)):
            refused = (await api.request(method, path, json=body | {name: value})).json()
            (error,) = refused["errors"]
            assert (refused["status"], error["pointer"], error["code"]) == (422, f"/{name}", "read_only")
            assert ("publish" in error["message"]) == (name == "status")
            assert (
                await api.request(method, path, json=body | {name: value}, headers=old)
            ).status_code == 412
            missing = await api.request(method, "/pages/nobody", json=body | {name: value})
            assert missing.status_code == 404
    assert (await api.get(path)).json() == page
