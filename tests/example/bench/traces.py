"""nox -s bench -- traces: what it costs by id that a call has a `traceparent`, and that its spans are recorded."""

import statistics
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import msgspec

from tests.example.bench.cases import Request
from tests.example.bench.contestants import SERVICE
from tests.example.bench.data import database, page_id
from tests.example.bench.load import load
from tests.example.bench.process import Running, running
from tests.example.bench.report import table
from tests.example.bench.token import bearer
from tests.support.otlp import Collector, collector

ROUNDS = 12
SECONDS = 1
IDS = [page_id(number) for number in range(1, 15_000, 100)]
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-"
KINDS: Mapping[str, tuple[bool, Mapping[str, str]]] = {
    "neither": (False, {}),
    "a `traceparent`": (False, {"traceparent": f"{TRACEPARENT}01"}),
    "traces on, not recorded": (True, {"traceparent": f"{TRACEPARENT}00"}),
    "traces on, recorded": (True, {"traceparent": f"{TRACEPARENT}01"}),
}
"""Whether the service has a collector, and what is sent beside the token."""


class Turn(NamedTuple):
    per_second: float
    cpu: float
    """Microseconds of the service's a request, those in the background too."""


def measure(database_url: str, folder: Path, *, rounds: int = ROUNDS) -> list[list[str]]:
    """The lines of the table: medians of the ratios to the first kind, round by round, with the quarters beside."""
    with ExitStack() as stack:
        receiver = stack.enter_context(collector())
        servers: dict[bool, Running] = {}
        for on in (False, True):
            endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.endpoint} if on else {}
            contestant = msgspec.structs.replace(SERVICE, environment={**SERVICE.environment, **endpoint})
            server = running(contestant, database_url, folder / f"traces-{on}.log")
            servers[on] = stack.enter_context(server)
        # The first round compiles and plans.
        taken = [_round(servers, receiver) for _ in range(rounds + 1)][1:]
    return [_line(kind, taken) for kind in KINDS]


def _round(servers: Mapping[bool, Running], receiver: Collector) -> dict[str, Turn]:
    """One turn of each, in the order and then back, so that what slows the machine down slows all of them."""
    turns: dict[str, list[Turn]] = {kind: [] for kind in KINDS}
    for kind in [*KINDS, *reversed([*KINDS])]:
        on, headers = KINDS[kind]
        turns[kind].append(_turn(servers[on], headers))
        # The queue may have more spans than it has room for: what is sent is what is measured.
        receiver.bodies.clear()
    return {
        kind: Turn(*(statistics.mean(figures) for figures in zip(*each, strict=True)))
        for kind, each in turns.items()
    }


def _turn(server: Running, headers: Mapping[str, str]) -> Turn:
    requests = [Request(f"/pages/{identity}", headers={**bearer(), **headers}) for identity in IDS]
    with server.watched() as usage:
        seen = load(server.url, requests, seconds=SECONDS, follows_etag=False)
    assert (seen.broken, seen.refused) == (0, 0), seen
    return Turn(seen.requests / seen.seconds, usage.cpu_seconds / seen.requests * 1e6)


def _line(kind: str, taken: Sequence[Mapping[str, Turn]]) -> list[str]:
    base = next(iter(KINDS))
    pairs = [(each[kind], each[base]) for each in taken]
    return [
        kind,
        _ratio([one.per_second / other.per_second for one, other in pairs]),
        _ratio([one.cpu / other.cpu for one, other in pairs]),
        f"{statistics.median(one.cpu for one, _ in pairs):.0f} µs",
    ]


def _ratio(ratios: Sequence[float]) -> str:
    low, middle, high = statistics.quantiles(ratios, n=4)
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def main() -> None:
    with database() as (url, folder):
        lines = measure(url, folder)
    print(f"\nBy id, as ratios to neither (medians of {ROUNDS} rounds, quarters)\n")
    header = ["", "requests per second", "CPU a request", "that is"]
    print(table([header, *lines]))


if __name__ == "__main__":
    ArgumentParser(prog="nox -s bench -- traces", description=__doc__).parse_args()
    main()
