"""A deploy loses nothing: requests in flight finish, and one process hands its port over to the next."""

import asyncio
import contextlib
import socket
import time
from pathlib import Path

import httpx
import pytest

from service.dev.deploy import connect
from service.prisma.url import parse_database_url
from tests.faults.cluster import Cluster
from tests.faults.load import Ledger, Settled, load
from tests.support.api import bearer
from tests.support.server import running


async def test_requests_in_flight_finish(cluster: Cluster, database: str, tmp_path: Path) -> None:
    url = cluster.url(database)
    lock = await connect(parse_database_url(url))
    with (tmp_path / "log").open("w") as output, running(url, output, SHUTDOWN_DELAY="1") as server:
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=20) as client:
            assert (await client.get("/utils/readiness")).json() == {"status": True}
            await lock.execute('BEGIN; LOCK TABLE "TestNote" IN ACCESS EXCLUSIVE MODE')
            in_flight = [asyncio.create_task(client.get("/notes/")) for _ in range(5)]
            await asyncio.sleep(0.3)
            began = time.monotonic()
            server.process.terminate()
            await asyncio.sleep(0.3)
            readiness = await client.get("/utils/readiness")
            assert (readiness.status_code, readiness.headers["retry-after"]) == (503, "1")
            assert (await client.get("/utils/health-check")).status_code == 200
            assert (await client.get("/labels/")).status_code == 200
            await asyncio.sleep(1)
            with pytest.raises(httpx.ConnectError):
                async with httpx.AsyncClient() as late:
                    await late.get(f"{server.url}/utils/health-check")
            assert not any(task.done() for task in in_flight)
            await lock.execute("ROLLBACK")
            assert [answer.status_code for answer in await asyncio.gather(*in_flight)] == [200] * 5
        assert await asyncio.to_thread(server.process.wait, 10) == 0
        print(f"\nSIGTERM: 5 of 5 in flight finished, exit 0 after {time.monotonic() - began:.2f} s")
    await lock.close()


async def test_what_never_finishes_is_cut_off(cluster: Cluster, database: str, tmp_path: Path) -> None:
    url = cluster.url(database)
    lock = await connect(parse_database_url(url))
    with (tmp_path / "log").open("w") as output, running(url, output, SHUTDOWN_TIMEOUT="1") as server:
        await lock.execute('BEGIN; LOCK TABLE "TestNote" IN ACCESS EXCLUSIVE MODE')
        async with httpx.AsyncClient(base_url=server.url, headers=bearer(), timeout=20) as client:
            stuck = asyncio.create_task(client.get("/notes/"))
            await asyncio.sleep(0.3)
            assert await asyncio.to_thread(server.stop, 5) == 0
            answer = await stuck
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert answer.json()["code"] == "unavailable"
    await lock.close()
    print("\nSHUTDOWN_TIMEOUT: what never finishes got 503, exit 0")


@pytest.mark.parametrize(("keep_alive", "workers"), [(True, 1), (False, 1), (True, 2)])
async def test_two_servers_hand_over_on_one_port(
    cluster: Cluster, database: str, tmp_path: Path, *, keep_alive: bool, workers: int
) -> None:
    url = cluster.url(database)
    ledger = Ledger()
    with (
        socket.create_server(("127.0.0.1", 0), backlog=2048) as listener,
        (tmp_path / "log").open("w") as output,
        running(url, output, listener=listener, SHUTDOWN_DELAY="1", WORKERS=str(workers)) as old,
        contextlib.ExitStack() as servers,
    ):
        async with load(old.url, ledger, keep_alive=keep_alive):
            await asyncio.sleep(1)
            new = servers.enter_context(running(url, output, listener=listener, WORKERS=str(workers)))
            # Both answer on the port, so that alone does not tell that the new one is up.
            await asyncio.sleep(2)
            assert await asyncio.to_thread(old.stop) == 0
            await asyncio.sleep(1)
        assert new.process.poll() is None
    assert ledger.failures == []
    assert ledger.answers.keys() == {200, 201}
    settled = await ledger.settle(url)
    assert settled == Settled()
    kind = "kept-alive" if keep_alive else "new"
    print(f"\nhandover, {workers} workers, {kind} connections: {ledger.summary()}, {settled}")
