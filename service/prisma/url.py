"""Translates the DATABASE_URL that Prisma is given into the terms of SQLAlchemy, asyncpg and the pool."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qs, parse_qsl, unquote, urlsplit
from uuid import uuid4

from sqlalchemy import URL

from service.prisma.url_parameters import DEFAULT_SCHEMA, Parameters, read_parameters
from service.prisma.url_tls import ssl_argument

SCHEMES = ("postgresql", "postgres")
DRIVER = "postgresql+asyncpg"
DEFAULT_PORT = 5432
USER = re.compile("(?<=://)[^/?#]*(?=@)")
"""The user and the password of a URL."""
ENCODE = "percent-encode the special characters of the user and password: @ is %40, : %3A, / %2F, ? %3F, # %23, % %25"

ACCELERATE = (
    "leads to Prisma Accelerate, which only Prisma's client speaks: name the database itself, "
    "as Prisma's directUrl or DIRECT_URL does"
)
SEVERAL_HOSTS = (
    "names several hosts: name the primary, or what leads to it; replicas are for DATABASE_REPLICA_URLS"
)


class DatabaseUrlError(ValueError):
    """A wrong DATABASE_URL: `faults` holds one line for each fault, none with a password."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@dataclass(frozen=True)
class DatabaseUrl:
    """Where the database is, and how to connect to it."""

    url: URL
    schema: str = DEFAULT_SCHEMA
    pool_size: int = Parameters.connection_limit
    pool_timeout: float | None = Parameters.pool_timeout
    ignored: tuple[str, ...] = ()
    """The names of the URL's parameters that mean nothing here."""
    connect_args: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)

    @property
    def masked(self) -> str:
        """The URL for people to read, with its password hidden."""
        url = self.url.set(drivername=self.url.get_backend_name())
        if url.host and url.host.startswith("/"):
            name, password, database, query = url.username, url.password, url.database, {"host": url.host}
            url = URL.create(url.drivername, name, password, database=database, query=query)
        return url.render_as_string(hide_password=True)


def parse_database_url(text: str) -> DatabaseUrl:
    """Translate a PostgreSQL URL. Raises `DatabaseUrlError`, which names every fault at once."""
    faults: list[str] = []
    parts = _split(_behind_prisma_dev(text.strip()))
    parameters = read_parameters(parse_qsl(parts.query, keep_blank_values=True), faults)
    url = _address(parts, parameters.host, faults)
    arguments = _connect_args(parameters, faults)
    if faults:
        raise DatabaseUrlError(faults)
    return DatabaseUrl(
        url=url,
        schema=parameters.schema,
        pool_size=parameters.connection_limit,
        pool_timeout=parameters.pool_timeout,
        ignored=tuple(parameters.ignored),
        connect_args=arguments,
    )


def _behind_prisma_dev(text: str) -> str:
    """The PostgreSQL URL that a local `prisma dev` holds in the `api_key` of its own URL; any other text unchanged."""
    parts = parse_qs(text.partition("?")[2])
    key = parts.get("api_key", [""])[0]
    if not text.startswith("prisma+postgres:") or not key:
        return text
    try:
        found = json.loads(urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        return str(found["databaseUrl"])
    except (ValueError, LookupError, TypeError):
        return text


def _split(text: str) -> SplitResult:
    """Take the URL apart.

    Raises `DatabaseUrlError` at the first fault, since what follows an unencoded password must not be shown.
    """
    if text.startswith(("prisma:", "prisma+postgres:")):
        raise DatabaseUrlError([ACCELERATE])
    if text.partition("://")[0] not in SCHEMES:
        hint = ", without quotes around it" if text.startswith(("'", '"')) else ""
        raise DatabaseUrlError([f"must begin with postgresql:// or postgres://{hint}"])
    try:
        parts = urlsplit(_with_plain_brackets_encoded(text))
        several = "," in parts.netloc.rpartition("@")[2] and "@" not in parts.path
        _ = several or parts.port
    except ValueError:
        raise DatabaseUrlError([f"cannot be read: the port must be a number; {ENCODE}"]) from None
    if several:
        raise DatabaseUrlError([SEVERAL_HOSTS])
    if parts.fragment or "@" in parts.path or ("@" in parts.query and "@" not in parts.netloc):
        raise DatabaseUrlError([f"cannot be read: {ENCODE}"])
    return parts


def _with_plain_brackets_encoded(text: str) -> str:
    """The URL with the brackets of its user and password percent-encoded: Python takes brackets for an IPv6 address.

    Prisma takes them as they are, and Supabase shows `[YOUR-PASSWORD]` where the password goes.
    """
    return USER.sub(lambda user: user[0].replace("[", "%5B").replace("]", "%5D"), text, count=1)


def _address(parts: SplitResult, socket: str | None, faults: list[str]) -> URL:
    host = socket or _host(parts.netloc.rpartition("@")[2])
    if "," in host and not host.startswith("/"):
        faults.append(SEVERAL_HOSTS)
    database = unquote(parts.path.removeprefix("/"))
    if not host:
        faults.append("names no host: postgresql://user:password@host:5432/database")
    return URL.create(
        DRIVER,
        username=_decode(parts.username, faults),
        password=_decode(parts.password, faults),
        host=host,
        port=parts.port or DEFAULT_PORT,
        # Prisma's default too: the URLs of Prisma Postgres name no database.
        database=database or "postgres",
    )


def _host(address: str) -> str:
    """The host of an address, without the port. A socket's folder is percent-decoded, and keeps its case."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return unquote(address.partition(":")[0])


def _decode(text: str | None, faults: list[str]) -> str | None:
    try:
        return unquote(text, errors="strict") if text else None
    except UnicodeDecodeError:
        faults.append(f"has a user or password that is not UTF-8: {ENCODE}")
        return None


def _connect_args(parameters: Parameters, faults: list[str]) -> dict[str, Any]:
    arguments: dict[str, Any] = {"timeout": parameters.connect_timeout}
    try:
        arguments["ssl"] = ssl_argument(parameters.tls)
    except ValueError as error:
        faults.append(f"has certificates that cannot be used: {error}")
    arguments["server_settings"] = {**SESSION, **parameters.server_settings}
    if parameters.socket_timeout is not None:
        arguments["command_timeout"] = parameters.socket_timeout
    if (cache := parameters.statement_cache_size) is not None:
        arguments["statement_cache_size"] = arguments["prepared_statement_cache_size"] = cache
    if parameters.pgbouncer:
        arguments |= NOTHING_PREPARED
    return arguments


SESSION: Mapping[str, str] = {
    # Prisma's timestamps without time zone hold UTC, whatever the server's own zone is.
    "timezone": "UTC",
    # A cursor holds moments as text, and the next page may come from another server.
    "datestyle": "ISO",
}
"""The settings of every session, whatever the server's own are. Poolers keep track of both of them."""


def _unique_statement_name() -> str:
    return f"s{uuid4().hex}"


NOTHING_PREPARED: Mapping[str, Any] = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": _unique_statement_name,
}
"""Arguments for poolers that hand each transaction to another session, where the next statement's name may be taken."""
