"""A Prisma URL becomes what SQLAlchemy, asyncpg and the pool understand, or is refused without a secret."""

import base64
import json
import ssl
from pathlib import Path

import pytest

from service.prisma.url import DatabaseUrlError, parse_database_url
from service.prisma.url_tls import UNUSABLE
from tests.support.certificates import Authority

UTC = {"timezone": "UTC", "datestyle": "ISO"}
BASE = "postgresql://me:secret@db.example:6432/app"


def faults(text: str) -> list[str]:
    with pytest.raises(DatabaseUrlError) as refusal:
        parse_database_url(text)
    assert str(refusal.value) == "; ".join(refusal.value.faults)
    return refusal.value.faults


def address(text: str) -> tuple[str | None, str | None, str | None, int | None, str | None]:
    url = parse_database_url(text).url
    return url.username, url.password, url.host, url.port, url.database


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BASE, ("me", "secret", "db.example", 6432, "app")),
        ("postgres://me:secret@db/app", ("me", "secret", "db", 5432, "app")),
        ("postgresql://me@db/app", ("me", None, "db", 5432, "app")),
        ("postgresql://me:@db:/app", ("me", None, "db", 5432, "app")),
        ("postgresql://db/app", (None, None, "db", 5432, "app")),
        ("postgresql://me:secret@[::1]:5433/app", ("me", "secret", "::1", 5433, "app")),
        ("postgresql://me:secret@[fe80::1]/app", ("me", "secret", "fe80::1", 5432, "app")),
        ("postgresql://me@localhost/app?host=/run/Postgres", ("me", None, "/run/Postgres", 5432, "app")),
        ("postgresql:///app?host=/run/pg", (None, None, "/run/pg", 5432, "app")),
        ("postgresql://me@%2Frun%2FPg/app", ("me", None, "/run/Pg", 5432, "app")),
        (
            "postgresql://m%40e:p%40%3A%2F%3F%23%25%20%C3%A4+@db/a%20b",
            ("m@e", "p@:/?#% ä+", "db", 5432, "a b"),
        ),
        ("postgresql://me:p@ss@db/app", ("me", "p@ss", "db", 5432, "app")),
        ("postgresql://me:[p]s[s@db:5433/app", ("me", "[p]s[s", "db", 5433, "app")),
        ("postgresql://me:s]@[::1]:5433/app", ("me", "s]", "::1", 5433, "app")),
        ("  postgresql://me:a=b&c@db/app\n", ("me", "a=b&c", "db", 5432, "app")),
    ],
)
def test_the_address(text: str, expected: tuple[object, ...]) -> None:
    assert address(text) == expected


def test_what_is_not_said_is_as_in_prisma() -> None:
    url = parse_database_url(BASE)
    assert url.url.drivername == "postgresql+asyncpg"
    assert (url.schema, url.pool_size, url.pool_timeout) == ("public", 10, 10.0)
    assert dict(url.connect_args) == {"timeout": 5.0, "ssl": "prefer", "server_settings": UTC}


def test_each_parameter_is_translated() -> None:
    url = parse_database_url(
        f"{BASE}?schema=tenant-a&connection_limit=3&pool_timeout=7&connect_timeout=9&socket_timeout=11"
        "&statement_cache_size=50&sslmode=disable&application_name=my+app&options=-c%20geqo%3Doff"
    )
    assert (url.schema, url.pool_size, url.pool_timeout) == ("tenant-a", 3, 7.0)
    assert dict(url.connect_args) == {
        "timeout": 9.0,
        "ssl": "disable",
        "command_timeout": 11.0,
        "statement_cache_size": 50,
        "prepared_statement_cache_size": 50,
        "server_settings": {**UTC, "application_name": "my app", "options": "-c geqo=off"},
    }


def test_zero_is_no_limit() -> None:
    url = parse_database_url(f"{BASE}?pool_timeout=0&connect_timeout=0&socket_timeout=0")
    assert url.pool_timeout is None
    assert dict(url.connect_args) == {"timeout": None, "ssl": "prefer", "server_settings": UTC}


def test_a_schema_is_never_a_start_up_parameter() -> None:
    url = parse_database_url(f"{BASE}?schema=tenant&pgbouncer=true")
    assert url.schema == "tenant"
    assert url.connect_args["server_settings"] == UTC


