"""DATABASE_URL as Prisma is given it, in the terms of SQLAlchemy, asyncpg and the pool."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from service.prisma.url_parameters import DEFAULT_SCHEMA, Parameters, UrlFault, read_parameters

SCHEMES = ("postgresql", "postgres")
DRIVER = "postgresql+asyncpg"
DEFAULT_PORT = 5432


class DatabaseUrlError(ValueError):
    """What is wrong with a DATABASE_URL: `faults` holds one line for each, none with a password."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@dataclass(frozen=True)
class DatabaseUrl:
    """Where the database is, and how to talk to it."""

    url: URL
    schema: str = DEFAULT_SCHEMA
    pool_size: int = 10
    pool_timeout: float = 10.0
    pgbouncer: bool = False
    connect_args: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)

    @property
    def is_postgresql(self) -> bool:
        return self.url.get_backend_name() == "postgresql"

    @property
    def masked(self) -> str:
        """The URL for people to read: without its password."""
        return self.url.set(drivername=self.url.get_backend_name()).render_as_string(hide_password=True)


def parse_database_url(text: str) -> DatabaseUrl:
    """Translate a PostgreSQL URL. Raises `DatabaseUrlError`, which names every fault at once."""
    base, _, query = text.strip().partition("?")
    if base.partition("://")[0] not in SCHEMES:
        raise DatabaseUrlError(["must begin with postgresql:// or postgres://"])
    try:
        url = make_url(base).set(drivername=DRIVER)
    except (ArgumentError, ValueError):
        raise DatabaseUrlError(
            ["cannot be read: percent-encode special characters of the password"]
        ) from None
    faults: list[UrlFault] = []
    parameters = read_parameters(parse_qsl(query, keep_blank_values=True), faults)
    if not url.database:
        faults.append("names no database: postgresql://user:password@host:5432/database")
    if not url.host and parameters.host is None:
        faults.append("names no host")
    if faults:
        raise DatabaseUrlError(faults)
    return DatabaseUrl(
        url=url.set(host=parameters.host or url.host, port=url.port or DEFAULT_PORT),
        schema=parameters.schema,
        pool_size=parameters.connection_limit,
        pool_timeout=parameters.pool_timeout,
        pgbouncer=parameters.pgbouncer,
        connect_args=_connect_args(parameters),
    )


def _connect_args(parameters: Parameters) -> dict[str, Any]:
    arguments: dict[str, Any] = {"timeout": parameters.connect_timeout}
    if parameters.ssl:
        # asyncpg reads libpq's TLS parameters out of a DSN, and all else from its arguments.
        arguments["dsn"] = f"postgresql://?{urlencode(parameters.ssl)}"
    if parameters.server_settings:
        arguments["server_settings"] = parameters.server_settings
    if parameters.socket_timeout is not None:
        arguments["command_timeout"] = parameters.socket_timeout
    if parameters.statement_cache_size is not None:
        arguments["statement_cache_size"] = parameters.statement_cache_size
    if parameters.pgbouncer:
        # A transaction pooler hands each transaction to another session: no statement outlives one.
        arguments["statement_cache_size"] = 0
        arguments["prepared_statement_cache_size"] = 0
        arguments["prepared_statement_name_func"] = _unique_statement_name
    return arguments


def _unique_statement_name() -> str:
    return f"s{uuid4().hex}"
