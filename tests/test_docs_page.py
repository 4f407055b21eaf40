"""The page of the API document in a real browser."""

import shutil
from pathlib import Path

import pytest
from playwright.async_api import ConsoleMessage, async_playwright

from tests.support.api import bearer
from tests.support.server import running

CHROMIUM = shutil.which("chromium")
NO_CHROMIUM = "needs Debian's chromium: apt-get install chromium"


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
async def test_the_page_shows_the_operations_and_calls_one(postgres_url: str, tmp_path: Path) -> None:
    asked: list[str] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    with (tmp_path / "log").open("w") as log, running(postgres_url, log, API_DOCS="true") as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = await browser.new_page()
            page.on("request", lambda request: asked.append(request.url))
            page.on("console", complain)
            page.on("pageerror", lambda error: complaints.append(str(error)))
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
            await browser.close()
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []
    assert complaints == []
