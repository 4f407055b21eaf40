"""The page of the API document in a real browser."""

import shutil
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from playwright.async_api import ConsoleMessage, Page, async_playwright

from tests.example.support import SERVICE
from tests.support.api import bearer
from tests.support.server import running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium: apt-get install chromium"),
]
PREFIX = "/data/docs-of-all"


@asynccontextmanager
async def browsing(complaints: list[str]) -> AsyncGenerator[Page]:
    """A page of a browser, which takes `docs.test` for this machine."""

    def complain(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--host-resolver-rules=MAP docs.test 127.0.0.1"],
        )
        page = await browser.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        await browser.close()


@contextmanager
def behind_a_prefix(url: str) -> Generator[str]:
    """A proxy that takes `PREFIX` from the path; where it listens."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = httpx.get(url + self.path.removeprefix(PREFIX))
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers["content-type"])
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
        server.shutdown()


async def test_the_page_shows_the_operations_and_calls_one(postgres_url: str, tmp_path: Path) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    with (
        (tmp_path / "log").open("w") as log,
        running(postgres_url, log, command=SERVICE, API_DOCS="true") as server,
    ):
        async with browsing(complaints) as page:
            page.on("request", lambda request: asked.append(request.url))
            await page.goto(f"{server.url}/docs")
            await page.wait_for_selector("#operations-pages-listPages")
            assert await page.locator(".opblock").count() >= 20

            await page.locator("button.authorize").click()
            await page.locator(".auth-container input").fill(
                bearer()["Authorization"].removeprefix("Bearer ")
            )
            await page.locator(".auth-btn-wrapper button.authorize").click()
            await page.locator(".auth-btn-wrapper button.btn-done").click()

            operation = page.locator("#operations-topics-createTopic")
            await operation.locator(".opblock-summary-control").click()
            await operation.locator("button.try-out__btn").click()
            await operation.locator("button.execute").click()
            answer = operation.locator(".live-responses-table tbody .response-col_status").first
            await answer.wait_for()
            assert (await answer.inner_text()).startswith("201")
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []
    assert complaints == []


async def test_it_finds_its_files_wherever_it_is_opened(postgres_url: str, tmp_path: Path) -> None:
    complaints: list[str] = []
    with (
        (tmp_path / "log").open("w") as log,
        running(postgres_url, log, command=SERVICE, API_DOCS="true") as server,
    ):
        named = server.url.replace("127.0.0.1", "docs.test")
        with behind_a_prefix(server.url) as prefixed:
            async with browsing(complaints) as page:
                for base in (server.url, named, prefixed):
                    for path in ("/docs#/docs", "/docs/?x=/docs/"):
                        await page.goto("about:blank")
                        await page.goto(base + path)
                        await page.wait_for_selector("#operations-utils-checkHealth", timeout=20_000)
    assert complaints == []
