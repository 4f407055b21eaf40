"""The database goes away under load and comes back."""

import asyncio
import time
from pathlib import Path

from tests.faults.cluster import Cluster
from tests.faults.load import Ledger, Settled, load
from tests.support.database import execute
from tests.support.server import running

KILL_ALL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()"
)


async def test_the_database_restarts_under_load(cluster: Cluster, database: str, tmp_path: Path) -> None:
    ledger = Ledger()
    with (tmp_path / "log").open("w") as output, running(cluster.url(database), output) as server:
        async with load(server.url, ledger):
            await asyncio.sleep(3)
            await asyncio.to_thread(cluster.stop)
            await asyncio.sleep(5)
            await asyncio.to_thread(cluster.start)
            back = time.monotonic()
            await asyncio.sleep(8)
        assert server.process.poll() is None
        assert server.stop() == 0
    assert ledger.failures == []
    assert ledger.answers.keys() == {200, 201, 503}
    recovery = max(0.0, max(ledger.bad) - back)
    assert recovery < 5
    assert len([moment for moment in ledger.good if moment > back + 5]) > 100
    settled = await ledger.settle(cluster.url(database))
    assert settled == Settled()
    print(f"\nrestart: {ledger.summary()}, {settled}, last 503 {recovery:.2f} s after the return")


async def test_backends_are_killed(cluster: Cluster, database: str, tmp_path: Path) -> None:
    ledger = Ledger()
    with (tmp_path / "log").open("w") as output, running(cluster.url(database), output) as server:
        async with load(server.url, ledger):
            for _ in range(20):
                await asyncio.sleep(1)
                await execute(cluster.url(), KILL_ALL.format(database))
    assert ledger.failures == []
    assert ledger.answers.keys() <= {200, 201, 503}
    settled = await ledger.settle(cluster.url(database))
    assert settled == Settled()
    print(f"\nkilled backends: {ledger.summary()}, {settled}, {ledger.failed_reads} reads failed")
    assert ledger.failed_reads == 0
