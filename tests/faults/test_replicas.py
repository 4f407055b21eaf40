"""Reads from replicas that follow the primary by real streaming replication."""

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest

from service.dev.deploy import connect
from service.prisma.url import parse_database_url
from tests.faults.cluster import Cluster
from tests.faults.load import Ledger, Settled, load
from tests.support.api import bearer
from tests.support.database import execute
from tests.support.server import running

FROZEN = "SELECT pg_wal_replay_pause()"
RESUMED = "SELECT pg_wal_replay_resume()"


@pytest.fixture
async def standby(cluster: Cluster) -> AsyncGenerator[Cluster]:
    """A second server that streams from the first."""
    replica = await asyncio.to_thread(cluster.standby)
    await asyncio.to_thread(replica.start)
    yield replica
    await asyncio.to_thread(replica.stop)


async def ask(url: str, question: str) -> object:
    connection = await connect(parse_database_url(url))
    answer = await connection.fetchval(question)
    await connection.close()
    return answer


async def caught_up(cluster: Cluster, standby: Cluster) -> None:
    """Wait until the replica has all that the primary wrote."""
    position = await ask(cluster.url(), "SELECT pg_current_wal_lsn()::text")
    while not await ask(standby.url(), f"SELECT pg_last_wal_replay_lsn() >= '{position}'"):  # noqa: ASYNC110  # another process's
        await asyncio.sleep(0.05)


async def test_reads_go_to_the_replica(
    cluster: Cluster, database: str, standby: Cluster, tmp_path: Path
) -> None:
    await caught_up(cluster, standby)
    replicas = json.dumps([standby.url(database)])
    with (
        (tmp_path / "log").open("w") as output,
        running(cluster.url(database), output, DATABASE_REPLICA_URLS=replicas) as server,
    ):
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=20) as client:
            await execute(standby.url(), FROZEN)
            created = await client.post("/notes/", json={"title": "T"})
            note = f"/notes/{created.json()['id']}"
            # The answer to a write comes from the primary: the replica knows nothing of it.
            assert (created.status_code, created.json()["title"]) == (201, "T")
            changed = await client.patch(
                note, json={"title": "U"}, headers={"If-Match": created.headers["etag"]}
            )
            assert (changed.status_code, changed.json()["title"]) == (200, "U")
            # Another request reads from the replica, which lags.
            for _ in range(4):
                assert (await client.get(note)).status_code == 404
                assert (await client.get("/notes/")).json()["total"] == 0
            await execute(standby.url(), RESUMED)
            await caught_up(cluster, standby)
            assert (await client.get(note)).json() == changed.json()
            # All other questions are asked of the primary alone.
            assert (await client.delete(note)).status_code == 204
    print("\nreplica: reads came from it, writes and what they read from the primary")


async def test_a_dead_replica_is_passed_over(
    cluster: Cluster, database: str, standby: Cluster, tmp_path: Path
) -> None:
    await caught_up(cluster, standby)
    ledger = Ledger()
    replicas = json.dumps([standby.url(database)])
    with (
        (tmp_path / "log").open("w") as output,
        running(cluster.url(database), output, DATABASE_REPLICA_URLS=replicas) as server,
    ):
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=20) as client:
            assert (await client.get("/notes/")).json()["total"] == 0
            await asyncio.to_thread(standby.stop)
            async with load(server.url, ledger, clients=4):
                await asyncio.sleep(2)
                await asyncio.to_thread(standby.start)
                await asyncio.sleep(2)
            await caught_up(cluster, standby)
            total = len(ledger.acknowledged)
            await asyncio.sleep(5)
            await execute(standby.url(), FROZEN)
            await execute(cluster.url(database), 'DELETE FROM "TestNote"')
            # It takes part again: only the replica still has them.
            assert (await client.get("/notes/")).json()["total"] == total
            await execute(standby.url(), RESUMED)
    # What was written a moment ago may not be there yet, but nobody is turned away.
    assert max(ledger.answers) < 500
    assert await ledger.settle(cluster.url(database)) == Settled(lost=total)
    print(f"\ndead replica: {ledger.summary()}")
