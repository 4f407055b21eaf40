"""URLs that Prisma takes reach a real PostgreSQL, through SQLAlchemy's engine."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.core.database.engine import make_engine
from service.core.database.sqlstate import CannotConnectError
from service.dev.postgres import EmbeddedPostgres, embedded_postgres
from service.prisma.url import parse_database_url
from tests.support.api import bearer, serving
from tests.support.certificates import Authority
from tests.support.log import LogReader
from tests.support.tls_proxy import TlsProxy, tls_proxy

USER = "o'dd \"näme"
PASSWORD = "p@:/?#%&= \"'\\ä+"
ACCESS = 'local all "o\'dd ""näme" scram-sha-256\nlocal all all trust\n'
OTHER_HOST = "127.0.0.2"


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[EmbeddedPostgres]:
    """A server that asks the odd user for a password."""
    data = tmp_path_factory.mktemp("url")
    with embedded_postgres(data, keep=False) as running:
        name, password = USER.replace('"', '""'), PASSWORD.replace("'", "''")
        await running.execute(f"CREATE USER \"{name}\" PASSWORD '{password}'")
        (data / "pg_hba.conf").write_text(ACCESS, "utf-8")
        await running.execute("SELECT pg_reload_conf()")
        yield running


@pytest.fixture
def folder(server: EmbeddedPostgres) -> str:
    """The folder of the server's socket."""
    return parse_qs(urlsplit(server.url()).query)["host"][0]


async def ask(url: str, question: str = "SELECT current_user::text") -> object:
    engine = make_engine(parse_database_url(url), statement_timeout=5)
    try:
        async with engine.connect() as connection:
            return await connection.scalar(text(question))
    finally:
        await engine.dispose()


async def test_a_socket_folder_in_each_spelling(folder: str) -> None:
    for url in (
        f"postgresql://postgres@localhost/postgres?host={folder}",
        f"postgres://postgres:@/postgres?host={quote(folder, safe='')}",
        f"postgresql://postgres@{quote(folder, safe='')}/postgres",
    ):
        assert await ask(url) == "postgres"


async def test_odd_characters_in_user_and_password(folder: str) -> None:
    user, password = quote(USER, safe=""), quote(PASSWORD, safe="")
    assert await ask(f"postgresql://{user}:{password}@x/postgres?host={folder}") == USER
    with pytest.raises(Exception, match="password authentication failed"):
        await ask(f"postgresql://{user}:{password}x@x/postgres?host={folder}")


async def test_whoever_is_not_let_in_reads_what_decides_that(folder: str) -> None:
    with pytest.raises(
        CannotConnectError, match="look at the user, sslmode, sslcert and sslkey in DATABASE_URL"
    ):
        await ask(f"postgresql://nobody@localhost/postgres?host={folder}")


async def test_whoever_a_pooler_does_not_let_in_reads_what_decides_that() -> None:
    """PgBouncer calls a wrong user, password or database a violation of the protocol."""
    said = b"SFATAL\0C08P01\0MSASL authentication failed\0\0"

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(b"E" + (len(said) + 4).to_bytes(4, "big") + said)
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as pooler:
        port = pooler.sockets[0].getsockname()[1]
        with pytest.raises(CannotConnectError, match="look at the user, the password and the database in"):
            await ask(f"postgresql://me:wrong@127.0.0.1:{port}/app?sslmode=disable")


async def test_connection_limit_and_pool_timeout_hold(folder: str) -> None:
    url = f"postgresql://postgres@x/postgres?host={folder}&connection_limit=1&pool_timeout=1"
    engine = make_engine(parse_database_url(url), statement_timeout=5)
    async with engine.connect():
        with pytest.raises(PoolTimeoutError):
            await engine.connect().start()
    await engine.dispose()


async def test_server_settings_arrive(folder: str) -> None:
    url = f"postgresql://postgres@x/postgres?host={folder}&application_name=my%20app&options=-c%20geqo%3Doff"
    assert await ask(url, "SHOW application_name") == "my app"
    assert await ask(url, "SHOW geqo") == "off"


async def test_socket_timeout_ends_a_slow_statement(folder: str) -> None:
    with pytest.raises(TimeoutError):
        await ask(f"postgresql://postgres@x/postgres?host={folder}&socket_timeout=1", "SELECT pg_sleep(10)")


