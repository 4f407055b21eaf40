"""Sentry, as a server of the tests' own receives it from real processes."""

import json
import time
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from tests.faults.sabotage import fail_with, sabotage
from tests.support.api import SECRET_KEY, bearer, token
from tests.support.log import LogReader
from tests.support.sentry import Envelopes
from tests.support.server import running

NOWHERE = "postgresql://nobody:hunter2@127.0.0.1:1/none"
PRIVATE = "personal-words"


@pytest.fixture(scope="module")
def sentry() -> Generator[Envelopes]:
    with Envelopes().running() as server:
        yield server


@pytest.fixture(scope="module")
def log_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sentry") / "log"


@pytest.fixture(scope="module")
def failing(sentry: Envelopes, log_path: Path) -> Generator[httpx.Client]:
    """A client of the server that goes wrong."""
    command = ("-m", "tests.support.failing_app")
    with (
        log_path.open("w") as output,
        running(NOWHERE, output, command=command, SENTRY_DSN=sentry.dsn) as server,
        httpx.Client(base_url=server.url, headers=bearer() | {"Cookie": f"session={PRIVATE}"}) as client,
    ):
        (start,) = sentry.new_events(1)
        assert start["logentry"]["message"] == "a bad start"
        assert "request_id" not in start.get("tags", {})
        yield client


@pytest.mark.parametrize("number", [0, 1, 2])
def test_one_event_says_what_went_wrong_and_nothing_private(
    failing: httpx.Client, sentry: Envelopes, number: int
) -> None:
    answer = failing.post(f"/wrong/{number}?q={PRIVATE}", json={"password": PRIVATE})
    assert answer.status_code == 500
    (event,) = sentry.new_events(1)
    assert event["tags"]["request_id"] == answer.headers["x-request-id"]
    assert event["environment"] == "staging"
    assert event["request"] == {"method": "POST", "url": f"/api/v1/wrong/{number}"}
    assert event["transaction"] == "POST /api/v1/wrong/{number}"
    assert event["exception"]["values"][-1]["type"] == "RuntimeError"
    assert "about to fail" in [crumb["message"] for crumb in event["breadcrumbs"]["values"]]
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert frames
    assert not any("vars" in frame for frame in frames)
    sent = b"".join(sentry.bodies).decode()
    for secret in (PRIVATE, SECRET_KEY, "hunter2", token().rpartition(".")[0]):
        assert secret not in sent


def test_an_error_that_is_logged_is_an_event(failing: httpx.Client, sentry: Envelopes) -> None:
    assert failing.get("/log").status_code == 200
    (event,) = sentry.new_events(1)
    assert event["logentry"]["message"] == "the disk is nearly full"


def test_what_escapes_the_application_is_one_event(
    failing: httpx.Client, sentry: Envelopes, log_path: Path
) -> None:
    assert failing.get("/escape", headers={"X-Request-Id": "escaped"}).status_code == 500
    (event,) = sentry.new_events(1)
    assert (event["logger"], event["tags"]["request_id"]) == ("uvicorn.error", "escaped")
    lines = [line for line in LogReader.parse(log_path.read_text()) if line.get("requestId") == "escaped"]
    assert {line["logger"] for line in lines} == {"service.core.telemetry.access_log", "uvicorn.error"}


def test_an_event_belongs_to_the_span_that_called(failing: httpx.Client, sentry: Envelopes) -> None:
    trace_id, span_id = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    given = {"traceparent": f"00-{trace_id}-{span_id}-01"}
    answer = failing.post("/wrong/0", json={"password": "x"}, headers=given)
    assert (answer.status_code, answer.json()["traceId"]) == (500, trace_id)
    assert failing.get("/escape", headers=given).status_code == 500
    failing.get("/log", headers={"traceparent": "00-0-0-00"})
    failed, escaped, alone = (event["contexts"]["trace"] for event in sentry.new_events(3))
    assert failed["trace_id"] == escaped["trace_id"] == trace_id
    assert failed["span_id"] == escaped["span_id"] == span_id
    assert alone["trace_id"] != trace_id


def test_breadcrumbs_of_one_request_are_not_anothers(failing: httpx.Client, sentry: Envelopes) -> None:
    failing.post("/wrong/0", json={"password": "x"})
    failing.get("/log")
    _, second = sentry.new_events(2)
    assert "about to fail" not in json.dumps(second["breadcrumbs"])


def test_bodies_are_left_to_the_handlers(failing: httpx.Client, sentry: Envelopes) -> None:
    assert failing.post("/echo", json={"a": 1}).json() == {"a": 1}
    malformed = failing.post("/echo", content=b"{", headers={"Content-Type": "application/json"})
    assert malformed.status_code < 500
    assert sentry.new_events(0) == []


async def test_the_service_reports_what_nobody_foresaw_and_no_4xx(postgres_url: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (
        Envelopes().running() as sentry,
        log.open("w") as output,
        running(postgres_url, output, SENTRY_DSN=sentry.dsn) as server,
        httpx.Client(base_url=server.url, headers=bearer()) as client,
    ):
        json_type = {"Content-Type": "application/json"}
        assert client.post("/notes/", content=b"{", headers=json_type).status_code == 400
        assert client.post("/notes/", json={"title": "T", "parentId": "none"}).status_code == 422
        assert client.post("/labels/", json={"name": PRIVATE}).status_code == 201
        assert client.post("/labels/", json={"name": PRIVATE}).status_code == 409
        assert client.get("/notes/nothing").status_code == 404
        assert client.get("/nowhere").status_code == 404
        assert client.get("/notes/?nope=1").status_code == 422
        assert httpx.get(f"{server.url}/notes/").status_code == 401
        assert sentry.new_events(0) == []
        await sabotage(postgres_url)
        await fail_with(postgres_url, "XX000")
        broken = client.get(f"/labels/?q={PRIVATE}")
        assert (broken.status_code, broken.json()["code"]) == (500, "internal_error")
        (event,) = sentry.new_events(1)
        assert event["tags"]["request_id"] == broken.headers["x-request-id"]
        assert_nothing_private(b"".join(sentry.bodies).decode(), postgres_url)
        assert server.stop() == 0
    errors = [line for line in LogReader.parse(log.read_text()) if line["level"] == "ERROR"]
    assert [line["requestId"] for line in errors] == [broken.headers["x-request-id"]]
    assert_nothing_private(log.read_text(), postgres_url)


def assert_nothing_private(text: str, *more: str) -> None:
    for secret in (PRIVATE, SECRET_KEY, token().rpartition(".")[0], *more):
        assert secret not in text


@pytest.mark.slow
def test_nothing_is_sent_that_nobody_asked_for(tmp_path: Path) -> None:
    with (
        Envelopes().running() as sentry,
        (tmp_path / "log").open("w") as output,
        running(NOWHERE, output, SENTRY_DSN=sentry.dsn) as server,
    ):
        assert httpx.get(f"{server.url}/notes/", headers=bearer()).status_code == 503
        assert server.stop() == 0
        time.sleep(0.2)
        assert sentry.bodies == []