def test_behind_a_transaction_pooler_no_statement_outlives_its_transaction() -> None:
    url = parse_database_url(f"{BASE}?pgbouncer=true&statement_cache_size=500")
    assert url.connect_args["statement_cache_size"] == 0
    assert url.connect_args["prepared_statement_cache_size"] == 0
    name = url.connect_args["prepared_statement_name_func"]
    assert len({name() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("query", "mode"),
    [
        ("sslmode=allow", "allow"),
        ("sslmode=prefer&sslaccept=accept_invalid_certs", "prefer"),
        ("channel_binding=disable", "prefer"),
        ("sslmode=disable&sslaccept=strict", "disable"),
    ],
)
def test_modes_that_the_driver_negotiates(query: str, mode: str) -> None:
    assert parse_database_url(f"{BASE}?{query}").connect_args["ssl"] == mode


@pytest.mark.parametrize(
    ("query", "verify", "hostname"),
    [
        ("sslmode=require", ssl.CERT_NONE, False),
        ("channel_binding=require", ssl.CERT_NONE, False),
        ("sslmode=verify-ca", ssl.CERT_REQUIRED, False),
        ("sslmode=verify-full", ssl.CERT_REQUIRED, True),
        ("sslaccept=strict", ssl.CERT_REQUIRED, True),
        ("sslmode=require&sslaccept=strict", ssl.CERT_REQUIRED, True),
        ("sslmode=verify-full&sslrootcert=system", ssl.CERT_REQUIRED, True),
        ("sslmode=require&sslrootcert=system", ssl.CERT_REQUIRED, True),
    ],
)
def test_modes_that_must_have_tls(query: str, verify: ssl.VerifyMode, hostname: bool) -> None:  # noqa: FBT001  # a parameter
    context = parse_database_url(f"{BASE}?{query}").connect_args["ssl"]
    assert isinstance(context, ssl.SSLContext)
    assert (context.verify_mode, context.check_hostname) == (verify, hostname)


def test_every_fault_is_named_at_once() -> None:
    found = faults(
        "postgresql://me:secret@/?connection_limit=0&sslmode=on&pgbouncer=1&conection_limit=5&schema="
    )
    assert found == [
        "has a wrong connection_limit: it takes a whole number from 1",
        "has a wrong sslmode: it takes disable, allow, prefer, require, verify-ca or verify-full",
        "has a wrong pgbouncer: it takes true or false",
        "has an unknown parameter 'conection_limit': 'connection_limit' may be meant",
        "has a wrong schema: it must not be empty",
        "names no host: postgresql://user:password@host:5432/database",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must begin with postgresql:// or postgres://"),
        ("mysql://me:secret@db/app", "must begin with"),
        (f'"{BASE}"', "without quotes"),
        ("prisma+postgres://accelerate.example/?api_key=secret", "name the database itself"),
        ("postgresql://me:secret@db:http/app", "the port must be a number"),
        ("postgresql://me:secret@db:70000/app", "the port must be a number"),
        ("postgresql://me:secret@one,two/app", "names several hosts"),
        ("postgresql://me:secret@one:5432,two:5432/app", "names several hosts"),
        ("postgresql://me:secret@localhost/app?host=one,two", "names several hosts"),
        ("postgresql://me:pa,ss/word@db/app", "percent-encode"),
        ("postgresql://me:secret@[::1/app", "cannot be read"),
        ("postgresql://me:wxq#jkz@db/app", "# %23"),
        ("postgresql://me:wxq?jkz@db/app", "? %3F"),
        ("postgresql://me:wxq/jkz@db/app", "/ %2F"),
        ("postgresql://me:secret%FF@db/app", "not UTF-8"),
        (f"{BASE}?connect_timeout=-1", "wrong connect_timeout"),
        (f"{BASE}?connect_timeout={'9' * 400}", "wrong connect_timeout: it takes"),
        (f"{BASE}?connection_limit={'9' * 5000}", "wrong connection_limit: it takes"),
        (f"{BASE}?connect_timeout=1.5", "wrong connect_timeout"),
        (f"{BASE}?socket_timeout=\u0665", "wrong socket_timeout"),
        (f"{BASE}?sslcert=/nowhere/ca.pem", "wrong sslcert: there is no such file"),
        (f"{BASE}?channel_binding=maybe", "disable, prefer or require"),
        (f"{BASE}?sslaccept=yes", "strict or accept_invalid_certs"),
        (f"{BASE}?pgBouncer=true", "'pgbouncer' may be meant"),
        (f"{BASE}?ssl_mode=require", "'sslmode' may be meant"),
        (f"{BASE}?a%20secret%20b", "whose name is not a word"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    found = "; ".join(faults(text))
    assert message in found
    for secret in ("secret", "wxq", "jkz"):
        assert secret not in found


DEV = "sslmode=disable&connection_limit=10&connect_timeout=0&max_idle_connection_lifetime=0&pool_timeout=0&socket_timeout=0"


@pytest.mark.parametrize(
    ("text", "mode", "ignored"),
    [
        (
            f"postgres://postgres:postgres@localhost:51214/template1?{DEV}",
            "disable",
            ("max_idle_connection_lifetime",),
        ),
        (f"{BASE}?sslmode=disable&supa=base-pooler.x", "disable", ("supa",)),
        (
            f"{BASE}?sslmode=disable&pool=true&single_use_connections=true",
            "disable",
            ("pool", "single_use_connections"),
        ),
        (f"{BASE}?ssl=false&statement_timeout=5&sslcrl=x", "disable", ("statement_timeout", "sslcrl")),
        (f"{BASE}?uselibpqcompat=true&sslmode=require", None, ("uselibpqcompat",)),
        (f"{BASE}?sslmode=no-verify", None, ()),
        (f"{BASE}?ssl=true", None, ()),
    ],
)
def test_urls_as_hosts_give_them_are_taken(text: str, mode: str | None, ignored: tuple[str, ...]) -> None:
    url = parse_database_url(text)
    assert url.ignored == ignored
    found = url.connect_args["ssl"]
    assert found == mode or (isinstance(found, ssl.SSLContext) and found.verify_mode is ssl.CERT_NONE)


def test_a_url_without_a_database_leads_to_postgres() -> None:
    assert address("postgres://me:secret@db.example:5432/?sslmode=require")[4] == "postgres"


def test_the_url_of_a_local_prisma_dev_holds_another() -> None:
    inner = {
        "databaseUrl": f"postgres://postgres:postgres@localhost:51214/template1?{DEV}",
        "name": "default",
    }
    key = base64.urlsafe_b64encode(json.dumps(inner).encode()).decode().rstrip("=")
    found = address(f"prisma+postgres://localhost:51213/?api_key={key}")
    assert found == ("postgres", "postgres", "localhost", 51214, "template1")


def test_files_of_the_wrong_kind_are_refused() -> None:
    for name in ("sslrootcert", "sslidentity", "sslkey"):
        found = faults(f"{BASE}?{name}={__file__}&sslmode=require&sslpassword=secret")
        assert found == [f"has certificates that cannot be used: {UNUSABLE}"]


def test_an_identity_needs_a_folder_that_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container's file system may be read-only as a whole."""
    signed = Authority(tmp_path).sign("client", "127.0.0.1")
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("tempfile._candidate_tempdir_list", list)
    (found,) = faults(f"{BASE}?sslidentity={signed.identity}")
    assert "sslidentity needs a folder for temporary files" in found
    parse_database_url(f"{BASE}?sslcert={signed.cert}&sslkey={signed.key}")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (BASE, "postgresql://me:***@db.example:6432/app"),
        ("postgres://me:p%40ss@[::1]/app", "postgresql://me:***@[::1]:5432/app"),
        ("postgresql://me:secret@x/app?host=/run/pg", "postgresql://me:***@/app?host=%2Frun%2Fpg"),
    ],
)
def test_no_password_is_printed(text: str, masked: str) -> None:
    url = parse_database_url(text + ("&" if "?" in text else "?") + "sslpassword=secret")
    assert url.masked == masked
    for printed in (repr(url), str(url), repr(url.url), str(url.url)):
        assert "secret" not in printed
        assert "p@ss" not in printed
        assert "p%40ss" not in printed
