"""The result as Markdown."""

import os
import platform
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

from tests.example.bench.contestants import POOL, SERVICE
from tests.example.bench.result import Turn, contests, figures, ratio, turns_of


def summary(turns: Sequence[Turn], *, seconds: int, pages: int, clients: int) -> str:
    """How it was measured, and the ratios."""
    rounds = max(turn.round for turn in turns)
    loader = "wrk" if shutil.which("wrk") else "a loader in Python"
    heading = (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}, PostgreSQL 18 beside it, {pages:,} pages, one process each, a pool of {POOL}, "
        f"{clients} clients ({loader}), {rounds} rounds of {seconds} s in turn."
    )
    parts = [heading]
    for names, cases in contests(turns).items():
        if len(names) > 1 and names[0] == SERVICE.name:
            parts.append(_ratios(turns, cases, names))
    return "\n\n".join(parts) + "\n"


def report(turns: Sequence[Turn], *, seconds: int, pages: int, clients: int) -> str:
    """The summary, then the figures that it comes from."""
    tables = [_figures(turns, cases, names) for names, cases in contests(turns).items()]
    shown = summary(turns, seconds=seconds, pages=pages, clients=clients)
    return "\n".join([shown, "\n\n".join(tables)]) + "\n"


def _ratios(turns: Sequence[Turn], cases: Sequence[str], names: Sequence[str]) -> str:
    """This service's rate by each other's."""
    rows = [["requests per second, this service by", *names[1:]]]
    for case in cases:
        ours = turns_of(turns, case, names[0])
        ratios = [ratio(ours, turns_of(turns, case, name)) for name in names[1:]]
        rows.append([case, *(f"**{one.median:.2f}** ({one.least:.2f}-{one.largest:.2f})" for one in ratios)])
    return table(rows)


def _figures(turns: Sequence[Turn], cases: Sequence[str], names: Sequence[str]) -> str:
    rows = [["case", "", "requests/s", "p50 ms", "p99 ms", "CPU us/request", "peak MB"]]
    for case, pairs in groupby(((case, name) for case in cases for name in names), key=lambda pair: pair[0]):
        for index, (_, name) in enumerate(pairs):
            found = figures(turns_of(turns, case, name))
            rows.append(
                [
                    "" if index else case,
                    name,
                    f"{found.rate:,.0f}",
                    f"{found.p50:.1f}",
                    f"{found.p99:.1f}",
                    f"{found.cpu_microseconds:,.0f}",
                    f"{found.peak_megabytes:.0f}",
                ]
            )
    return table(rows)


def table(rows: Sequence[Sequence[str]]) -> str:
    """In Markdown, the first row as the head."""
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    line = "|---|" + "---:|" * (len(rows[0]) - 1)
    return "\n".join([head, line, *body])
