"""The service as production runs it, the app over it, and a browser."""

import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, sync_playwright

from tests.example.clients.served import served
from tests.nextjs.app import (
    BUILT,
    EDITOR,
    HERE,
    MissingProgram,
    build,
    chromium,
    environment,
    need,
    session,
    started,
)
from tests.nextjs.proxy import Proxy, proxying
from tests.support.api import bearer

SCREENSHOTS = HERE / "screenshots"
SCREENS: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
}
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
FAILED = pytest.StashKey[bool]()


@dataclass(frozen=True)
class App:
    url: str
    built: Path
    log: Path
    proxy: Proxy


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Generator[App]:
    try:
        need()
    except MissingProgram as missing:
        said = f"Left out: all of it, which needs {missing}. Install that, then run this again."
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)
    log = tmp_path_factory.mktemp("next") / "log"
    with served() as service, proxying(service["DATA_API_URL"]) as proxy:
        variables = environment(proxy.url, service["SECRET_KEY"])
        build(variables)
        with started(variables, log) as url:
            yield App(url, BUILT, log, proxy)


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What a page says in its console; a test that wants it takes it out."""
    return []


@pytest.fixture(params=SCREENS)
def page(
    app: App, browser: Browser, request: pytest.FixtureRequest, complaints: list[str]
) -> Generator[Page]:
    """Of a visitor; nothing may be said in its console, and nothing be wider than the screen."""
    screen = SCREENS[request.param]

    def complain(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{message.text} {message.location['url']}")

    context = browser.new_context(base_url=app.url, viewport=screen)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.on("console", complain)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    if request.node.stash.get(FAILED, False):
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{request.node.name}.png", full_page=True)
    else:
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
    context.close()
    assert complaints == []


@pytest.fixture
def editor(page: Page, app: App) -> Page:
    """The page, of somebody who is signed in."""
    for name, value in session(EDITOR).items():
        page.context.add_cookies([{"name": name, "value": value, "url": app.url}])
    return page


@pytest.fixture
def client(app: App) -> Generator[httpx.Client]:
    """The app's, called by a program that is signed in."""
    with httpx.Client(base_url=app.url, cookies=session(EDITOR), timeout=30) as client:
        yield client


class Service(httpx.Client):
    """The service, called by somebody else than the app, who tells it of nothing."""

    def make_page(self, **fields: object) -> dict[str, str]:
        """A page with a word in its title that no other page has."""
        answer = self.post("/pages", json={"title": f"Page {uuid4().hex}"} | fields)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def read(self, page_id: str) -> dict[str, str]:
        return self.get(f"/pages/{page_id}").raise_for_status().json()


@pytest.fixture
def service(app: App) -> Generator[Service]:
    with Service(base_url=f"{app.proxy.service}/api/v1", headers=bearer("demo-user-member")) as service:
        yield service