async def test_without_a_statement_cache_queries_still_run(folder: str) -> None:
    for query in ("statement_cache_size=0", "pgbouncer=true"):
        url = f"postgresql://postgres@x/postgres?host={folder}&{query}"
        assert await ask(url, "SELECT count(*) FROM pg_prepared_statements WHERE name ~ '^__asyncpg'") == 0


@pytest.fixture
async def plain(folder: str) -> AsyncGenerator[TlsProxy]:
    """The server by TCP, without TLS."""
    async with tls_proxy(Path(folder, ".s.PGSQL.5432"), None) as proxy:
        yield proxy


@pytest.fixture
async def secure(folder: str, authority: Authority) -> AsyncGenerator[TlsProxy]:
    """The server by TCP, with TLS, under a certificate for 127.0.0.1."""
    async with tls_proxy(Path(folder, ".s.PGSQL.5432"), authority.server_context()) as proxy:
        yield proxy


def at(proxy: TlsProxy, query: str, host: str = "127.0.0.1") -> str:
    return f"postgresql://postgres@{host}:{proxy.port}/postgres?{query}"


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer"])
async def test_modes_that_do_without_tls(plain: TlsProxy, mode: str) -> None:
    assert await ask(at(plain, f"sslmode={mode}")) == "postgres"
    assert plain.encrypted == [False]


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
async def test_modes_that_refuse_to_go_without_tls(plain: TlsProxy, mode: str) -> None:
    with pytest.raises(ConnectionError, match="rejected SSL upgrade"):
        await ask(at(plain, f"sslmode={mode}"))


@pytest.mark.parametrize(
    ("query", "encrypted"),
    [
        ("sslmode=disable", False),
        ("sslmode=allow", False),
        ("", True),
        ("sslmode=prefer", True),
        ("sslmode=require", True),
        ("channel_binding=require", True),
        ("sslmode=require&sslcert={ca}", True),
        ("sslmode=verify-ca&sslrootcert={ca}", True),
        ("sslmode=verify-full&sslrootcert={ca}", True),
        ("sslaccept=strict&sslcert={ca}", True),
    ],
)
async def test_modes_with_tls(secure: TlsProxy, authority: Authority, query: str, encrypted: bool) -> None:  # noqa: FBT001  # a parameter
    assert await ask(at(secure, query.format(ca=authority.path))) == "postgres"
    assert secure.encrypted == [encrypted]


@pytest.mark.parametrize("query", ["sslmode=verify-ca", "sslmode=verify-full", "sslaccept=strict"])
async def test_a_certificate_of_an_unknown_authority_is_refused(secure: TlsProxy, query: str) -> None:
    with pytest.raises(CannotConnectError, match=r"SSLCertVerificationError.*as sslrootcert$"):
        await ask(at(secure, query))


async def test_the_log_says_that_a_certificate_is_not_trusted(
    secure: TlsProxy, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving(at(secure, "sslmode=verify-full"), environment="production") as api:
        answer = await api.get("/notes/", headers=bearer())
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert "certificate" not in answer.text.lower()
    (line,) = [
        line
        for line in LogReader(capsys).lines()
        if line.get("requestId") == answer.json()["requestId"] and "status" not in line
    ]
    assert (line["level"], "SSLCertVerificationError" in line["message"]) == ("WARNING", True)


async def test_only_a_full_check_looks_at_the_host(secure: TlsProxy, authority: Authority) -> None:
    ca = f"sslrootcert={authority.path}"
    assert await ask(at(secure, f"sslmode=verify-ca&{ca}", "localhost")) == "postgres"
    for query in (f"sslmode=verify-full&{ca}", f"sslaccept=strict&{ca}"):
        with pytest.raises(
            CannotConnectError, match=r"SSLCertVerificationError.*localhost.*as its certificate"
        ):
            await ask(at(secure, query, "localhost"))


@pytest.mark.parametrize("password", [None, "se cret"])
async def test_a_client_shows_its_certificate(
    folder: str, authority: Authority, password: str | None
) -> None:
    context = authority.server_context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.path)
    client = authority.sign("client", "127.0.0.1", password.encode() if password else None)
    opened_by = f"&sslpassword={quote(password)}" if password else ""
    async with tls_proxy(Path(folder, ".s.PGSQL.5432"), context) as proxy:
        for query in (f"sslidentity={client.identity}", f"sslcert={client.cert}&sslkey={client.key}"):
            assert await ask(at(proxy, query + opened_by)) == "postgres"
        with pytest.raises(CannotConnectError):
            await ask(at(proxy, "sslmode=require"))
