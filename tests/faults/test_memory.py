"""Requests leave nothing behind."""

import asyncio
import time
from collections import Counter
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests.faults.cluster import Cluster
from tests.support.api import bearer
from tests.support.raw import connected, memory, request
from tests.support.server import Server, running

WARM_UP = 20_000
REQUESTS = 200_000
CLIENTS = 8


async def ask(server: Server, requests: list[bytes], number: int) -> Counter[int]:
    """Send `number` requests over eight connections, each kind in turn."""
    statuses = Counter[int]()

    async def client(start: int) -> None:
        async with connected(server) as connection:
            for text in islice(cycle(requests), start, start + number // CLIENTS):
                statuses[(await connection.ask(text)).status] += 1

    await asyncio.gather(*(client(start) for start in range(CLIENTS)))
    return statuses


@pytest.mark.timeout(300)
async def test_memory_stays_flat(cluster: Cluster, database: str, tmp_path: Path) -> None:
    headers = bearer()
    path = "/notes/known-to-everybody-here"
    note = b'{"id": "known-to-everybody-here", "title": "T"}'
    json = headers | {"Content-Type": "application/json"}
    with (tmp_path / "log").open("w") as output, running(cluster.url(database), output) as server:
        async with connected(server) as connection:
            created = await connection.ask(request("POST", "/notes", json, note))
            assert created.status == 201
            etag = (await connection.ask(request("GET", path, headers))).head
            etag = etag[etag.index(b'etag: "') + 6 :].partition(b"\r\n")[0].decode()
        others = cycle(
            [
                request("GET", path, headers | {"If-None-Match": etag}),
                request("GET", "/utils/health-check"),
                request("GET", path),
                request("GET", "/nothing/here", headers),
                request("POST", "/notes", json, b'{"nope": 1}'),
                request("GET", "/notes?nope=1", headers),
                request("GET", f"{path}-not", headers),
                request("GET", path, bearer(exp=1)),
            ]
        )
        # More callers than the service remembers.
        requests = [
            text
            for user in range(5000)
            for text in (request("GET", path, bearer(f"user-{user}")), next(others))
        ]
        began = time.monotonic()
        statuses = await ask(server, requests, WARM_UP)
        warm = memory(server)
        statuses += await ask(server, requests, REQUESTS - WARM_UP)
        took = time.monotonic() - began
        growth = memory(server) / warm - 1
    assert statuses.total() == REQUESTS
    assert statuses.keys() == {200, 304, 401, 404, 422}
    assert growth < 0.05
    print(
        f"\nmemory: {REQUESTS} requests in {took:.0f} s, {dict(statuses)}, {warm / 1e6:.1f} MB after {WARM_UP}, "
        f"{growth:+.1%} at the end"
    )
