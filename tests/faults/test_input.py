"""Big and slow input is refused early, takes no memory, and disturbs nobody."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.faults.cluster import Cluster
from tests.support.api import bearer
from tests.support.raw import Answer, connected, memory, request
from tests.support.server import Server, running

GIGABYTE = 1_000_000_000
CHUNK = b"x" * 65_536
DRIPPING = 50
JSON = {"Content-Type": "application/json"}

Attack = Callable[[Server], Awaitable[int]]


async def pour(server: Server, head: bytes, chunk: bytes) -> tuple[int, int]:
    """Send a gigabyte, or as much as is taken; the status, and how much that was."""
    async with connected(server) as connection:
        connection.writer.write(head)
        answer = asyncio.create_task(connection.answer())
        sent = 0
        while sent < GIGABYTE and not answer.done():
            connection.writer.write(chunk)
            sent += len(chunk)
            try:
                await connection.writer.drain()
            except ConnectionError:
                break
        return (await answer).status, sent


async def drip(server: Server, head: bytes) -> tuple[int, float]:
    """Send a byte every half second; the status, and when it came."""
    async with connected(server) as connection:
        began = time.monotonic()
        connection.writer.write(head)
        answer = asyncio.create_task(connection.answer())
        while not answer.done():
            connection.writer.write(b"x")
            await asyncio.wait([answer], timeout=0.5)
        return (await answer).status, time.monotonic() - began


async def ask(server: Server, text: bytes) -> Answer:
    async with connected(server) as connection:
        return await connection.ask(text)


class Bystander:
    """Somebody who uses the service meanwhile."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.statuses: set[int] = set()
        self.latencies: list[float] = []

    async def use(self) -> None:
        text = request("GET", "/notes?limit=1", bearer())
        async with connected(self.server) as connection:
            while True:
                began = time.monotonic()
                self.statuses.add((await connection.ask(text)).status)
                self.latencies.append(time.monotonic() - began)
                await asyncio.sleep(0.02)


async def test_big_and_slow_input(cluster: Cluster, database: str, tmp_path: Path) -> None:
    headers = bearer() | JSON
    with (tmp_path / "log").open("w") as output, running(cluster.url(database), output) as server:
        post = request("POST", "/notes", headers)
        for _ in range(200):
            await ask(server, request("POST", "/notes", headers, b'{"title": "T"}'))
        before = memory(server)
        bystander = Bystander(server)
        using = asyncio.create_task(bystander.use())

        slow = [
            asyncio.create_task(drip(server, head))
            for head in (
                request("POST", "/notes", headers | {"Content-Length": "100000"}),
                b"GET /api/v1/notes HTTP/1.1\r\nX-Slow: ",
            )
            for _ in range(DRIPPING)
        ]
        announced = request("POST", "/notes", headers | {"Content-Length": str(GIGABYTE)})
        unannounced = request("POST", "/notes", headers | {"Transfer-Encoding": "chunked"})
        big = [
            await pour(server, announced, CHUNK),
            await pour(server, unannounced, b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK)),
            await pour(server, request("POST", "/notes", JSON | {"Content-Length": str(GIGABYTE)}), CHUNK),
        ]
        deep = b'{"title": "T", "content": %s%s}' % (b'{"a":' * 10_000, b"1" + b"}" * 10_000)
        flat = b'{"title": "T", "tags": [%s]}' % (b"[" * 10_000 + b"]" * 10_000)
        odd = {
            "10,000 headers": (
                await ask(server, request("GET", "/notes", {f"X-{n}": "x" for n in range(10_000)})),
                431,
            ),
            "10,000 deep objects": (await ask(server, request("POST", "/notes", headers, deep)), 400),
            "10,000 deep arrays": (await ask(server, request("POST", "/notes", headers, flat)), 400),
            "100,000 parameters": (
                await ask(
                    server, request("GET", "/notes?" + "&".join(f"a{n}=1" for n in range(100_000)), headers)
                ),
                414,
            ),
            "a token of 1 MB": (
                await ask(server, request("GET", "/notes", {"Authorization": "Bearer " + "x" * 1_000_000})),
                401,
            ),
            "no HTTP": (await ask(server, b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"), 400),
        }
        while_dripping = memory(server)
        dripped = await asyncio.gather(*slow)
        using.cancel()
        after = memory(server)
        assert (await ask(server, post)).status in {400, 422}

    assert [status for status, _ in big] == [413, 413, 401]
    taken = max(sent for _, sent in big)
    assert taken < GIGABYTE / 50
    for name, (answer, status) in odd.items():
        assert answer.status == status, (name, answer)
        assert b"application/problem+json" in answer.head
    assert [status for status, _ in dripped] == [408] * 2 * DRIPPING
    bodies, heads = dripped[:DRIPPING], dripped[DRIPPING:]
    assert max(seconds for _, seconds in heads) < 15
    assert max(seconds for _, seconds in bodies) < 35
    grown = max(while_dripping, after) - before
    assert grown < 25_000_000
    assert bystander.statuses == {200}
    bystander.latencies.sort()
    slowest, usual = bystander.latencies[-1], bystander.latencies[len(bystander.latencies) // 2]
    assert slowest < 1
    print(
        f"\nbig and slow: of 3 x 1 GB {taken / 1e6:.1f} MB taken at most, {len(dripped)} dripping ended by 408, memory "
        f"{grown / 1e6:+.1f} MB, {len(bystander.latencies)} others served, {usual * 1000:.1f} ms usual, "
        f"{slowest * 1000:.0f} ms slowest"
    )
