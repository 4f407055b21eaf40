"""What one is told where the service cannot be reached: by the page, and by the app's log."""

import re
from collections.abc import Generator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.nextjs.app import form_with, submit
from tests.nextjs.conftest import App, Service
from tests.nextjs.proxy import Failure


@pytest.fixture(autouse=True)
def _mended(app: App) -> Generator[None]:
    yield
    app.proxy.failure = None


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (
            "html",
            "Not the data API answers GET {url}, request without an id, but what is before it: 502 text/html",
        ),
        ("silence", "The data API does not answer GET {url}, request without an id: other side closed"),
    ],
)
def test_a_read(failure: Failure, words: str, app: App, client: httpx.Client, service: Service) -> None:
    made = service.make_page()
    path = f"/pages/{made['id']}"
    app.proxy.failure = failure
    client.get(path)
    assert words.format(url=f"{app.proxy.url}/api/v1{path}") in app.log.read_text("utf-8")
    app.proxy.failure = None
    assert made["title"] in client.get(path).text


def test_a_write_says_under_which_id_to_look_for_it(app: App, client: httpx.Client, service: Service) -> None:
    made = service.make_page()
    path = f"/pages/{made['id']}/edit"
    form = form_with(client.get(path).text, "etag")
    app.proxy.failure = "html"
    app.proxy.paths()
    assert submit(client, path, form, title="Mine").status_code == 500
    (call,) = (call for call in app.proxy.calls if call.method == "PATCH")
    assert re.search(
        rf"Not the data API answers PATCH .+{made['id']}, request {call.headers['x-request-id']}, but what is before it",
        app.log.read_text("utf-8"),
    )


def test_a_browser_is_told_what_finds_it_in_the_log(
    editor: Page, app: App, service: Service, complaints: list[str]
) -> None:
    made = service.make_page()
    app.proxy.failure = "html"
    editor.goto(f"/pages/{made['id']}")
    alert = editor.get_by_text("Something went wrong.")
    expect(alert).to_be_visible()
    digest = alert.inner_text().rpartition(" ")[2]
    assert f"digest: '{digest}'" in app.log.read_text("utf-8")
    # What it asks for beforehand fails as well.
    editor.goto("about:blank")
    assert complaints
    complaints.clear()
