"""Nobody acts as somebody else, whatever they send."""

import json
from typing import Any

import httpx
import pytest

from tests.nextjs.app import ADMIN, EDITOR, call_action, form_with, session
from tests.nextjs.conftest import App, Service
from tests.support.api import SECRET_KEY, token


@pytest.fixture
def ids(app: App) -> dict[str, str]:
    """What Next.js takes a call of, by name: server actions, and functions under "use cache" too."""
    found: dict[str, str] = {}
    for manifest in app.built.rglob("server-reference-manifest.json"):
        said: dict[str, dict[str, Any]] = json.loads(manifest.read_text("utf-8"))
        found |= {entry["exportedName"]: id_ for id_, entry in said["node"].items()}
    return found


def _call(app: App, id_: str, *arguments: object, path: str = "/pages", **cookies: str) -> httpx.Response:
    """As anybody can who has the action's id."""
    headers = {"Next-Action": id_, "Content-Type": "text/plain;charset=UTF-8", "Accept": "text/x-component"}
    with httpx.Client(base_url=app.url, headers=headers, cookies=cookies, timeout=30) as client:
        return client.post(path, content=json.dumps(arguments))


def test_without_a_session_no_action_changes_anything(
    app: App, ids: dict[str, str], service: Service
) -> None:
    made = service.make_page()
    service.post(f"/pages/{made['id']}/publish").raise_for_status()
    before = service.get(f"/pages/{made['id']}")
    etag = before.headers["etag"]
    path = f"/pages/{made['id']}"
    calls = {
        "take": [made["id"], etag, "archive"],
        "remove": [made["id"], etag],
        "reorder": [None, [[made["id"], "3"]]],
    }
    for name, arguments in calls.items():
        for more in ([], [EDITOR], [{"user": {"id": EDITOR}}]):
            assert _call(app, ids[name], *arguments, *more, path=path).status_code in {200, 500}, name
    with httpx.Client(base_url=app.url) as client:
        form = form_with(client.get(f"{path}/edit").text, "etag")
        answer = call_action(client, f"{path}/edit", form, title="Taken")
    assert "insufficient_scope" in answer.text
    assert service.get(f"/pages/{made['id']}").text == before.text
    # With a session the very same calls do change it: nothing but that was missing.
    cookies = session(EDITOR)
    assert "null" in _call(app, ids["take"], made["id"], etag, "archive", path=path, **cookies).text
    assert service.read(made["id"])["status"] == "ARCHIVED"


def test_whom_the_arguments_name_is_not_whom_the_page_says_it_was_changed_by(
    app: App, ids: dict[str, str], service: Service
) -> None:
    made = service.make_page()
    etag = service.get(f"/pages/{made['id']}").headers["etag"]
    path = f"/pages/{made['id']}"
    _call(app, ids["take"], made["id"], etag, "publish", ADMIN, ADMIN, path=path, **session(EDITOR))
    stored = service.read(made["id"])
    assert (stored["status"], stored["lastEditorId"]) == ("PUBLISHED", EDITOR)


def test_what_is_remembered_is_told_to_whom_it_belongs(
    app: App, ids: dict[str, str], service: Service
) -> None:
    """Next.js lets anybody call a function under "use cache" who has its id: what it takes nobody may make up."""
    made = service.make_page()
    url = f"{app.proxy.url}/api/v1/pages/{made['id']}"
    cached = [id_ for name, id_ in ids.items() if name.startswith("$$RSC_SERVER_CACHE")]
    assert cached
    for id_ in cached:
        for who in (
            EDITOR,
            ADMIN,
            None,
            {"id": EDITOR},
            token(EDITOR, key="of somebody who makes tokens up 0123456789"),
        ):
            assert made["title"] not in _call(app, id_, who, url).text
        # It would, for a token that only the two servers can make.
        assert made["title"] in _call(app, id_, token(EDITOR), url).text


def test_nobody_else_than_the_service_is_asked(app: App, ids: dict[str, str], service: Service) -> None:
    made = service.make_page()
    elsewhere = f"{app.proxy.service}/api/v1/pages/{made['id']}"
    for name, id_ in ids.items():
        if name.startswith("$$RSC_SERVER_CACHE"):
            for url in (
                elsewhere,
                f"{app.proxy.url}@{elsewhere.removeprefix('http://')}",
                "//example.com",
                "file:///etc/passwd",
            ):
                assert made["title"] not in _call(app, id_, token(EDITOR), url).text
    assert "This is not the data API" in app.log.read_text("utf-8")


def test_route_handlers_ask_the_session_alone(app: App, service: Service) -> None:
    made = service.make_page()
    query = {"q": made["title"], "userId": EDITOR, "sub": EDITOR}
    headers = {"X-User-Id": EDITOR, "Authorization": f"Bearer {token(EDITOR)}"}
    with httpx.Client(base_url=app.url, headers=headers) as client:
        assert client.get("/api/v1/pages", params=query).json()["items"] == []
        # What a visitor cannot see is not there to be changed.
        assert client.post(f"/api/v1/pages/{made['id']}/publish").status_code == 404
    assert service.read(made["id"])["status"] == "DRAFT"


def test_nothing_of_the_secret_is_in_what_browsers_get(app: App) -> None:
    files = [path for path in (app.built / "static").rglob("*") if path.is_file()]
    assert files
    for path in files:
        said = path.read_bytes()
        assert SECRET_KEY.encode() not in said
        assert b"SECRET_KEY" not in said, path
