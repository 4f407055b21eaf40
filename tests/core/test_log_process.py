"""The log of real processes."""

import os
import re
import socket
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.api import SECRET_KEY, bearer, token
from tests.support.log import LogReader
from tests.support.server import running

NOWHERE = "postgresql://nobody:hunter2@127.0.0.1:1/none"


def read(log: Path, path: str, seconds: float = 5) -> list[dict[str, Any]]:
    """All lines, once the access line of a path is among them."""
    deadline = time.monotonic() + seconds
    while path not in log.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    return LogReader.parse(log.read_text())


def test_every_line_is_json_and_holds_no_secret(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as output, running(NOWHERE, output) as server:
        assert httpx.get(f"{server.url}/notes/?q=in-the-query", headers=bearer()).status_code == 503
        assert httpx.get(f"{server.url}/nowhere%0d%0aINFO:%20forged").status_code == 404
        with socket.create_connection((urlsplit(server.url).hostname, urlsplit(server.url).port)) as raw:
            raw.sendall(b"not http\r\n\r\n")
            assert b" 400 " in raw.recv(1000)
        assert server.stop() == 0
    lines = LogReader.parse(log.read_text())
    assert [(line["path"], line["status"]) for line in lines if "path" in line] == [
        ("/api/v1/notes/", 503),
        (r"/api/v1/nowhere\r\nINFO: forged", 404),
    ]
    (why,) = [line for line in lines if line["logger"] == "service.core.http.problem"]
    says = "unavailable: CannotConnectError cannot connect to the database (ConnectionRefusedError: "
    assert why["message"].startswith(says)
    assert why["requestId"] == lines[lines.index(why) + 1]["requestId"]
    assert {"uvicorn.error", "service.core.telemetry.access_log"} <= {line["logger"] for line in lines}
    for secret in ("hunter2", "in-the-query", SECRET_KEY, token()[:30]):
        assert secret not in log.read_text()


def test_a_caller_who_hangs_up_is_no_error(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as output, running(NOWHERE, output) as server:
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname, address.port)) as raw:
            raw.sendall(
                f"POST /api/v1/notes/ HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer()['Authorization']}\r\n"
                'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"title":'.encode()
            )
            time.sleep(0.3)
        lines = read(log, "/api/v1/notes/")
    (access,) = [line for line in lines if "path" in line]
    assert access["status"] == 400
    of_calls = [line for line in lines if line["logger"] != "service.core.lifecycle.drift"]
    assert {line["level"] for line in of_calls} == {"INFO"}


@pytest.mark.slow
def test_the_parent_of_several_workers_writes_json_as_they_do(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as output, running(NOWHERE, output, WORKERS="2") as server:
        assert server.stop() == 0
    messages = [line["message"] for line in LogReader.parse(log.read_text())]
    assert any(re.match(r"Started parent process", message) for message in messages)
    assert sum("Started server process" in message for message in messages) == 2


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_log_that_nobody_reads_any_more_changes_no_exit_code(workers: str) -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as output, running(NOWHERE, output, WORKERS=workers) as server:
        os.close(reader)
        assert httpx.get(f"{server.url}/notes/", headers=bearer()).status_code == 503
        assert server.stop() == 0
