"""app-web deploys migrations while the service works."""

import asyncio
from pathlib import Path

from tests.faults.cluster import Cluster
from tests.faults.load import Ledger, Settled, load
from tests.support.database import execute
from tests.support.server import running

MIGRATIONS = (
    'ALTER TABLE "TestNote" ADD COLUMN "extra{}" TEXT NOT NULL DEFAULT \'\'',
    'CREATE INDEX "extra{}" ON "TestNote" (title)',
    "ALTER TYPE \"TestNoteStatus\" ADD VALUE 'EXTRA{}'",
    'ALTER TABLE "TestNote" ALTER COLUMN title TYPE VARCHAR({}500)',
)


async def test_migrations_under_load(cluster: Cluster, database: str, tmp_path: Path) -> None:
    ledger = Ledger()
    with (tmp_path / "log").open("w") as output, running(cluster.url(database), output) as server:
        async with load(server.url, ledger):
            for turn in range(1, 5):
                for migration in MIGRATIONS:
                    await asyncio.sleep(0.5)
                    await execute(cluster.url(database), migration.format(turn))
            await asyncio.sleep(1)
    assert ledger.failures == []
    assert ledger.answers.keys() == {200, 201}
    settled = await ledger.settle(cluster.url(database))
    assert settled == Settled()
    print(f"\n{4 * len(MIGRATIONS)} migrations: {ledger.summary()}, {settled}")
