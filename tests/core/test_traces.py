"""OpenTelemetry's spans, as a collector of the tests' own receives them from real processes."""

import asyncio
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from service.core.telemetry.statement_spans import outermost
from service.dev.deploy import connect
from service.dev.postgres import EmbeddedPostgres
from service.prisma.url import parse_database_url
from tests.conftest import TEMPLATE
from tests.faults.sabotage import fail_with, sabotage
from tests.support.api import EDITOR, SECRET_KEY, bearer, token
from tests.support.lens import LENS
from tests.support.log import LogReader
from tests.support.otlp import Collector, Span, collector
from tests.support.sentry import Envelopes
from tests.support.server import ROOT, Server, free_port, running

CALLER = "00f067aa0ba902b7"
AT_ONCE = "50"
"""Milliseconds between two deliveries."""
NOWHERE = "postgresql://nobody:hunter2@127.0.0.1:1/none"
PRIVATE = "personal-words"


@pytest.fixture
def receiver() -> Generator[Collector]:
    with collector() as server:
        yield server


@pytest.fixture
def log_path(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture(scope="module")
async def database(postgres: EmbeddedPostgres) -> AsyncGenerator[str]:
    url = await postgres.create_database("traces", template=TEMPLATE)
    yield LENS.url(url)
    await postgres.drop_database("traces")


class Traced:
    """A server, the collector of its spans, and its log."""

    def __init__(self, server: Server, receiver: Collector, log: Path) -> None:
        self.server = server
        self.receiver = receiver
        self._log = log

    def call(self, method: str, path: str, headers: dict[str, str], json: object = None) -> httpx.Response:
        return call(self.server, method, path, headers, json)

    def traces_of(self, answer: httpx.Response) -> set[str]:
        """What the lines of a call name. The last of them is written when its answer is on its way."""
        identity = answer.headers["x-request-id"]
        deadline = time.monotonic() + 5
        while True:
            lines = LogReader.parse(self._log.read_text())
            named = {line["traceId"] for line in lines if line.get("requestId") == identity}
            if named or time.monotonic() > deadline:
                return named
            time.sleep(0.05)


@pytest.fixture(scope="module")
def traced(database: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[Traced]:
    log = tmp_path_factory.mktemp("traces") / "log"
    with (
        collector() as receiver,
        log.open("w") as output,
        running(
            database,
            output,
            OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint,
            OTEL_BSP_SCHEDULE_DELAY=AT_ONCE,
        ) as server,
    ):
        # The first connection asks PostgreSQL what it is.
        assert call(server, "GET", "/notes/none", {}).status_code == 404
        yield Traced(server, receiver, log)
        assert server.stop() == 0


def call(
    server: Server, method: str, path: str, headers: dict[str, str], json: object = None
) -> httpx.Response:
    return httpx.request(method, f"{server.url}{path}", headers=bearer() | headers, json=json)


def called_by(*, recorded: bool = True) -> tuple[str, dict[str, str]]:
    """A trace of a caller's, and how it is sent."""
    trace = secrets.token_hex(16)
    return trace, {"traceparent": f"00-{trace}-{CALLER}-{recorded:02}"}


def test_a_request_is_a_span_below_its_callers_and_its_statement_one_below_that(traced: Traced) -> None:
    trace, headers = called_by()
    answer = traced.call("GET", f"/notes/none?q={PRIVATE}", headers)
    assert (answer.status_code, answer.json()["traceId"]) == (422, trace), "no statement"
    answer = traced.call("GET", "/notes/none", headers)
    assert (answer.status_code, answer.json()["traceId"]) == (404, trace)
    refused, statement, request = traced.receiver.of_trace(trace, 2)
    assert (refused.parent_id, refused.failed) == (CALLER, False)
    assert (request.parent_id, request.kind) == (CALLER, "server")
    assert request.name == "GET /api/v1/notes/{note_id}"
    assert request.attributes == {
        "http.request.method": "GET",
        "http.route": "/api/v1/notes/{note_id}",
        "http.response.status_code": 404,
        "url.path": "/api/v1/notes/none",
        "url.scheme": "http",
        "network.protocol.version": "1.1",
        "server.address": "127.0.0.1",
        "server.port": int(traced.server.url.split(":")[2].split("/")[0]),
    }
    assert request.resource["deployment.environment.name"] == "production"
    table = LENS.table("TestNote")
    assert (statement.parent_id, statement.kind, statement.name) == (request.id, "client", f"SELECT {table}")
    sql = str(statement.attributes["db.query.text"])
    assert sql.startswith("SELECT")
    assert "$1" in sql
    assert statement.attributes.items() >= {
        ("db.system.name", "postgresql"),
        ("db.namespace", "traces"),
        ("db.operation.name", "SELECT"),
        ("db.collection.name", table),
    }
    assert request.begin <= statement.begin < statement.end <= request.end
    assert [span.failed for span in (request, statement)] == [False, False]
    assert traced.traces_of(answer) == {trace}


def test_without_a_caller_of_its_own_a_trace_begins_here(traced: Traced) -> None:
    answer = traced.call("GET", "/notes/none", {})
    made = answer.json()["traceId"]
    statement, request = traced.receiver.of_trace(made)
    assert (statement.parent_id, request.parent_id) == (request.id, "")
    assert traced.traces_of(answer) == {made}
    other = traced.call("GET", "/nowhere", {}).json()["traceId"]
    (request,) = traced.receiver.of_trace(other)
    assert (request.name, request.attributes.get("http.route")) == ("GET", None)
    assert made != other


def test_what_the_caller_does_not_record_is_not_recorded(traced: Traced) -> None:
    trace, headers = called_by(recorded=False)
    answer = traced.call("GET", "/notes/none", headers)
    assert answer.json()["traceId"] == trace
    assert traced.traces_of(answer) == {trace}
    after = traced.call("GET", "/notes/none", {}).json()["traceId"]
    assert len(traced.receiver.of_trace(after)) == 2
    assert traced.receiver.of_trace(trace, 0) == []


def test_statements_of_sessions_have_their_spans_too(traced: Traced) -> None:
    trace, headers = called_by()
    made = traced.call("POST", "/notes/", headers, {"slug": "a", "title": "A"}).json()
    items = [{"op": "update", "id": made["id"], "title": PRIVATE}]
    assert traced.call("PATCH", "/notes/", headers, {"items": items}).status_code == 200
    spans = traced.receiver.of_trace(trace, 2)
    requests = {span.name: span.id for span in spans if span.kind == "server"}
    table = LENS.table("TestNote")
    names = {
        name: [span.name for span in spans if span.parent_id == identity]
        for name, identity in requests.items()
    }
    assert names["POST /api/v1/notes"] == [f"INSERT {table}"]
    assert f"UPDATE {table}" in names["PATCH /api/v1/notes"]
    assert sum(map(len, names.values())) + len(requests) == len(spans)


async def test_statements_of_several_callers_are_one_span_that_all_of_them_lead_to(
    receiver: Collector, database: str, log_path: Path
) -> None:
    separator = "&" if "?" in database else "?"
    with (
        log_path.open("w") as output,
        running(
            f"{database}{separator}connection_limit=1",
            output,
            OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint,
            OTEL_BSP_SCHEDULE_DELAY=AT_ONCE,
        ) as server,
        ThreadPoolExecutor(8) as pool,
    ):
        assert call(server, "GET", "/notes/none", {}).status_code == 404
        # While the first one waits, the others want its connection.
        lock = await connect(parse_database_url(database))
        await lock.execute('BEGIN; LOCK TABLE "TestNote"')
        asking = [pool.submit(call, server, "GET", f"/notes/{number}", {}) for number in range(200)]
        await asyncio.sleep(1)
        await lock.close()
        asked = await asyncio.gather(*map(asyncio.wrap_future, asking))
        assert {answer.status_code for answer in asked} == {404}
        traces = {answer.json()["traceId"] for answer in asked}

        def is_whole(spans: list[Span]) -> bool:
            return len([span for span in spans if span.kind == "server" and span.trace_id in traces]) == 200

        spans = receiver.wait_for(is_whole)
    assert is_whole(spans)
    statements = {(span.trace_id, span.id): span for span in spans if span.kind == "client"}
    shared = [statement for statement in statements.values() if statement.links]
    assert shared, "no statement was shared"
    for request in (span for span in spans if span.kind == "server" and span.trace_id in traces):
        own = [each for each in statements.values() if each.parent_id == request.id]
        linked = [statements[link] for link in request.links]
        assert len(own) + len(linked) == 1
        for statement in own:
            assert statement.trace_id == request.trace_id
        for statement in linked:
            assert (request.trace_id, request.id) in statement.links
            assert statement.end <= request.end


async def test_what_fails_says_so_without_a_row_and_sentry_is_in_the_same_trace(
    receiver: Collector, postgres_url: str, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with (
        Envelopes().running() as sentry,
        log.open("w") as output,
        running(
            postgres_url,
            output,
            SENTRY_DSN=sentry.dsn,
            OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint,
            OTEL_BSP_SCHEDULE_DELAY=AT_ONCE,
        ) as server,
    ):
        note = call(server, "POST", "/notes/", {"Cookie": PRIVATE}, {"slug": PRIVATE, "title": PRIVATE})
        assert note.status_code == 201
        assert call(server, "GET", f"/notes/?q={PRIVATE}", {}).status_code == 200
        await sabotage(postgres_url)
        await fail_with(postgres_url, "XX000")
        trace, headers = called_by()
        answer = call(server, "GET", "/labels/", headers)
        assert answer.status_code == 500
        (event,) = sentry.new_events(1)
        statement, request = receiver.of_trace(trace)
        assert server.stop() == 0
    assert (statement.failed, statement.attributes["error.type"]) == (True, "XX000")
    assert statement.attributes["db.response.status_code"] == "XX000"
    assert (request.failed, request.attributes["error.type"]) == (True, "500")
    assert [(span.says, span.events) for span in (statement, request)] == [("", 0), ("", 0)]
    where = event["contexts"]["trace"]
    assert (where["trace_id"], where["span_id"]) == (trace, request.id)
    sent = b"".join(receiver.bodies).decode("latin-1")
    for secret in (PRIVATE, SECRET_KEY, EDITOR, token().rpartition(".")[0], "hidden_", postgres_url):
        assert secret not in sent
    assert "api/v1/notes" in sent


@pytest.mark.parametrize("workers", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_each_process_heeds_the_sdks_own_variables_and_sends_the_last_ones_at_its_end(
    receiver: Collector, log_path: Path, workers: str
) -> None:
    with (
        log_path.open("w") as output,
        running(
            NOWHERE,
            output,
            OTEL_EXPORTER_OTLP_ENDPOINT=f"{receiver.endpoint}/",
            OTEL_EXPORTER_OTLP_HEADERS="api-key=of-the-collector",
            OTEL_SERVICE_NAME="data-api",
            OTEL_RESOURCE_ATTRIBUTES="team=web",
            OTEL_TRACES_SAMPLER="parentbased_always_off",
            WORKERS=workers,
        ) as server,
    ):
        trace, headers = called_by()
        for _ in range(20):
            assert call(server, "GET", "/notes/none", {}).status_code == 503
            assert call(server, "GET", "/notes/none", headers).status_code == 503
        # What is left is sent at the end.
        assert server.stop() == 0
    spans = receiver.spans()
    assert {span.trace_id for span in spans} == {trace}
    assert [span.kind for span in spans].count("server") == 20
    assert {(span.resource["service.name"], span.resource["team"]) for span in spans} == {("data-api", "web")}
    assert {headers.get("api-key") for headers in receiver.headers} == {"of-the-collector"}
    assert "ERROR" not in {line["level"] for line in LogReader.parse(log_path.read_text())}


@pytest.mark.parametrize("trouble", ["away", "refuses", "hangs"])
def test_a_collector_in_trouble_costs_no_request(receiver: Collector, log_path: Path, trouble: str) -> None:
    endpoint = receiver.endpoint
    if trouble == "away":
        endpoint = f"http://127.0.0.1:{free_port()}"
    receiver.status, receiver.hangs = 400, trouble == "hangs"
    with (
        log_path.open("w") as output,
        running(
            NOWHERE,
            output,
            OTEL_EXPORTER_OTLP_ENDPOINT=endpoint,
            OTEL_BSP_MAX_QUEUE_SIZE="20",
            OTEL_BSP_MAX_EXPORT_BATCH_SIZE="5",
            SHUTDOWN_TIMEOUT="1",
            OTEL_BSP_SCHEDULE_DELAY=AT_ONCE,
        ) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        began = time.monotonic()
        for _ in range(300):
            assert client.get("/utils/health-check").status_code == 200
        assert time.monotonic() - began < 5
        time.sleep(0.3)
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 4
    text = log_path.read_text()
    said = [line for line in LogReader.parse(text) if line["logger"].startswith("opentelemetry")]
    assert [line["level"] for line in said] == ["WARNING"]
    assert "Traceback" not in text


@pytest.mark.parametrize("endpoint", ["", "http://127.0.0.1:1"])
def test_where_they_are_off_nothing_of_it_is_imported(endpoint: str) -> None:
    show = "import sys, service.app; service.app.create_app(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", show],
        # In local it starts though nobody has said who may read which rows.
        env={"ENVIRONMENT": "local", "SECRET_KEY": SECRET_KEY, "DATABASE_URL": NOWHERE}
        | {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    imported = set(done.stdout.splitlines()[-1].split())
    assert "service.core.database" in imported
    # Litestar looks whether its own plugin for them is wanted, and gets as far as the name of an attribute.
    parts = {name for name in imported if name.startswith("opentelemetry.")}
    wanted = {name for name in parts if not name.startswith("opentelemetry.semconv")}
    wanted |= imported & {"google.protobuf", "requests", "service.core.telemetry.traces"}
    assert bool(wanted) is bool(endpoint), wanted


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_is_not_installed_is_named(log_path: Path, workers: str) -> None:
    without = (
        "import sys; sys.modules['opentelemetry'] = None; from service.__main__ import main; sys.exit(main())"
    )
    with (
        log_path.open("w") as output,
        pytest.raises(AssertionError, match="ended with 2"),
        running(
            NOWHERE,
            output,
            "local",
            command=("-c", without),
            OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1",
            WORKERS=workers,
        ),
    ):
        pass
    assert "pdm sync --no-self --group otel" in log_path.read_text()
    assert "Traceback" not in log_path.read_text()


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "99999"}, "variables (OTEL_…) is wrong: max_export_batch_size"),
        ({"OTEL_EXPORTER_OTLP_HEADERS": f"api-key:{PRIVATE}"}, "Header format invalid"),
    ],
    ids=["a size", "headers"],
)
def test_what_is_wrong_with_the_sdks_own_variables_is_said_without_a_secret(
    variables: dict[str, str], said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from service.app import create_app; create_app()"],
        env={"ENVIRONMENT": "local", "SECRET_KEY": SECRET_KEY, "DATABASE_URL": NOWHERE}
        | {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}
        | variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    text = done.stdout + done.stderr
    assert said in text
    assert PRIVATE not in text


@pytest.mark.parametrize(
    ("sql", "operation", "table"),
    [
        ('SELECT (SELECT count(*) FROM "User") AS n FROM "Page" WHERE id = $1', "SELECT", "Page"),
        ('SELECT a IS DISTINCT FROM b FROM "app"."Page" FOR UPDATE', "SELECT", "app.Page"),
        ('UPDATE public."Page" SET title = $1', "UPDATE", "Page"),
        (
            'INSERT INTO "Page" (id) SELECT id FROM "Other" ON CONFLICT DO UPDATE SET id = $1',
            "INSERT",
            "Page",
        ),
        ('UPDATE "Page" SET title = $1 FROM "Other"', "UPDATE", "Page"),
        ("DELETE FROM page WHERE id = $1", "DELETE", "page"),
        ('WITH up AS (SELECT id FROM "Page") SELECT id FROM up', "SELECT", "up"),
        ('SELECT x FROM (SELECT 1 FROM "Page") AS x', "SELECT", ""),
        ("\n  SAVEPOINT sa_savepoint_1", "SAVEPOINT", ""),
        ("select 1", "SELECT", ""),
        ('SELECT "price (net", "a ""FROM b" FROM "Page"', "SELECT", "Page"),
        ("SELECT ':( it''s FROM here' FROM \"Page\"", "SELECT", "Page"),
    ],
)
def test_a_statement_is_called_after_what_it_does_itself(sql: str, operation: str, table: str) -> None:
    assert outermost(sql) == (operation, table)
