"""Deadlocks and serialisation failures: the same transaction runs again, three times at most."""

import asyncio
import time
from collections import Counter
from itertools import count
from pathlib import Path

import httpx
import pytest

from service.dev.deploy import connect
from service.prisma.url import parse_database_url
from tests.faults.cluster import Cluster
from tests.faults.sabotage import ALWAYS, fail_with, sabotage
from tests.support.api import bearer
from tests.support.database import execute
from tests.support.server import running

_numbers = count()


def note() -> dict[str, str]:
    return {"title": f"T{next(_numbers)}"}


@pytest.mark.parametrize("state", ["40001", "40P01"])
async def test_three_times_at_most(cluster: Cluster, database: str, tmp_path: Path, state: str) -> None:
    url = cluster.url(database)
    await sabotage(url)
    watch = await connect(parse_database_url(url))
    waits: list[float] = []
    with (tmp_path / "log").open("w") as output, running(url, output) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=30) as client:
            for failures, status in ((1, 201), (2, 201), (3, 503), (ALWAYS, 503)):
                await fail_with(url, state, failures)
                answer = await client.post("/notes/", json=note())
                assert answer.status_code == status
                assert ("retry-after" in answer.headers) == (status == 503)
                assert await watch.fetchval("SELECT last_value FROM attempt") == min(failures + 1, 3)
            assert (await client.get("/notes/")).json()["total"] == 2
            await fail_with(url, state)
            for _ in range(20):
                began = time.monotonic()
                assert (await client.post("/notes/", json=note())).status_code == 503
                waits.append(time.monotonic() - began)
    await watch.close()
    assert max(waits) - min(waits) > 0.01, "the waits between attempts are not random"
    print(
        f"\n{state}: 3 attempts at most, {min(waits) * 1000:.0f} to {max(waits) * 1000:.0f} ms for all of them"
    )


async def test_what_fails_otherwise_is_not_repeated(cluster: Cluster, database: str, tmp_path: Path) -> None:
    url = cluster.url(database)
    await sabotage(url)
    watch = await connect(parse_database_url(url))
    with (tmp_path / "log").open("w") as output, running(url, output) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=30) as client:
            for state in ("57P01", "08006", "53300", "57014", "23505", "XX000"):
                await fail_with(url, state, 1)
                assert (await client.post("/notes/", json=note())).status_code >= 400
                assert await watch.fetchval("SELECT last_value FROM attempt") == 1
    await watch.close()
    print("\nother failures of writes: 6 kinds, 1 attempt each")


async def test_serialisable_writers(cluster: Cluster, database: str, tmp_path: Path) -> None:
    """PostgreSQL itself finds the failures: 50 changes of one row at once, in serialisable transactions."""
    url = cluster.url(database)
    await execute(url, f"ALTER DATABASE {database} SET default_transaction_isolation = 'serializable'")
    with (tmp_path / "log").open("w") as output, running(url, output) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=30) as client:
            path = (await client.post("/notes/", json=note())).headers["location"].removeprefix("/api/v1")
            answers = await asyncio.gather(*(client.post(f"{path}/finish") for _ in range(50)))
            statuses = Counter(answer.status_code for answer in answers)
            finished = int((await client.get(path)).json()["viewCount"])
    assert statuses.keys() <= {200, 503}
    assert finished == statuses[200], "each acknowledged change counts, no other one does"
    print(f"\nserialisable: {dict(statuses)}, counted {finished}")


async def test_deadlocks(cluster: Cluster, database: str, tmp_path: Path) -> None:
    """Each change locks two notes, each of which lies below the other one."""
    url = cluster.url(database)
    found = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    with (tmp_path / "log").open("w") as output, running(url, output) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=30) as client:
            one, other = [(await client.post("/notes/", json=note())).json()["id"] for _ in range(2)]
            for path, parent in ((one, other), (other, one)):
                await client.patch(f"/notes/{path}", json={"parentId": parent})
            changes = [client.post(f"/notes/{path}/finish") for _ in range(10) for path in (one, other)]
            answers = Counter([answer.status_code for answer in await asyncio.gather(*changes)])
    watch = await connect(parse_database_url(url))
    deadlocks = await watch.fetchval(found)
    await watch.close()
    assert deadlocks > 0
    assert answers.keys() <= {200, 409, 422, 503}
    assert answers[200] > 0
    print(f"\n{deadlocks} deadlocks: {dict(answers)}")
