"""A relay between pg_dump and a server. It speaks TLS, which most servers ask for and the embedded pg_dump cannot."""

import asyncio
import contextlib
import ssl
import struct
import tempfile
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from service.prisma.url import DatabaseUrl

SOCKET = "{folder}/.s.PGSQL.{port}"
SSL_REQUEST = struct.pack("!ii", 8, 80877103)
AUTHENTICATION = struct.Struct("!cii")
SASL = 10
BOUND_TO_TLS = b"SCRAM-SHA-256-PLUS\0"
"""An authentication method that is bound to a TLS connection; pg_dump stops where it is offered without TLS."""
CHUNK = 65536


@dataclass
class Relay:
    """A socket that leads to the server of a URL, over TLS or not, as the URL asks."""

    database: DatabaseUrl
    folder: str
    failure: str | None = None
    """Why the server could not be reached, as part of a message."""

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        with contextlib.closing(writer):
            try:
                server_reader, server_writer = await self._connect()
                try:
                    await asyncio.gather(_pass_on(reader, server_writer), _answer(server_reader, writer))
                finally:
                    # Aborted, since to close TLS in order is to wait for a server that is silent by now.
                    server_writer.transport.abort()
            except (OSError, EOFError) as error:
                self.failure = _reason(error)

    async def _connect(self) -> tuple[StreamReader, StreamWriter]:
        host, port = str(self.database.url.host), self.database.url.port
        if host.startswith("/"):
            return await asyncio.open_unix_connection(SOCKET.format(folder=host, port=port))
        reader, writer = await asyncio.open_connection(host, port)
        try:
            await _secure(reader, writer, self.database.connect_args["ssl"], host)
        except BaseException:
            writer.transport.abort()
            raise
        return reader, writer


@asynccontextmanager
async def relay(database: DatabaseUrl) -> AsyncGenerator[Relay]:
    # In /tmp, because TMPDIR may be longer than the path of a socket may be.
    with tempfile.TemporaryDirectory(prefix="relay-", dir="/tmp") as folder:  # closed to others
        found = Relay(database, folder)
        tasks = set[asyncio.Task[None]]()

        def serve(reader: StreamReader, writer: StreamWriter) -> None:
            tasks.add(asyncio.create_task(found.serve(reader, writer)))

        path = SOCKET.format(folder=folder, port=database.url.port)
        server = await asyncio.start_unix_server(serve, path)
        try:
            yield found
        finally:
            server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _secure(
    reader: StreamReader, writer: StreamWriter, wanted: str | ssl.SSLContext, host: str
) -> None:
    """Upgrade to TLS, or go on without it where the URL allows that. Raises `OSError` or `EOFError`."""
    if wanted == "disable":
        return
    writer.write(SSL_REQUEST)
    # The server answers one byte: any more would come from somebody in between, and is refused below.
    answer = await reader.read(CHUNK)
    if not answer:
        raise EOFError
    if answer == b"S":
        context = _with_anybody() if isinstance(wanted, str) else wanted
        await writer.start_tls(context, server_hostname=host)
    elif answer != b"N":
        raise ConnectionError("the server does not answer as PostgreSQL does")
    elif not isinstance(wanted, str):
        raise ConnectionError("the server speaks no TLS, which the URL asks for (sslmode)")


def _with_anybody() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def _answer(reader: StreamReader, writer: StreamWriter) -> None:
    """Pass on what the server says, without the authentication method that pg_dump cannot use."""
    with contextlib.suppress(EOFError), contextlib.closing(writer):
        head = await reader.readexactly(AUTHENTICATION.size)
        kind, length, code = AUTHENTICATION.unpack(head)
        if (kind, code) == (b"R", SASL):
            ways = (await reader.readexactly(length + 1 - len(head))).replace(BOUND_TO_TLS, b"")
            head = AUTHENTICATION.pack(kind, len(head) - 1 + len(ways), code) + ways
        writer.write(head)
        await _pass_on(reader, writer)


async def _pass_on(source: StreamReader, sink: StreamWriter) -> None:
    with contextlib.suppress(OSError), contextlib.closing(sink):
        while data := await source.read(CHUNK):
            sink.write(data)
            await sink.drain()


def _reason(error: OSError | EOFError) -> str:
    # A server that closes the connection before it has read all that was sent resets it.
    if isinstance(error, EOFError | ConnectionResetError | BrokenPipeError):
        return "the server closed the connection"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the server's certificate is not trusted: {error.verify_message}"
    return str(error.strerror or error)
