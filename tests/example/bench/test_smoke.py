"""The bench itself, once through: every case is agreed upon, served under load and reported. No figure is judged."""

import asyncio
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest

from service.dev.postgres import EmbeddedPostgres
from tests.example.bench import access, traces
from tests.example.bench.agree import DisagreementError, answers, check_agreement
from tests.example.bench.bench import Effort, bench
from tests.example.bench.cases import CASES, JSON, NESTED_ITEM, NESTED_PAGE, PAGE_OF_20, Case, Request
from tests.example.bench.contestants import FLOOR, NEXT, POSTGRAPHILE, SERVICE
from tests.example.bench.data import fill
from tests.example.bench.plot import plot
from tests.example.bench.report import report
from tests.example.bench.result import Load, Turn, ratio
from tests.example.bench.search import measure
from tests.example.bench.ways import GRAPHQL

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("loader", ["wrk", "asyncio"])
def test_service_and_floor(loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_wrk(_: str) -> None:
        return None

    # Nothing is measured here that a rest would make more exact.
    monkeypatch.setattr("tests.example.bench.process.REST_SECONDS", 0)
    if loader == "asyncio":
        monkeypatch.setattr("tests.example.bench.load.shutil.which", no_wrk)
    cases = CASES if loader == "wrk" else [CASES[0], CASES[-1]]
    turns = list(bench([SERVICE, FLOOR], cases, Effort(rounds=0, seconds=1), pages=15_000))
    assert len(turns) == 2 * len(cases)
    assert all(turn.load.requests for turn in turns)
    text = report(turns, seconds=1, pages=15_000, clients=16)
    assert all(case.name in text for case in cases)
    assert ET.fromstring(plot(turns)).tag.endswith("svg")


async def test_search(postgres: EmbeddedPostgres) -> None:
    lines = await measure(postgres, 200, rounds=1)
    assert [line[0] for line in lines] == [
        "parts, no index",
        "words, no index",
        "parts, index",
        "words, index",
    ]
    assert all([cell.partition(" ")[2] for cell in line[1:]] == ["(10)", "(1)", "(0)"] for line in lines)


@pytest.fixture(scope="module")
async def filled(postgres: EmbeddedPostgres) -> str:
    """The URL of a database with pages, which is filled once."""
    return await fill(postgres, 15_000)


async def test_access(filled: str, tmp_path: Path) -> None:
    lines = await asyncio.to_thread(access.measure, filled, tmp_path, rounds=2)
    assert [len(cells) for cells in lines] == [4, 4]


async def test_traces(filled: str, tmp_path: Path) -> None:
    lines = await asyncio.to_thread(traces.measure, filled, tmp_path, rounds=2)
    assert [cells[0] for cells in lines] == list(traces.KINDS)


def test_contestants_that_differ_are_found() -> None:
    with pytest.raises(DisagreementError, match="one says"):
        check_agreement(CASES[0], {"floor": [{"id": "a"}], "one": [{"id": "b"}]})


def test_a_contestant_that_shows_too_little_is_found() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        page = dict.fromkeys(NESTED_ITEM - {"topics"})
        return httpx.Response(200, json={"items": [page], "total": 1})

    with (
        httpx.Client(transport=httpx.MockTransport(answer), base_url="http://contestant") as client,
        pytest.raises(DisagreementError, match="one does not show topics"),
    ):
        answers(client, "one", _case("list of 20, nested"), [Request(PAGE_OF_20)])


def test_what_graphql_says_is_read_as_what_rest_says() -> None:
    topics = [{"id": 1, "name": "a"}]
    root, link = ({"id": name, "slug": name, "title": name, "status": "DRAFT"} for name in ("root", "link"))
    flat = dict.fromkeys(NESTED_PAGE - {"topics", "ancestors"})
    node = {
        **flat,
        "id": "b",
        "topics": {"nodes": topics},
        "parent": {**link, "parent": {**root, "parent": None}},
    }
    page = {**flat, "id": "b", "topics": topics, "ancestors": [root, link]}
    assert GRAPHQL.read(Request("/graphql"), {"data": {"page": node}}) == page
    asked = GRAPHQL.ask(Request("/pages?id=b&id=a"))
    assert (asked.method, asked.headers) == ("POST", JSON)
    items = [{"id": name, "topics": {"nodes": topics}} for name in ("a", "b")]
    read = GRAPHQL.read(asked, {"data": {"pages": {"nodes": items}}})
    assert ([item["id"] for item in read["items"]], read["total"]) == (["b", "a"], 2)


def test_a_contestant_takes_part_in_what_it_shows() -> None:
    flat, nested = _case("by id"), _case("page, nested")
    assert [bool(one.way(case)) for one in (SERVICE, NEXT, POSTGRAPHILE) for case in (flat, nested)] == [
        True, True, True, False, False, True,
    ]  # fmt: skip
    turns = [
        Turn(case.name, one.name, 1, Load(requests=10, seconds=1, p50=1, p99=1), 1, 1)
        for case in (flat, nested)
        for one in (SERVICE, NEXT, POSTGRAPHILE)
        if one.way(case)
    ]
    text = report(turns, seconds=1, pages=1, clients=1)
    first, second = text.split("requests per second, this service by")[1:]
    assert NEXT.name in first.splitlines()[0]
    assert NEXT.name not in second.splitlines()[0]
    assert ET.fromstring(plot(turns)).tag.endswith("svg")


def test_ratios_are_taken_round_by_round() -> None:
    def turns(*rates: int) -> list[Turn]:
        return [
            Turn("case", "one", number, Load(requests=rate, seconds=1, p50=1, p99=1), 1, 1)
            for number, rate in enumerate(rates)
        ]

    found = ratio(turns(10, 20, 30), turns(10, 40, 10))
    assert (found.median, found.least, found.largest) == (1.0, 0.5, 3.0)


def _case(name: str) -> Case:
    return next(case for case in CASES if case.name == name)
