"""Answers that nobody reads hold memory for a while, up to a ceiling; who reads slowly is served all the same."""

import asyncio
import socket
import time
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.big_app import SIZE
from tests.support.edge import NO_DATABASE
from tests.support.raw import connected, memory, request
from tests.support.server import Server, running

CALLERS = 40
HEALTH = request("GET", "/utils/health-check")
BIG = request("GET", "/big")


@pytest.fixture
def server(tmp_path: Path) -> Generator[Server]:
    with (
        (tmp_path / "log").open("w") as output,
        running(NO_DATABASE, output, command=("-m", "tests.support.big_app")) as server,
    ):
        yield server
        assert server.stop() == 0


def ask_without_reading(server: Server, text: bytes) -> socket.socket:
    address = urlsplit(server.url)
    caller = socket.socket()
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    caller.connect((address.hostname, address.port))
    caller.sendall(text)
    return caller


async def is_healthy(server: Server) -> bool:
    async with connected(server) as connection:
        return (await connection.ask(HEALTH)).status == 200


@pytest.mark.slow
async def test_who_never_reads_is_cut_off(server: Server) -> None:
    assert await is_healthy(server)
    before = memory(server)
    with ExitStack() as callers:
        for _ in range(CALLERS):
            callers.enter_context(ask_without_reading(server, BIG))
        await asyncio.sleep(1)
        assert await is_healthy(server)
        assert memory(server) - before < 200_000_000, "the ceiling holds"
        deadline = time.monotonic() + 20
        while memory(server) - before > 30_000_000:
            assert time.monotonic() < deadline, "memory stays up"
            await asyncio.sleep(0.2)
    assert await is_healthy(server)


@pytest.mark.slow
async def test_who_reads_slowly_gets_all_of_it(server: Server) -> None:
    async with connected(server) as connection:
        connection.writer.write(BIG)
        head = await connection.reader.readuntil(b"\r\n\r\n")
        assert f"content-length: {SIZE}".encode() in head
        left = SIZE
        while left:
            left -= len(await connection.reader.read(500_000))
            await asyncio.sleep(0.8)
        assert (await connection.ask(HEALTH)).status == 200
