"""The page of the API document in a real browser."""

import shutil
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import jwt
import pytest
from playwright.async_api import ConsoleMessage, Page, Request, async_playwright

from tests.example.support import SERVICE
from tests.support.api import EDITOR, SECRET_KEY, bearer
from tests.support.server import running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium: apt-get install chromium"),
]
PREFIX = "/data/docs-of-all"
API = "/api/v1"
PHONE = 390
# What a browser asks of its maker's servers, and what containers have not.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@asynccontextmanager
async def browsing(complaints: list[str], width: int = 1280) -> AsyncGenerator[Page]:
    """A page of a browser, which takes `docs.test` for this machine."""

    def complain(message: ConsoleMessage) -> None:
        # Swagger UI looks for a component of its own for each format, and takes the type's.
        if message.type in {"error", "warning"} and "Could not find component: Json" not in message.text:
            complaints.append(message.text)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[*FLAGS, "--host-resolver-rules=MAP docs.test 127.0.0.1"],
        )
        page = await browser.new_page(viewport={"width": width, "height": 844})
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        try:
            yield page
        finally:
            await browser.close()


@contextmanager
def behind_a_prefix(url: str) -> Generator[str]:
    """A proxy that takes `PREFIX` from the path; where it listens."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = httpx.get(url.removesuffix(API) + self.path.removeprefix(PREFIX))
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers["content-type"])
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}{API}"
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
                    assert (await call(page, "utils-checkHealth")).url == f"{base}/utils/health-check"
    assert complaints == []


async def call(page: Page, operation: str) -> Request:
    """Open an operation, try it out, and say what was asked; it must succeed."""
    block = page.locator(f"#operations-{operation}")
    await block.locator(".opblock-summary-control").click()
    await block.locator("button.try-out__btn").click()
    async with page.expect_response(lambda answer: "/docs/" not in answer.url) as answered:
        await block.locator("button.execute").click()
    answer = await answered.value
    assert answer.ok, answer.status
    return answer.request


async def test_on_a_phone_nothing_is_wider_than_the_screen(postgres_url: str, tmp_path: Path) -> None:
    with (
        (tmp_path / "log").open("w") as log,
        running(postgres_url, log, command=SERVICE, environment="local") as server,
    ):
        async with browsing([], PHONE) as page:
            await page.goto(f"{server.url}/docs")
            await page.wait_for_selector("#operations-pages-listPages")
            for operation in ("pages-listPages", "topics-listTopics"):
                await call(page, operation)
            await page.locator("#operations-pages-writePages .opblock-summary-control").click()
            await page.locator("#operations-pages-writePages button.try-out__btn").click()
            await page.wait_for_selector("#operations-pages-writePages textarea")
            assert await page.evaluate("document.documentElement.scrollWidth") == PHONE


async def test_in_local_its_calls_carry_a_token(postgres_url: str, tmp_path: Path) -> None:
    complaints: list[str] = []
    with (
        (tmp_path / "log").open("w") as log,
        running(postgres_url, log, command=SERVICE, environment="local") as server,
    ):
        async with browsing(complaints) as page:
            await page.goto(f"{server.url}/docs")
            await page.wait_for_selector("button.authorize.locked")
            assert "sub" not in claims(await call(page, "topics-listTopics"))
            async with page.expect_response(f"{server.url}/docs/token?sub={EDITOR}"):
                await page.locator("#caller").fill(EDITOR)
                await page.keyboard.press("Enter")
            await page.wait_for_timeout(500)
            assert claims(await call(page, "author-stats-listAuthorStats"))["sub"] == EDITOR
    assert complaints == []


def claims(request: Request) -> dict[str, Any]:
    token = request.headers["authorization"].removeprefix("Bearer ")
    return jwt.decode(token, SECRET_KEY, algorithms=["HS256"], audience="service")
