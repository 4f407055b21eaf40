"""Runs the contestants against each other."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple, TypeAlias

import httpx
from msgspec.structs import replace

from tests.example.bench.agree import answers, check_agreement
from tests.example.bench.cases import CLIENTS, Case, Request
from tests.example.bench.contestants import Contestant
from tests.example.bench.data import database, tidy
from tests.example.bench.load import load
from tests.example.bench.process import Running, rest, running
from tests.example.bench.result import Turn
from tests.example.bench.token import bearer
from tests.example.bench.ways import PLAIN

WARM_UP_SECONDS = 1
Requests: TypeAlias = Sequence[Request]


class Effort(NamedTuple):
    """How often each contestant takes its turn, how long a turn is, and how many ask at once."""

    rounds: int
    seconds: int
    clients: int = CLIENTS


def bench(
    contestants: Sequence[Contestant], cases: Sequence[Case], effort: Effort, *, pages: int
) -> Iterator[Turn]:
    """Each case in turn: `effort.rounds` times each contestant after the other, after a short round to warm up.

    With no rounds at all the warm-up is what is measured.
    """
    with database(pages) as (url, folder), ExitStack() as stack:
        servers = [
            stack.enter_context(running(contestant, url, folder / f"{number}.log"))
            for number, contestant in enumerate(contestants)
        ]
        headers = bearer()
        for case in cases:
            takers = [server for server in servers if server.contestant.way(case)]
            requests = _agreed_requests(case, takers, headers, url, pages)
            for number in range(effort.rounds + 1):
                for server in takers:
                    turn = _turn(case, server, requests[server.contestant.name], number, effort)
                    if case.writes:
                        asyncio.run(tidy(url))
                    if number or not effort.rounds:
                        yield turn


def _agreed_requests(
    case: Case, servers: Sequence[Running], headers: Mapping[str, str], database_url: str, pages: int
) -> dict[str, Requests]:
    """Each contestant's requests, once all have answered theirs with the same content."""
    requests: dict[str, Requests] = {}
    said: dict[str, list[Any]] = {}
    for server in servers:
        name = server.contestant.name
        way = server.contestant.way(case) or PLAIN
        with httpx.Client(base_url=server.url, headers=headers, timeout=30) as client:
            asked = [way.ask(request) for request in case.ask(client, pages)]
            said[name] = answers(client, name, case, asked, way.read)
            requests[name] = [replace(request, headers={**headers, **request.headers}) for request in asked]
        if case.writes:
            asyncio.run(tidy(database_url))
    check_agreement(case, said)
    return requests


def _turn(case: Case, server: Running, requests: Requests, number: int, effort: Effort) -> Turn:
    seconds = effort.seconds if number else WARM_UP_SECONDS
    rest()
    with server.watched() as usage:
        seen = load(
            server.url, requests, seconds=seconds, follows_etag=case.follows_etag, clients=effort.clients
        )
    if seen.broken or seen.refused != (seen.requests if case.is_refusal else 0):
        raise RuntimeError(f"{server.contestant.name} failed under load: {case.name}: {seen}")
    return Turn(
        case=case.name,
        contestant=server.contestant.name,
        round=number,
        load=seen,
        cpu_seconds=usage.cpu_seconds,
        peak_bytes=usage.peak_bytes,
    )
