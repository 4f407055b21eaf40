"""TLS and TCP in front of a PostgreSQL that listens on a socket alone."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

SSL_REQUEST = bytes.fromhex("0000000804d2162f")


@dataclass
class TlsProxy:
    """Where the proxy listens, and whether each connection that came was encrypted."""

    port: int = 0
    encrypted: list[bool] = field(default_factory=list[bool])


@asynccontextmanager
async def tls_proxy(socket: Path, context: ssl.SSLContext | None) -> AsyncGenerator[TlsProxy]:
    """Listen on a free port; without a context, answer that there is no TLS."""
    proxy = TlsProxy()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError), contextlib.closing(writer):
            start = await reader.readexactly(len(SSL_REQUEST))
            if start == SSL_REQUEST:
                writer.write(b"S" if context else b"N")
                await writer.drain()
                if context:
                    await writer.start_tls(context)
                start = b""
            proxy.encrypted.append(not start and context is not None)
            await _forward(reader, writer, socket, start)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()


async def _forward(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, socket: Path, start: bytes
) -> None:
    server_reader, server_writer = await asyncio.open_unix_connection(socket)
    server_writer.write(start)
    await asyncio.gather(_pump(reader, server_writer), _pump(server_reader, writer))


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError), contextlib.closing(sink):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
