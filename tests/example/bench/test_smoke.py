"""The bench itself, once through: every case is agreed upon, served under load and reported. No figure is judged."""

from xml.etree import ElementTree as ET

import pytest

from service.dev.postgres import EmbeddedPostgres
from tests.example.bench.agree import DisagreementError, check_agreement
from tests.example.bench.bench import Effort, bench
from tests.example.bench.cases import CASES
from tests.example.bench.contestants import FLOOR, SERVICE
from tests.example.bench.plot import plot
from tests.example.bench.report import report
from tests.example.bench.result import Load, Turn, ratio
from tests.example.bench.search import measure

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.mark.parametrize("loader", ["wrk", "asyncio"])
def test_service_and_floor(loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_wrk(_: str) -> None:
        return None

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


def test_contestants_that_differ_are_found() -> None:
    with pytest.raises(DisagreementError, match="one says"):
        check_agreement(CASES[0], {"floor": [{"id": "a"}], "one": [{"id": "b"}]})


def test_ratios_are_taken_round_by_round() -> None:
    def turns(*rates: int) -> list[Turn]:
        return [
            Turn("case", "one", number, Load(requests=rate, seconds=1, p50=1, p99=1), 1, 1)
            for number, rate in enumerate(rates)
        ]

    found = ratio(turns(10, 20, 30), turns(10, 40, 10))
    assert (found.median, found.least, found.largest) == (1.0, 0.5, 3.0)
