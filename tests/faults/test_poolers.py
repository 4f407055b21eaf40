"""Behind PgBouncer in transaction mode, with the URL that Prisma would use."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from service.dev.deploy import connect
from service.prisma.url import parse_database_url
from tests.faults.cluster import Cluster
from tests.faults.load import Ledger, Settled, load
from tests.support.api import bearer
from tests.support.pooler import MISSING, PGBOUNCER, POOL, pgbouncer
from tests.support.server import ROOT, running

CLIENTS = 32
pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason=MISSING)


@pytest.fixture
def pooled(cluster: Cluster, database: str) -> Iterator[str]:
    """The URL of the test's database by way of a pooler."""
    with pgbouncer("127.0.0.1", cluster.port, cluster.new_folder("pooler")) as port:
        yield f"postgresql://postgres:unused@127.0.0.1:{port}/{database}?pgbouncer=true"


async def test_load(cluster: Cluster, database: str, pooled: str, tmp_path: Path) -> None:
    ledger = Ledger()
    with (
        (tmp_path / "log").open("w") as output,
        running(f"{pooled}&connection_limit={CLIENTS}", output) as server,
    ):
        async with load(server.url, ledger, clients=CLIENTS):
            await asyncio.sleep(8)
    assert ledger.failures == []
    assert ledger.answers.keys() == {200, 201}
    settled = await ledger.settle(cluster.url(database))
    assert settled == Settled()
    print(f"\nPgBouncer, pool of {POOL}, {CLIENTS} clients: {ledger.summary()}, {settled}")


async def test_load_without_the_parameter(
    cluster: Cluster, database: str, pooled: str, tmp_path: Path
) -> None:
    """As app-web's URL often is, since Prisma 7's adapter does without it."""
    ledger, log = Ledger(), tmp_path / "log"
    url = f"{pooled.removesuffix('?pgbouncer=true')}?connection_limit={CLIENTS}"
    with log.open("w") as output, running(url, output) as server:
        async with load(server.url, ledger, clients=CLIENTS):
            await asyncio.sleep(5)
    assert ledger.failures == []
    assert ledger.answers.keys() == {200, 201}
    assert await ledger.settle(cluster.url(database)) == Settled()
    assert log.read_text().count("add pgbouncer=true to DATABASE_URL") == 1
    print(f"\nPgBouncer without pgbouncer=true, {CLIENTS} clients: {ledger.summary()}")


async def test_a_long_statement_is_cancelled_by_way_of_the_pooler(
    cluster: Cluster, database: str, pooled: str, tmp_path: Path
) -> None:
    lock = await connect(parse_database_url(cluster.url(database)))
    watch = await connect(parse_database_url(cluster.url(database)))
    active = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
        "AND pid <> pg_backend_pid()"
    )
    with (tmp_path / "log").open("w") as output, running(pooled, output, DATABASE_TIMEOUT="1") as server:
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=20) as client:
            await lock.execute('BEGIN; LOCK TABLE "TestNote" IN ACCESS EXCLUSIVE MODE')
            answers = await asyncio.gather(*(client.get("/notes/") for _ in range(POOL)))
            await asyncio.sleep(0.5)
            assert await watch.fetchval(active) == 0
            await lock.execute("ROLLBACK")
            assert (await client.get("/notes/")).status_code == 200
    assert [answer.status_code for answer in answers] == [504] * POOL
    await lock.close()
    await watch.close()
    print(f"\nPgBouncer: {POOL} statements cancelled in the database, by a deadline that nobody set there")


@pytest.mark.timeout(600)
def test_the_tests_of_the_api_pass() -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/api",
        "-k",
        "not sqlite",
        "--pooler",
        "-n",
        "2",
        "-q",
        "-p",
        "no:cacheprovider",
    ]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-4000:]
    print(f"\nPgBouncer, tests/api: {result.stdout.splitlines()[-1]}")
