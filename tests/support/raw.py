"""HTTP by hand: fast enough to keep a server busy, and free to be as rude as no library is."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import psutil

from tests.support.server import Server

HOST = "Host: service\r\n"


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes
    body: bytes


class Connection:
    """One connection on which requests follow each other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, request: bytes) -> Answer:
        """Send all of a request, and read its answer."""
        self.writer.write(request)
        await self.writer.drain()
        return await self.answer()

    async def answer(self) -> Answer:
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = 0
        at = head.lower().find(b"content-length: ")
        if at >= 0:
            length = int(head[at + 16 : head.index(b"\r\n", at)])
        return Answer(int(head[9:12]), head, await self.reader.readexactly(length))


@asynccontextmanager
async def connected(server: Server) -> AsyncGenerator[Connection]:
    address = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()


def request(method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """The bytes of a request; without a length of its own where `headers` name none and there is no body."""
    given = dict(headers or {})
    if body:
        given["Content-Length"] = str(len(body))
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"{method} /api/v1{path} HTTP/1.1\r\n{HOST}{lines}\r\n".encode() + body


def memory(server: Server) -> int:
    """The bytes of memory that the server holds."""
    return psutil.Process(server.process.pid).memory_info().rss
