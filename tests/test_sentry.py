"""Sentry in a real process: one event for an error that nobody foresaw, none for a 4xx, no secrets."""

import time
from pathlib import Path

import httpx

from service.prisma.deploy import connect
from service.prisma.url import parse_database_url
from tests.support.api import SECRET_KEY, bearer, token
from tests.support.sentry import sentry_server
from tests.support.server import running


async def test_one_event_for_what_nobody_foresaw(postgres_url: str, tmp_path: Path) -> None:
    with (
        sentry_server() as sentry,
        (tmp_path / "log").open("w") as output,
        running(postgres_url, output, SENTRY_DSN=sentry.dsn) as server,
        httpx.Client(base_url=server.url, headers=bearer()) as client,
    ):
        assert client.post("/pages/", json={"title": "T"}).status_code == 409
        assert client.post("/topics/", json={"name": "t"}).status_code == 201
        assert client.post("/topics/", json={"name": "t"}).status_code == 409
        assert client.get("/pages/nothing").status_code == 404
        assert client.get("/pages/?nope=1").status_code == 422
        connection = await connect(parse_database_url(postgres_url))
        await connection.execute('DROP TABLE "Topic" CASCADE')
        await connection.close()
        broken = client.get("/topics/?q=personal-words")
        assert (broken.status_code, broken.json()["code"]) == (500, "internal_error")
        for secret in ("Topic", "relation", "SELECT"):
            assert secret not in broken.text.replace("/api/v1/topics", "")
        deadline = time.monotonic() + 10
        while not sentry.events() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        (event,) = sentry.events()
        assert event["tags"]["request_id"] == broken.headers["x-request-id"]
        sent = "".join(sentry.bodies)
        for secret in (SECRET_KEY, token().rpartition(".")[0], "personal-words", postgres_url):
            assert secret not in sent
        assert server.stop() == 0
