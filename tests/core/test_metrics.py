"""Figures for Prometheus: at a port of their own, for all workers at once, without series that callers make."""

import asyncio
import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.core.database.sqlstate import sqlstate
from service.core.telemetry.metrics import ERRORS, count_error
from service.core.telemetry.metrics_port import metrics_served
from service.dev.deploy import connect
from service.prisma.url import parse_database_url
from tests.support.api import bearer
from tests.support.server import Server, free_port, running


@pytest.fixture
def scraped(postgres_url: str, tmp_path: Path) -> Iterator[tuple[Server, Callable[[str], float]]]:
    """Two workers, and what Prometheus is told of them."""
    port = free_port()

    def figure(series: str) -> float:
        text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    with (
        (tmp_path / "log").open("w") as output,
        running(postgres_url, output, METRICS_PORT=str(port), WORKERS="2") as server,
    ):
        yield server, figure
        assert server.stop() == 0


def ask(server: Server, method: str, path: str, headers: dict[str, str] | None = None) -> int:
    """On a connection of its own, so that either worker may take it."""
    return httpx.request(method, f"{server.url}{path}", headers=headers).status_code


def requests(method: str, path: str, status: int) -> str:
    return f'http_requests_total{{method="{method}",path="{path}",status="{status}"}}'


@pytest.mark.slow
def test_requests_are_counted_by_route(scraped: tuple[Server, Callable[[str], float]]) -> None:
    server, figure = scraped
    for number in range(10):
        assert ask(server, "GET", f"/notes/{number}", bearer()) == 404
        assert ask(server, "GET", f"/nothing/{number}", bearer()) == 404
    assert ask(server, "GET", "/notes") == 401
    assert ask(server, "DELETE", "/notes", bearer()) == 405
    assert figure(requests("GET", "/api/v1/notes/{note_id}", 404)) == 10
    assert figure(requests("GET", "none", 404)) == 10
    assert figure(requests("GET", "/api/v1/notes", 401)) == 1
    assert figure(requests("DELETE", "none", 405)) + figure(requests("DELETE", "/api/v1/notes", 405)) == 1
    seconds = 'http_request_duration_seconds_{}{{{}method="GET",path="/api/v1/notes/{{note_id}}"}}'
    assert figure(seconds.format("count", "")) == 10
    assert figure(seconds.format("bucket", 'le="+Inf",')) == 10
    assert 0 < figure(seconds.format("sum", "")) < 10
    assert figure('database_connections_in_use{server="primary"}') == 0


@pytest.mark.slow
async def test_connections_in_use_are_seen_and_who_waits_for_one(
    scraped: tuple[Server, Callable[[str], float]], postgres_url: str
) -> None:
    server, figure = scraped
    in_use = 'database_connections_in_use{server="primary"}'
    waiting = 'database_connections_waiting{server="primary"}'
    # More than both workers may open.
    calls = 24
    lock = await connect(parse_database_url(postgres_url))
    await lock.execute('BEGIN; LOCK TABLE "TestNote" IN ACCESS EXCLUSIVE MODE')
    with ThreadPoolExecutor(calls) as threads:
        asked = [threads.submit(ask, server, "GET", "/notes", bearer()) for _ in range(calls)]
        # A worker says so at the end of its next request.
        async with asyncio.timeout(10):
            while figure(in_use) + figure(waiting) != calls:
                await asyncio.to_thread(ask, server, "GET", "/utils/health-check")
        assert figure(in_use) <= 20
        assert figure(waiting) >= 4
        await lock.close()
    assert [each.result() for each in asked] == [200] * calls
    assert figure(in_use) == figure(waiting) == 0


@pytest.mark.slow
def test_a_dead_worker_takes_its_connections_along(scraped: tuple[Server, Callable[[str], float]]) -> None:
    server, figure = scraped
    limit = 'database_connections_limit{server="primary"}'
    ends = time.monotonic() + 60
    while figure(limit) != 20:  # both workers are up
        assert time.monotonic() < ends
        ask(server, "GET", "/utils/health-check")
    for _ in range(10):
        ask(server, "GET", "/notes", bearer())
    worker = next(
        child
        for child in psutil.Process(server.process.pid).children()
        if "spawn_main" in " ".join(child.cmdline())
    )
    worker.kill()
    psutil.wait_procs([worker], timeout=5)
    assert figure(limit) in {10, 20}, "one is left, or there is a new one"
    assert figure(requests("GET", "/api/v1/notes", 200)) == 10


@pytest.mark.slow
def test_the_apis_own_port_tells_nothing(scraped: tuple[Server, Callable[[str], float]]) -> None:
    server, _ = scraped
    for path in ("/metrics", "/api/v1/metrics"):
        assert httpx.get(f"{server.url.removesuffix('/api/v1')}{path}", headers=bearer()).status_code == 404


def test_a_port_that_is_taken_is_named(postgres_url: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as other, log.open("w") as output:
        port = other.getsockname()[1]
        with (
            pytest.raises(AssertionError, match="ended with 2"),
            running(postgres_url, output, METRICS_PORT=str(port)),
        ):
            pass
    assert f"METRICS_PORT: 127.0.0.1:{port} cannot be had" in log.read_text()


def test_of_two_scrapes_at_once_neither_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one has just removed the figures of a worker that died."""
    file = tmp_path / "gauge_livesum_1.db"
    file.touch()

    def is_alive(_: int) -> bool:
        file.unlink()
        return False

    monkeypatch.setattr(psutil, "pid_exists", is_alive)
    port = free_port()
    with metrics_served("127.0.0.1", port, str(tmp_path)):
        assert httpx.get(f"http://127.0.0.1:{port}/metrics").status_code == 200


class Refused(Exception):
    sqlstate = "53300"


def given_up() -> TimeoutError:
    """What the driver raises that gives up waiting for the end of an earlier statement."""
    error = TimeoutError()
    error.__cause__ = asyncio.CancelledError()
    return error


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (Refused(), "53300"),
        (PoolTimeoutError(), "pool_full"),
        (TimeoutError(), "statement_timeout"),
        (given_up(), "connection"),
        (ConnectionRefusedError(), "connection"),
        (LookupError(), None),
    ],
)
def test_errors_are_counted_by_kind(error: Exception, name: str | None) -> None:
    assert sqlstate(Refused()) == "53300"

    def counted() -> dict[str, float]:
        return {
            sample.labels["error"]: sample.value
            for metric in ERRORS.collect()
            for sample in metric.samples
            if sample.name.endswith("_total")
        }

    before = counted()
    count_error(error)
    assert {
        kind: value - before.get(kind, 0) for kind, value in counted().items() if value != before.get(kind)
    } == ({name: 1} if name else {})
