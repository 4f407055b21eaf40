"""Faults at random for as long as you like; at the end the ledger of acknowledged writes equals the table."""

import asyncio
import random
import socket
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from service.dev.deploy import connect
from service.prisma.url import parse_database_url
from tests.faults.cluster import Cluster
from tests.faults.load import Ledger, Settled, load
from tests.faults.test_database import KILL_ALL
from tests.support.database import execute
from tests.support.raw import memory
from tests.support.server import Server, running

FAULTS = ("restart", "kill backends", "hand over", "crash", "migrate", "lock")


class Victim:
    """A service behind one port, and all that may happen to it."""

    def __init__(self, cluster: Cluster, database: str, folder: Path, servers: ExitStack) -> None:
        self.cluster = cluster
        self.database = database
        self.servers = servers
        self.output = servers.enter_context((folder / "log").open("w"))
        self.listener = servers.enter_context(socket.create_server(("127.0.0.1", 0), backlog=2048))
        self.migrations = 0
        self.server = self._serve()

    def _serve(self) -> Server:
        return self.servers.enter_context(
            running(self.cluster.url(self.database), self.output, listener=self.listener, SHUTDOWN_DELAY="1")
        )

    async def suffer(self, fault: str) -> None:
        match fault:
            case "restart":
                await asyncio.to_thread(self.cluster.stop)
                await asyncio.sleep(random.uniform(0, 3))
                await asyncio.to_thread(self.cluster.start)
            case "kill backends":
                await execute(self.cluster.url(), KILL_ALL.format(self.database))
            case "hand over":
                old = await self._replace()
                assert await asyncio.to_thread(old.stop, 30) == 0
            case "crash":
                old = await self._replace()
                old.process.kill()
            case "migrate":
                self.migrations += 1
                url = self.cluster.url(self.database)
                await execute(url, f'ALTER TABLE "TestNote" ADD COLUMN "soaked{self.migrations}" TEXT')
            case _:
                lock = await connect(parse_database_url(self.cluster.url(self.database)))
                await lock.execute('BEGIN; LOCK TABLE "TestNote" IN ACCESS EXCLUSIVE MODE')
                await asyncio.sleep(random.uniform(0, 2))
                await lock.close()

    async def _replace(self) -> Server:
        old = self.server
        self.server = await asyncio.to_thread(self._serve)
        # Both answer on the port, so that alone does not tell that the new one is up.
        await asyncio.sleep(3)
        return old


@pytest.mark.soak
@pytest.mark.timeout(0)
async def test_soak(cluster: Cluster, database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    ledger = Ledger()
    suffered = Counter[str]()
    until = time.monotonic() + 60 * float(str(request.config.getoption("--minutes")))
    with ExitStack() as servers:
        victim = Victim(cluster, database, tmp_path, servers)
        async with load(victim.server.url, ledger):
            while time.monotonic() < until:
                await asyncio.sleep(random.uniform(1, 5))
                fault = random.choice(FAULTS)
                await victim.suffer(fault)
                suffered[fault] += 1
            await asyncio.sleep(5)
        held = memory(victim.server)
        assert victim.server.stop() == 0
    settled = await ledger.settle(cluster.url(database))
    print(f"\nsoak: {dict(suffered)}; {ledger.summary()}, {settled}, {held / 1e6:.0f} MB at the end")
    assert ledger.answers.keys() <= {200, 201, 503, 504}
    assert settled == Settled()
