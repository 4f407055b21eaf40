"""What a page refers to and does not exist is named, be it in the body or in the token."""

from typing import Any

import pytest

from tests.example.support import make_page
from tests.support.api import EDITOR, Api, bearer

UNKNOWN = bearer("somebody-who-left")
OF_TOKEN = "is filled with the token's `sub`, which is the id of no user"


def pointed(problem: dict[str, Any]) -> dict[str, str]:
    return {error["pointer"]: error["message"] for error in problem["errors"]}


async def test_an_author_who_does_not_exist(api: Api) -> None:
    answer = await api.post("/pages/", json={"title": "T", "authorId": "nobody"})
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert pointed(answer.json()) == {"/authorId": "names something that does not exist"}


async def test_a_new_page_of_a_user_who_does_not_exist(api: Api) -> None:
    answer = await api.post("/pages/", json={"title": "T"}, headers=UNKNOWN)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert answer.json()["detail"] == "The token's `sub` is the id of no user."
    assert pointed(answer.json())["/authorId"] == OF_TOKEN


@pytest.mark.parametrize("body", [{"position": 3}, {"title": "Another"}, None])
async def test_a_change_by_a_user_who_does_not_exist(api: Api, body: dict[str, Any] | None) -> None:
    path = f"/pages/{(await make_page(api, 'kept'))['id']}"
    change = (
        api.patch(path, json=body, headers=UNKNOWN) if body else api.post(f"{path}/publish", headers=UNKNOWN)
    )
    answer = await change
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert pointed(answer.json()) == {"/lastEditorId": OF_TOKEN}
    stored = (await api.get(path)).json()
    assert (stored["title"], stored["status"], stored["authorId"]) == ("Kept", "DRAFT", EDITOR)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_parent_or_topic_that_does_not_exist(api: Api, method: str) -> None:
    page = await make_page(api, "kept")
    path = "/pages/" if method == "POST" else f"/pages/{page['id']}"
    body = {"title": "T", "authorId": EDITOR} if method == "POST" else {}
    answer = await api.request(method, path, json=body | {"parentId": "nothing"})
    assert pointed(answer.json()) == {"/parentId": "names something that does not exist"}
    topics = await api.put(f"/pages/{page['id']}/topics", json={"topicIds": [7, 8]})
    assert set(pointed(topics.json())) == {"/topicIds/0", "/topicIds/1"}
