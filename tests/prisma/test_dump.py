"""pg_dump speaks no TLS; by way of the relay it reaches servers that do, and says why where it does not."""

import asyncio
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from service.dev.mirror.dump import dump
from service.dev.postgres import EmbeddedPostgres
from service.prisma.migrations import MirrorError
from service.prisma.url import parse_database_url
from tests.support.certificates import Authority
from tests.support.tls_proxy import TlsProxy, tls_proxy

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]]
SSL_REQUEST = 8
WAYS = b"SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0"
SECONDS = 1


@pytest.fixture
def socket(postgres: EmbeddedPostgres) -> Path:
    return Path(parse_database_url(postgres.url()).url.host or "", ".s.PGSQL.5432")


@pytest.fixture
async def plain(socket: Path) -> AsyncGenerator[TlsProxy]:
    async with tls_proxy(socket, None) as proxy:
        yield proxy


@pytest.fixture
async def secure(socket: Path, authority: Authority) -> AsyncGenerator[TlsProxy]:
    async with tls_proxy(socket, authority.server_context()) as proxy:
        yield proxy


async def dumped(port: int, query: str, host: str = "127.0.0.1") -> str:
    """What comes of it, or why nothing does."""
    database = parse_database_url(f"postgresql://postgres:s3cr3t@{host}:{port}/postgres?{query}")
    try:
        return await asyncio.to_thread(dump, database, ())
    except MirrorError as error:
        return str(error)


@pytest.mark.parametrize(
    ("query", "encrypted"),
    [
        ("sslmode=disable", False),
        ("", True),
        ("sslmode=require", True),
        ("sslmode=verify-full&sslrootcert={ca}", True),
    ],
)
async def test_a_server_that_speaks_tls(
    secure: TlsProxy,
    authority: Authority,
    query: str,
    encrypted: bool,  # noqa: FBT001  # a parameter
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What somebody has set for other programs.
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.9")
    monkeypatch.setenv("PGSSLMODE", "require")
    assert "CREATE SCHEMA" in await dumped(secure.port, query.format(ca=authority.path))
    assert secure.encrypted == [encrypted]


async def test_a_server_that_is_not_trusted(secure: TlsProxy, authority: Authority) -> None:
    assert "not trusted: unable to get local issuer" in await dumped(secure.port, "sslmode=verify-full")
    query = f"sslmode=verify-full&sslrootcert={authority.path}"
    assert "not trusted: Hostname mismatch" in await dumped(secure.port, query, "localhost")


async def test_a_server_that_speaks_no_tls(plain: TlsProxy) -> None:
    assert "CREATE SCHEMA" in await dumped(plain.port, "")
    assert "the server speaks no TLS" in await dumped(plain.port, "sslmode=require")


async def test_what_the_server_says_is_told(plain: TlsProxy, postgres: EmbeddedPostgres) -> None:
    await postgres.execute("CREATE ROLE nobody NOLOGIN")
    url = f"postgresql://nobody@127.0.0.1:{plain.port}/postgres"
    with pytest.raises(MirrorError, match='be dumped: FATAL:  role "nobody" is not permitted to log in'):
        await asyncio.to_thread(dump, parse_database_url(url), ())
    await postgres.execute("DROP ROLE nobody")


@asynccontextmanager
async def listening(serve: Serve) -> AsyncGenerator[int]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def close(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    pass


async def be_silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def speak_http(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize(
    ("serve", "reason"),
    [
        (close, "the server closed the connection"),
        (be_silent, "timeout expired"),
        (speak_http, "the server does not answer as PostgreSQL does"),
    ],
)
async def test_a_server_that_is_none(serve: Serve, reason: str) -> None:
    async with listening(serve) as port:
        said = await dumped(port, f"connect_timeout={SECONDS}")
    assert f"cannot be dumped: {reason}\n" in said
    assert "s3cr3t" not in said


async def test_it_signs_in_where_tls_could_be_proven() -> None:
    """Without TLS of its own pg_dump takes such an offer for an attack."""
    chosen: list[bytes] = []

    async def offer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(SSL_REQUEST)
        writer.write(b"N")
        (length,) = struct.unpack("!i", await reader.readexactly(4))
        await reader.readexactly(length - 4)
        writer.write(struct.pack("!cii", b"R", 8 + len(WAYS), 10) + WAYS)
        chosen.append((await reader.read(1000))[5:].partition(b"\0")[0])

    async with listening(offer) as port:
        await dumped(port, "")
    assert chosen == [b"SCRAM-SHA-256"]


@pytest.mark.parametrize(
    "address",
    [
        "ep-cool-darkness-a1b2c3d4-pooler.eu.aws.neon.tech/d?sslmode=require",
        "aws-0-eu-central-1.pooler.supabase.com:6543/postgres",
        "pooled.db.prisma.io:5432/?sslmode=require",
        "127.0.0.1:6432/d?pgbouncer=true",
    ],
)
def test_no_pooler_is_asked(address: str) -> None:
    with pytest.raises(MirrorError, match="directUrl or DIRECT_URL"):
        dump(parse_database_url(f"postgresql://a:s3cr3t@{address}"), ())
