"""The real process under real HTTP."""

import json
from pathlib import Path

import httpx

from tests.support.api import bearer
from tests.support.server import running


def test_it_serves_and_stops(postgres_url: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as output, running(postgres_url, output) as server:
        listed = httpx.get(f"{server.url}/notes/", headers=bearer())
        assert (listed.status_code, listed.json()["items"]) == (200, [])
        assert httpx.get(f"{server.url}/notes/").status_code == 401
        assert "server" not in listed.headers
        assert server.stop() == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    access = [line for line in lines if line.get("path")]
    assert [(line["method"], line["path"], line["status"]) for line in access] == [
        ("GET", "/api/v1/notes/", 200),
        ("GET", "/api/v1/notes/", 401),
    ]
    assert access[0]["requestId"] == listed.headers["x-request-id"]
    assert access[0]["durationMs"] > 0
    assert {"time", "level", "message", "logger"} <= lines[0].keys()
