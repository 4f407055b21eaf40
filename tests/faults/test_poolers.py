"""Behind PgBouncer in transaction mode, with the URL that Prisma would use."""

import asyncio
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from tests.faults.cluster import Cluster
from tests.faults.load import Ledger, Settled, load
from tests.support.server import free_port, running

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
CLIENTS = 32
CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
"""


@contextmanager
def pgbouncer(cluster: Cluster, folder: Path) -> Generator[int]:
    """A pooler in front of the cluster; gives its port."""
    assert PGBOUNCER is not None
    port = free_port()
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(CONFIGURATION.format(server=cluster.port, port=port))
    # It refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        os.chown(configuration, pwd.getpwnam(user).pw_uid, -1)
        for parent in folder.parents[:-2]:
            parent.chmod(0o755)
        folder.chmod(0o755)
    with (folder / "pgbouncer.log").open("w") as log:
        process = subprocess.Popen([PGBOUNCER, str(configuration)], user=user, stdout=log, stderr=log)
        try:
            yield port
        finally:
            process.terminate()
            process.wait(10)


async def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            connection = await asyncpg.connect(url)
        except OSError:
            assert time.monotonic() < deadline, "PgBouncer did not start"
            await asyncio.sleep(0.1)
        else:
            await connection.close()
            return


@pytest.mark.skipif(PGBOUNCER is None, reason="there is no pgbouncer here: apt-get install pgbouncer")
async def test_transaction_mode(cluster: Cluster, database: str, tmp_path: Path) -> None:
    ledger = Ledger()
    with pgbouncer(cluster, tmp_path) as port, (tmp_path / "log").open("w") as output:
        address = f"postgresql://postgres:unused@127.0.0.1:{port}/{database}"
        await _wait_for(address)
        url = f"{address}?pgbouncer=true&connection_limit={CLIENTS}"
        with running(url, output) as server:
            async with load(server.url, ledger, clients=CLIENTS):
                await asyncio.sleep(8)
    assert ledger.failures == []
    assert ledger.answers.keys() == {200, 201}
    assert await ledger.settle(cluster.url(database)) == Settled()
    print(f"\nPgBouncer, pool of 4, {CLIENTS} clients: {ledger.summary()}")
