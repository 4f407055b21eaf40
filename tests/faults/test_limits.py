"""Deadlines, a full pool, and work that is not done in vain."""

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from service.dev.deploy import connect
from service.prisma.url import parse_database_url
from tests.faults.cluster import Cluster
from tests.support.api import bearer
from tests.support.server import Server, running

ACTIVE = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()"
WORK = (
    "SELECT count(*), max(state_change) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
"""The connections, and when one of them began or ended a statement."""
LOCK = 'BEGIN; LOCK TABLE "TestNote" IN ACCESS EXCLUSIVE MODE'


@contextmanager
def served(url: str, folder: Path, timeout: int = 10) -> Generator[Server]:
    with (
        (folder / "log").open("w") as output,
        running(url, output, DATABASE_TIMEOUT=str(timeout)) as server,
    ):
        yield server


async def test_the_pool_is_full(cluster: Cluster, database: str, tmp_path: Path) -> None:
    lock = await connect(parse_database_url(cluster.url(database)))
    pool = "?connection_limit=10&pool_timeout=2"
    with served(cluster.url(database, pool), tmp_path, timeout=4) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=20) as client:
            await lock.execute(LOCK)
            began = time.monotonic()
            slow = [asyncio.create_task(client.get("/notes/")) for _ in range(50)]
            await asyncio.sleep(0.5)
            health: list[float] = []
            while time.monotonic() < began + 1.5:
                await asyncio.sleep(0.05)
                asked = time.monotonic()
                assert (await client.get("/utils/health-check")).status_code == 200
                health.append(time.monotonic() - asked)
            answers = await asyncio.gather(*slow)
            took = time.monotonic() - began
            await lock.execute("ROLLBACK")
            assert (await client.get("/notes/")).status_code == 200
    refused = [answer for answer in answers if answer.status_code == 503]
    assert len(refused) == 40
    assert all(answer.headers["retry-after"] == "1" for answer in refused)
    assert [answer.status_code for answer in answers if answer not in refused] == [504] * 10
    assert took < 5
    # A check that waited for the pool would take until somebody is refused, at two seconds. What a busy
    # machine adds to one of them says nothing.
    health.sort()
    assert health[len(health) // 2] < 0.05
    assert health[-1] < 0.5
    await lock.close()
    print(
        f"\nfull pool: 40 of 50 refused, 10 timed out, all within {took:.1f} s; {len(health)} health checks, "
        f"{health[-1] * 1000:.1f} ms at most"
    )


@pytest.mark.parametrize("write", [False, True])
async def test_a_long_statement_is_cancelled_in_the_database(
    cluster: Cluster, database: str, tmp_path: Path, *, write: bool
) -> None:
    lock = await connect(parse_database_url(cluster.url(database)))
    # Within a transaction the statistics stand still.
    watch = await connect(parse_database_url(cluster.url(database)))
    with served(cluster.url(database), tmp_path, timeout=1) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=20) as client:
            await lock.execute(LOCK)
            began = time.monotonic()
            sent = asyncio.create_task(
                client.post("/notes/", json={"title": "T"}) if write else client.get("/notes/")
            )
            await asyncio.sleep(0.5)
            assert await watch.fetchval(ACTIVE) == 1
            answer = await sent
            took = time.monotonic() - began
            assert (answer.status_code, answer.json()["code"]) == (504, "timeout")
            await asyncio.sleep(0.5)
            assert await watch.fetchval(ACTIVE) == 0
            await lock.execute("ROLLBACK")
            assert (await client.get("/notes/")).json()["total"] == 0
    assert took < 3
    await lock.close()
    await watch.close()
    print(f"\nstatement timeout: answered after {took:.2f} s, cancelled in the database")


async def test_no_work_is_wasted(cluster: Cluster, database: str, tmp_path: Path) -> None:
    watch = await connect(parse_database_url(cluster.url(database)))
    with served(cluster.url(database), tmp_path) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            good, bad = bearer(), bearer(exp=1)
            assert (await client.get("/utils/readiness")).status_code == 200
            at_rest = await watch.fetchrow(WORK)
            for answer, status in (
                (await client.get("/notes/", headers=bad), 401),
                (await client.get("/nothing", headers=good), 404),
                (await client.delete("/notes/", headers=good), 405),
                (await client.post("/notes/", content=b"{", headers=good | JSON), 400),
                (await client.post("/notes/", content=b'{"a": 1}', headers=good | JSON), 422),
                (
                    await client.post(
                        "/notes/", content=b"<a/>", headers=good | {"Content-Type": "text/xml"}
                    ),
                    415,
                ),
                (await client.post("/notes/", content=b" " * 1_000_001, headers=good | JSON), 413),
                (await client.get("/notes/?limit=1000", headers=good), 422),
                (await client.get("/notes/?nope=1", headers=good), 422),
                (await client.get("/notes/?cursor=x", headers=good), 422),
            ):
                assert answer.status_code == status, answer.text
            assert await watch.fetchrow(WORK) == at_rest
            assert (await client.get("/notes/", headers=good)).status_code == 200
            assert await watch.fetchrow(WORK) != at_rest
    await watch.close()
    print("\nno work wasted: 10 kinds of refused requests, 0 connections made, 0 statements run")


JSON = {"Content-Type": "application/json"}
