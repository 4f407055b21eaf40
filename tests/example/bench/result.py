"""What was measured."""

import statistics
from collections.abc import Sequence

import msgspec


class Load(msgspec.Struct):
    """What a loader saw: latencies in milliseconds; answers of 400 and above; connections that broke."""

    requests: int
    seconds: float
    p50: float
    p99: float
    refused: int = 0
    broken: int = 0

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


class Turn(msgspec.Struct):
    """One contestant, loaded once with one case."""

    case: str
    contestant: str
    round: int
    load: Load
    cpu_seconds: float
    peak_bytes: int


class Figures(msgspec.Struct):
    """One contestant's medians for one case."""

    rate: float
    p50: float
    p99: float
    cpu_microseconds: float
    peak_megabytes: float


class Ratio(msgspec.Struct):
    """A rate by another's of the same round: the median of the rounds, the least, the largest."""

    median: float
    least: float
    largest: float


def contests(turns: Sequence[Turn]) -> dict[tuple[str, ...], list[str]]:
    """The cases in which the same contestants took part, by these."""
    found: dict[tuple[str, ...], list[str]] = {}
    for case in dict.fromkeys(turn.case for turn in turns):
        names = tuple(dict.fromkeys(turn.contestant for turn in turns if turn.case == case))
        found.setdefault(names, []).append(case)
    return found


def turns_of(turns: Sequence[Turn], case: str, contestant: str) -> list[Turn]:
    return [turn for turn in turns if (turn.case, turn.contestant) == (case, contestant)]


def figures(turns: Sequence[Turn]) -> Figures:
    return Figures(
        rate=statistics.median(turn.load.rate for turn in turns),
        p50=statistics.median(turn.load.p50 for turn in turns),
        p99=statistics.median(turn.load.p99 for turn in turns),
        cpu_microseconds=statistics.median(turn.cpu_seconds / turn.load.requests for turn in turns) * 1e6,
        peak_megabytes=max(turn.peak_bytes for turn in turns) / 1e6,
    )


def ratio(ours: Sequence[Turn], theirs: Sequence[Turn]) -> Ratio:
    """Round by round, so that what else the machine does falls on both."""
    rates = {turn.round: turn.load.rate for turn in theirs}
    each = [turn.load.rate / rates[turn.round] for turn in ours]
    return Ratio(statistics.median(each), min(each), max(each))
