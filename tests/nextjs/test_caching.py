"""What the app asks the service for: nothing twice, and all anew that a write changed."""

import time
from collections.abc import Generator

import httpx
import pytest

from tests.nextjs.app import call_action, form_with, session, submit
from tests.nextjs.conftest import App, Service
from tests.nextjs.proxy import Proxy

MISSING = "could not be found"


@pytest.fixture(autouse=True)
def _within_a_window() -> None:
    """What is remembered for a user is found again as long as the token is the same, which changes every 300 seconds."""
    left = 300 - time.time() % 300
    if left < 15:
        time.sleep(left)


@pytest.fixture
def proxy(app: App) -> Generator[Proxy]:
    app.proxy.paths()
    yield app.proxy
    app.proxy.failure = None


def _edit(client: httpx.Client, page_id: str, **changed: str) -> httpx.Response:
    path = f"/pages/{page_id}/edit"
    return submit(client, path, form_with(client.get(path).text, "etag"), **changed)


def _save(client: httpx.Client, page_id: str, **changed: str) -> None:
    answer = _edit(client, page_id, **changed)
    assert (answer.status_code, answer.headers.get("location")) == (303, f"/pages/{page_id}"), answer.text


def test_what_was_rendered_is_rendered_again_without_a_call(
    app: App, client: httpx.Client, service: Service, proxy: Proxy
) -> None:
    made, said = service.make_page(), len(app.log.read_text("utf-8"))
    paths = (
        f"/pages?q={made['title']}",
        f"/pages/{made['id']}",
        f"/pages/{made['id']}/edit",
        "/api/v1/pages",
    )
    for path in paths:
        client.get(path).raise_for_status()
    calls = list(proxy.calls)
    asked = proxy.paths()
    assert set(asked) >= {f"GET /pages/{made['id']}", f"GET /pages?q={made['title']}"}
    assert len(asked) == len(set(asked))
    for path in paths:
        assert client.get(path).raise_for_status().text
    assert proxy.paths() == []
    assert "Error" not in app.log.read_text("utf-8")[said:]
    # A user's token is the same in all of them, and nothing else tells two calls apart.
    assert len({call.headers["authorization"] for call in calls}) == 1
    assert not any("x-request-id" in call.headers for call in calls)


def test_a_write_makes_stale_what_it_changed_and_nothing_else(
    client: httpx.Client, service: Service, proxy: Proxy
) -> None:
    edited, other = service.make_page(), service.make_page()
    lists = f"/pages?q={edited['title']}"
    paths = (lists, f"/pages/{edited['id']}", f"/pages/{other['id']}")
    _warm(client, *paths, f"/pages/{edited['id']}/edit")
    proxy.paths()
    _save(client, edited["id"], title=f"{edited['title']} anew", summary="")
    assert proxy.paths() == [f"PATCH /pages/{edited['id']}"]
    for path in paths:
        client.get(path).raise_for_status()
    assert proxy.paths() == [f"GET /pages?q={edited['title']}", f"GET /pages/{edited['id']}"]


@pytest.mark.timeout(900)
def test_each_of_500_writes_is_seen_at_the_next_render(client: httpx.Client, service: Service) -> None:
    made = service.make_page()
    lists = f"/pages?q={made['title']}"
    for number in range(500):
        title = f"{made['title']} no. {number}."
        _save(client, made["id"], title=title, summary="")
        assert title in client.get(lists if number % 2 else f"/pages/{made['id']}").text


def test_after_a_412_a_reload_helps(client: httpx.Client, service: Service) -> None:
    made = service.make_page()
    path = f"/pages/{made['id']}/edit"
    seen = form_with(client.get(path).text, "etag")
    service.patch(f"/pages/{made['id']}", json={"title": "Of somebody else"}).raise_for_status()
    # Nobody tells the app.
    assert form_with(client.get(path).text, "etag") == seen
    assert '"code":"precondition_failed"' in call_action(client, path, seen, title="Mine").text
    now = form_with(client.get(path).text, "etag")
    assert now["title"] == "Of somebody else"
    assert now["etag"] != seen["etag"]
    assert submit(client, path, now, title="Mine").status_code == 303
    assert service.read(made["id"])["title"] == "Mine"


def test_users_and_visitors_are_shown_what_is_theirs(
    app: App, client: httpx.Client, service: Service
) -> None:
    draft = service.make_page()
    path = f"/pages/{draft['id']}"
    assert draft["title"] in client.get(path).text
    for cookies in ({}, session("demo-user-editor", key="of somebody who makes sessions up 0123456789")):
        with httpx.Client(base_url=app.url, cookies=cookies) as visitor:
            answer = visitor.get(path)
            assert draft["title"] not in answer.text
            assert MISSING in answer.text


def test_what_was_missing_is_there_once_it_is_made(client: httpx.Client, service: Service) -> None:
    parent, other = service.make_page(), service.make_page()
    missing = "cmissing00000000000000000"
    assert MISSING in client.get(f"/pages/{missing}").text
    service.make_page(id=missing, parentId=parent["id"], title="Made meanwhile")
    # A write of the app's own, of whatever, and what was not found is asked for again.
    _save(client, other["id"], title=f"{other['title']} anew", summary="")
    assert "Made meanwhile" in client.get(f"/pages/{missing}").text


def test_a_write_whose_answer_is_lost_leaves_nothing_outdated(
    client: httpx.Client, service: Service, proxy: Proxy
) -> None:
    made = service.make_page()
    path = f"/pages/{made['id']}"
    form = form_with(client.get(f"{path}/edit").text, "etag")
    _warm(client, path)
    proxy.failure = "lost answer"
    assert submit(client, f"{path}/edit", form, title="Nobody heard of it").status_code == 500
    proxy.failure = None
    assert "Nobody heard of it" in client.get(path).text


def _warm(client: httpx.Client, *paths: str) -> None:
    for path in paths:
        client.get(path).raise_for_status()
