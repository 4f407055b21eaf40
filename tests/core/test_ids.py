"""`traceparent` over real connections: its trace is in the log and in problems, wherever these are made."""

import json
from collections.abc import Generator
from typing import Any

import pytest

from service.core.http.ids import NO_TRACE, Trace, trace_of
from tests.support.api import bearer
from tests.support.edge import ORIGIN, Edge, edge_served, until
from tests.support.raw import HOST, connected, request

ID, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GIVEN = f"00-{ID}-{PARENT}-01"
HEADER = {"traceparent": GIVEN}
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Generator[Edge]:
    with edge_served(tmp_path_factory.mktemp("trace")) as edge:
        yield edge


async def problem_and_line(edge: Edge, text: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The problem that answers a request, and its access line."""
    async with connected(edge.server) as connection:
        problem = json.loads((await connection.ask(text)).body)

    def lines() -> list[dict[str, Any]]:
        written = [line for line in edge.lines() if line.get("requestId") == problem["requestId"]]
        return [line for line in written if line["logger"] == "service.core.telemetry.access_log"]

    await until(lambda: bool(lines()))
    return problem, lines()[0]


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, request("POST", "/odd", HEADER | {"Content-Length": "none"})),
        (401, request("GET", "/labels", HEADER)),
        (404, request("GET", "/nothing", HEADER)),
        (405, request("PUT", "/labels", HEADER)),
        (413, request("POST", "/labels", bearer() | JSON | HEADER, b"x" * 1_000_001)),
        (414, request("GET", f"/labels?q={'x' * 16_400}", HEADER)),
        (422, request("GET", "/labels?nope=1", bearer() | HEADER)),
        (431, request("GET", "/many", HEADER | {f"X-{number}": "x" for number in range(101)})),
        (503, request("GET", "/labels", bearer() | HEADER)),
    ],
)
async def test_every_problem_and_its_line_name_the_trace(edge: Edge, status: int, text: bytes) -> None:
    problem, line = await problem_and_line(edge, text)
    assert (problem["status"], problem["traceId"], line["traceId"]) == (status, ID, ID)


async def test_other_lines_of_the_request_name_it_too(edge: Edge) -> None:
    problem, _ = await problem_and_line(edge, request("GET", "/labels", bearer() | HEADER))
    (why,) = [
        line
        for line in edge.lines()
        if line.get("requestId") == problem["requestId"] and line["logger"] == "service.core.http.problem"
    ]
    assert why["traceId"] == ID


async def test_head_and_whatever_succeeds_too(edge: Edge) -> None:
    async with connected(edge.server) as connection:
        for method, path in (("HEAD", "/labels"), ("OPTIONS", "/labels")):
            connection.writer.write(request(method, path, HEADER | {"X-Request-Id": f"trace-{method}"}))
            await connection.reader.readuntil(b"\r\n\r\n")
    for method in ("HEAD", "OPTIONS"):
        await until(lambda method=method: f"trace-{method}" in str(edge.lines()))
        (line,) = [line for line in edge.lines() if line.get("requestId") == f"trace-{method}"]
        assert line["traceId"] == ID


async def test_one_request_on_a_connection_is_not_anothers(edge: Edge) -> None:
    async with connected(edge.server) as connection:
        connection.writer.write(request("GET", "/nothing", HEADER) + request("GET", "/nothing"))
        first, second = await connection.answer(), await connection.answer()
    assert json.loads(first.body)["traceId"] == ID
    assert "traceId" not in json.loads(second.body)


@pytest.mark.parametrize(
    "headers",
    [
        "",
        "traceparent:\r\n",
        f"traceparent: {GIVEN}\r\ntraceparent: {GIVEN}\r\n",
        f"traceparent: {GIVEN}\r\n" * 3,
        f"traceparent: {GIVEN.upper()}\r\n",
    ],
)
async def test_none_and_wrong_ones_are_left_out(edge: Edge, headers: str) -> None:
    text = f"GET /api/v1/nothing HTTP/1.1\r\n{HOST}{headers}\r\n".encode()
    problem, line = await problem_and_line(edge, text)
    assert not {"traceId"} & (problem.keys() | line.keys())


@pytest.mark.parametrize("name", ["traceparent", "TraceParent", "TRACEPARENT"])
async def test_the_name_is_in_any_case_and_the_value_may_be_padded(edge: Edge, name: str) -> None:
    text = f"GET /api/v1/nothing HTTP/1.1\r\n{HOST}{name}: \t{GIVEN} \t\r\n\r\n".encode()
    problem, _ = await problem_and_line(edge, text)
    assert problem["traceId"] == ID


async def test_browsers_may_send_it(edge: Edge) -> None:
    asking = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,traceparent",
    }
    async with connected(edge.server) as connection:
        connection.writer.write(request("OPTIONS", "/labels", asking))
        head = await connection.reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 204")
    (allowed,) = [line for line in head.lower().split(b"\r\n") if b"access-control-allow-headers" in line]
    assert b"traceparent" in allowed


@pytest.mark.parametrize(
    ("value", "flags"),
    [
        (GIVEN, 1),
        (f"00-{ID}-{PARENT}-00", 0),
        (f"cc-{ID}-{PARENT}-03", 3),
        (f"01-{ID}-{PARENT}-ff-what-comes", 255),
    ],
)
def test_what_is_taken(value: str, flags: int) -> None:
    assert trace_of(value.encode()) == Trace(id=ID, span_id=PARENT, flags=flags)


@pytest.mark.parametrize(
    "value",
    [
        "",
        f"ff-{ID}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{ID}-{'0' * 16}-01",
        f"00-{ID.upper()}-{PARENT}-01",
        f"0A-{ID}-{PARENT}-01",
        f"00-{ID}-{PARENT}-0A",
        f"00-{ID}-{PARENT}-01-more",
        f"00-{ID}-{PARENT}-01-",
        f"01-{ID}-{PARENT}-01more",
        f"00-{ID}-{PARENT}",
        f"00-{ID[1:]}-{PARENT}-01",
        f"00-{ID}0-{PARENT}-01",
        f"{ID}-{PARENT}-01",
        f"00 {ID}-{PARENT}-01",
        f"{GIVEN},{GIVEN}",
        f"{GIVEN}\n",
    ],
)
def test_what_counts_as_not_given(value: str) -> None:
    assert trace_of(value.encode()) is NO_TRACE
