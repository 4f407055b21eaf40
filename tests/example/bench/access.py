"""nox -s bench -- access: what it costs that a caller may read some rows and not others, by id and in lists."""

import http.client
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from tests.example.bench.contestants import ROOT, SERVICE, Contestant
from tests.example.bench.data import AUTHOR, PAGES, database, page_id
from tests.example.bench.process import running
from tests.example.bench.report import table
from tests.example.bench.token import bearer

ROUNDS = 40
OWN = [page_id(number) for number in range(50, PAGES, 50)][:200]
"""Pages of the author."""
KINDS: Sequence[str] = ("none", "holds for all", "restricts")
"""As `access_app` knows them."""


class Caller:
    """Asks one of the services as the author, on one connection."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._path = where.path
        self._connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
        self._headers = bearer()

    def ask(self, path: str) -> tuple[float, bytes]:
        """How long the answer took, and its body."""
        began = time.perf_counter()
        self._connection.request("GET", self._path + path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == http.HTTPStatus.OK, body
        return time.perf_counter() - began, body

    def close(self) -> None:
        self._connection.close()


def measure(database_url: str, folder: Path, *, rounds: int = ROUNDS) -> list[list[str]]:
    """The lines of the table: medians of the ratios to no condition, round by round, with the quarters beside."""
    with ExitStack() as stack:
        callers: dict[str, Caller] = {}
        for kind in KINDS:
            command = (sys.executable, "-m", "tests.example.bench.access_app", kind)
            contestant = Contestant(
                kind, command, ROOT, SERVICE.environment, url_parameters=SERVICE.url_parameters
            )
            server = stack.enter_context(running(contestant, database_url, folder / f"{kind}.log"))
            callers[kind] = Caller(server.url)
            stack.callback(callers[kind].close)
        # The author's pages are all that one may read there; elsewhere a filter finds the same.
        lists = {kind: "/pages" if kind == "restricts" else f"/pages?authorId={AUTHOR}" for kind in KINDS}
        by_id = [dict.fromkeys(KINDS, f"/pages/{identity}") for identity in OWN]
        return [
            _line("by id", callers, by_id, rounds),
            _line("list of 20 with total", callers, [lists] * 20, rounds),
        ]


def _line(name: str, callers: dict[str, Caller], paths: Sequence[dict[str, str]], times: int) -> list[str]:
    # The first round compiles and plans.
    rounds = [_round(callers, paths) for _ in range(times + 1)][1:]
    base = statistics.median(taken["none"] for taken in rounds)
    cells = [name, f"{base * 1000:,.3f} ms"]
    for kind in KINDS[1:]:
        low, middle, high = statistics.quantiles((taken[kind] / taken["none"] for taken in rounds), n=4)
        cells.append(f"{middle:.3f} ({low:.3f} to {high:.3f})")
    return cells


def _round(callers: dict[str, Caller], paths: Sequence[dict[str, str]]) -> dict[str, float]:
    """The median time of a call of each. They take turns call by call, so that a busy machine is busy for all."""
    taken: dict[str, list[float]] = {kind: [] for kind in callers}
    turns = list(callers.items())
    for path in paths:
        answers: set[int] = set()
        for kind, caller in turns:
            seconds, body = caller.ask(path[kind])
            taken[kind].append(seconds)
            answers.add(_rows(body))
        assert len(answers) == 1, path
        turns.append(turns.pop(0))
    return {kind: statistics.median(each) for kind, each in taken.items()}


def _rows(body: bytes) -> int:
    """How many rows there are of what an answer shows."""
    return msgspec.json.decode(body).get("total", 1)


def main() -> None:
    with database() as (url, folder):
        lines = measure(url, folder)
    print(f"\nTime of a call, as ratios to no condition (medians of {ROUNDS} rounds, quarters)\n")
    header = ["", "no condition", "one that holds for all", "one that restricts"]
    print(table([header, *lines]))


if __name__ == "__main__":
    ArgumentParser(prog="nox -s bench -- access", description=__doc__).parse_args()
    main()
