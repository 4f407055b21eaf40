"""Every operation of the example, by an editor and by visitors, on a draft and on what is published."""

from typing import Any

import msgspec

from service.app import create_app
from service.settings import load_settings
from tests.example.support import make_page, serving
from tests.support.api import EDITOR, LOCAL, Api, bearer

VISITOR = bearer(sub=None)


class Row(msgspec.Struct, frozen=True):
    """A row of the matrix: what an editor gets for a draft, then a visitor for a draft and for what is published."""

    path: str
    editor: int
    of_draft: int
    of_published: int
    body: Any = None


MATRIX = {
    "listPages": Row("/pages/", 200, 200, 200),
    "createPage": Row("/pages/", 201, 403, 403, {"title": "T"}),
    "writePages": Row("/pages/", 200, 422, 403, {"items": [{"op": "update", "id": "{page}", "title": "T"}]}),
    "getPage": Row("/pages/{page}", 200, 404, 200),
    "replacePage": Row("/pages/{page}", 200, 404, 403, {"title": "T", "slug": "{slug}"}),
    "updatePage": Row("/pages/{page}", 200, 404, 403, {"title": "T"}),
    "deletePage": Row("/pages/{page}", 204, 404, 403),
    "publishPage": Row("/pages/{page}/publish", 200, 404, 403),
    "unpublishPage": Row("/pages/{page}/unpublish", 200, 404, 403),
    "archivePage": Row("/pages/{page}/archive", 200, 404, 403),
    "restorePage": Row("/pages/{page}/restore", 200, 404, 403),
    "listPageRevisions": Row("/pages/{page}/revisions", 200, 403, 403),
    "getPageRevision": Row("/pages/{page}/revisions/1", 200, 403, 403),
    "getPageTopics": Row("/pages/{page}/topics", 200, 404, 200),
    "replacePageTopics": Row("/pages/{page}/topics", 200, 404, 403, {"topicIds": []}),
    "getPageBySlug": Row("/page-slugs/{slug}", 200, 404, 200),
    "listTopics": Row("/topics/", 200, 200, 200),
    "createTopic": Row("/topics/", 201, 403, 403, {"name": "new"}),
    "writeTopics": Row("/topics/", 200, 403, 403, {"items": [{"op": "create", "name": "newer"}]}),
    "getTopic": Row("/topics/{topic}", 200, 200, 200),
    "replaceTopic": Row("/topics/{topic}", 200, 403, 403, {"name": "changed"}),
    "updateTopic": Row("/topics/{topic}", 200, 403, 403, {"name": "changed again"}),
    "deleteTopic": Row("/topics/{topic}", 204, 403, 403),
    "listAuthorStats": Row("/author-stats/", 200, 403, 403),
    "getAuthorStats": Row("/author-stats/{author}", 200, 403, 403),
}


def operations() -> dict[str, tuple[str, str]]:
    """Their methods and tags, of all that ask for a token and are served outside local."""
    app = create_app(load_settings(LOCAL))
    return {
        each.name: (each.method, each.tag)
        for each in app.state.operations
        if not each.is_public and each.tag != "diagnostics"
    }


async def prepare(api: Api, name: str, *, published: bool) -> dict[str, str]:
    """A page that was edited once, with a topic: what stands in the paths and bodies of the matrix."""
    slug = f"{name.lower()}-{'published' if published else 'draft'}"
    topic = (await api.post("/topics/", json={"name": slug})).json()["id"]
    page = await make_page(api, slug, topicIds=[topic])
    assert (await api.patch(f"/pages/{page['id']}", json={"title": "Edited"})).status_code == 200
    # Each step begins where it can: restored is what was archived, unpublished what was published.
    first = {"restorePage": "archive", "unpublishPage": "publish"}.get(name)
    if published or (first == "publish"):
        first = "publish"
    if first:
        assert (await api.post(f"/pages/{page['id']}/{first}")).status_code == 200
    return {"page": page["id"], "slug": slug, "topic": str(topic), "author": EDITOR}


def filled(said: Any, names: dict[str, str]) -> Any:
    text = msgspec.json.encode(said).decode()
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return msgspec.json.decode(text)


async def everything(api: Api) -> list[Any]:
    return [(await api.get(path, params={"limit": 100})).json()["items"] for path in ("/pages/", "/topics/")]


async def test_matrix(api: Api) -> None:
    known = operations()
    assert MATRIX.keys() == known.keys(), "an operation has no place in the matrix"
    wrong: list[str] = []
    for name, row in MATRIX.items():
        method, tag = known[name]
        # What visitors are refused of unpublished pages, they are while those are drafts.
        draft = await prepare(api, name, published=False)
        published = await prepare(api, name, published=True)
        hidden = draft if name != "unpublishPage" else await prepare(api, "hidden", published=False)
        for who, headers, names, wanted in (
            ("a visitor, hidden", VISITOR, hidden, row.of_draft),
            ("a visitor, published", VISITOR, published, row.of_published),
            ("a narrowed token", bearer(scope="other:read other:write"), draft, 403),
            ("a token to read", bearer(scope=f"{tag}:read"), draft, row.editor if method == "GET" else 403),
            ("an editor", bearer(), draft, row.editor),
        ):
            before = await everything(api)
            answer = await api.request(
                method, filled(row.path, names), json=filled(row.body, names), headers=headers
            )
            if answer.status_code != wanted:
                wrong.append(f"{name}, {who}: {answer.status_code} in place of {wanted}: {answer.text}")
            if wanted >= 400 and await everything(api) != before:
                wrong.append(f"{name}, {who}: it was refused, and something changed")
    assert wrong == []


async def test_no_token(postgres_url: str) -> None:
    async with serving(postgres_url, environment="production") as api:
        for name, (method, _) in operations().items():
            path = filled(MATRIX[name].path, {"page": "p", "slug": "s", "topic": "1", "author": "a"})
            assert (await api.request(method, path, json=MATRIX[name].body)).status_code == 401, name
