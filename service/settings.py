"""Every environment variable, parsed and checked once, at start-up."""

import os
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta
from sqlalchemy import make_url

from service.origins import OriginError, origin_fault
from service.prisma.url import DatabaseUrl, DatabaseUrlError, parse_database_url

SECRET_KEY_BYTES = 32
PLACEHOLDER_SECRET = "changethis"  # noqa: S105  # the value that is refused
MASK = "********"


class Environment(StrEnum):
    LOCAL = "local"
    STAGING = "staging"
    PRODUCTION = "production"


class SettingsError(Exception):
    """What is wrong with the environment variables: `faults` holds one line for each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        lines = "\n".join(f"  - {fault}" for fault in faults)
        super().__init__(f"The service cannot start with these settings:\n{lines}")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings. Each field's environment variable has its name in capitals."""

    environment: Annotated[Environment, Meta(description="Where it runs: local, staging or production.")]
    secret_key: Annotated[str, Meta(description="Signs the tokens that app-web sends; 32 bytes or more.")]
    database_url: Annotated[
        DatabaseUrl, Meta(description="PostgreSQL, the very string that Prisma is given.")
    ]
    database_replica_urls: Annotated[
        tuple[DatabaseUrl, ...], Meta(description="A JSON array of replicas that reads go to.")
    ] = ()
    database_timeout: Annotated[
        float, Meta(gt=0, description="Seconds after which a statement is cancelled and answered 504.")
    ] = 10.0
    database_messages: Annotated[
        bool, Meta(description="Whether callers read what app-web's triggers and functions say with RAISE.")
    ] = False
    backend_cors_origins: Annotated[
        tuple[str, ...], Meta(description="A JSON array of the origins that browsers may call from.")
    ] = ()
    sentry_dsn: Annotated[str | None, Meta(description="Switches Sentry on.")] = None
    api_docs: Annotated[
        bool, Meta(description="Whether /api/v1/docs shows the API document; off in production unless set.")
    ] = False
    metrics_port: Annotated[
        Annotated[int, Meta(ge=1, le=65535)] | None,
        Meta(description="A port of its own, at which /metrics answers Prometheus."),
    ] = None
    host: Annotated[str, Meta(description="The address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(description="The port to listen on.", ge=0, le=65535)] = 8000
    listen_fd: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(description="An inherited listening socket, in place of HOST and PORT."),
    ] = None
    workers: Annotated[int, Meta(description="How many processes serve.", ge=1, le=256)] = 1
    concurrency: Annotated[
        int, Meta(description="Requests in flight per process before more are refused with 503.", ge=1)
    ] = 1000
    shutdown_delay: Annotated[
        float,
        Meta(ge=0, description="Seconds after SIGTERM in which readiness is 503 and all else is served."),
    ] = 2.0
    shutdown_timeout: Annotated[
        int, Meta(description="Seconds that requests in flight get to finish after SIGTERM.", ge=0)
    ] = 20
    trusted_proxies: Annotated[
        str, Meta(description="Addresses whose X-Forwarded-* headers count, comma-separated.")
    ] = "127.0.0.1"

    @property
    def is_local(self) -> bool:
        return self.environment is Environment.LOCAL


class _Parser(msgspec.Struct, frozen=True):
    parse: Callable[[str], Any]
    wants: str


def _database_url(text: str) -> DatabaseUrl:
    if text.startswith("sqlite"):
        return DatabaseUrl(url=make_url(text).set(drivername="sqlite+aiosqlite"))
    return parse_database_url(text)


def _replica_urls(text: str) -> tuple[DatabaseUrl, ...]:
    return tuple(parse_database_url(url) for url in msgspec.json.decode(text, type=list[str]))


def _origins(text: str) -> tuple[str, ...]:
    origins = msgspec.json.decode(text, type=list[str])
    if faults := [fault for origin in origins if (fault := origin_fault(origin))]:
        raise OriginError(faults)
    return tuple(origins)


def _sentry_dsn(text: str) -> str:
    parts = urlsplit(text)
    if (
        parts.scheme not in {"http", "https"}
        or not (parts.hostname and parts.username)
        or parts.port == 0  # raises where it is no number
        or not parts.path.rpartition("/")[2].isdecimal()
    ):
        raise ValueError
    return text


def _switch(text: str) -> bool:
    return msgspec.convert(text, bool, strict=False)


def _typed(name: str) -> Callable[[str], Any]:
    """A parser for what msgspec can check by the field's own type."""
    kind = Settings.__annotations__[name]
    return lambda text: msgspec.convert(text, kind, strict=False)


_SWITCH = _Parser(_switch, "It takes true or false.")
_PARSERS: dict[str, _Parser] = {
    "environment": _Parser(Environment, "It takes local, staging or production."),
    "secret_key": _Parser(str, "Make one with `openssl rand -hex 32`; app-web needs the same."),
    "database_url": _Parser(_database_url, "It takes postgresql://user:password@host:5432/database."),
    "database_replica_urls": _Parser(_replica_urls, 'It takes a JSON array: ["postgresql://..."].'),
    "database_timeout": _Parser(_typed("database_timeout"), "It takes seconds above 0."),
    "database_messages": _SWITCH,
    "backend_cors_origins": _Parser(
        _origins, 'It takes a JSON array of origins: ["https://www.example.com"].'
    ),
    "sentry_dsn": _Parser(_sentry_dsn, "It takes the DSN that Sentry shows for the project."),
    "api_docs": _SWITCH,
    "metrics_port": _Parser(_typed("metrics_port"), "It takes a port, 1 to 65535."),
    "host": _Parser(str, "It takes an address."),
    "port": _Parser(_typed("port"), "It takes a port, 0 to 65535."),
    "workers": _Parser(_typed("workers"), "It takes a number of processes from 1."),
    "concurrency": _Parser(_typed("concurrency"), "It takes a number of requests from 1."),
    "shutdown_delay": _Parser(_typed("shutdown_delay"), "It takes seconds from 0."),
    "listen_fd": _Parser(_typed("listen_fd"), "It takes the number of an open file descriptor."),
    "shutdown_timeout": _Parser(_typed("shutdown_timeout"), "It takes whole seconds from 0."),
    "trusted_proxies": _Parser(str, "It takes addresses, comma-separated."),
}


def _policy(values: Mapping[str, Any]) -> list[str]:
    """What is allowed in local and nowhere else."""
    if values.get("environment") is Environment.LOCAL:
        return []
    faults: list[str] = []
    secret = values.get("secret_key")
    if secret is not None and (secret == PLACEHOLDER_SECRET or len(secret.encode()) < SECRET_KEY_BYTES):
        faults.append(
            f"SECRET_KEY is a placeholder or shorter than {SECRET_KEY_BYTES} bytes. {_PARSERS['secret_key'].wants}"
        )
    if "*" in values.get("backend_cors_origins", ()):
        faults.append("BACKEND_CORS_ORIGINS must name its origins outside local; * lets every site call.")
    if "database_url" in values and not values["database_url"].is_postgresql:
        faults.append("DATABASE_URL must be PostgreSQL outside local.")
    return faults


def load_settings(variables: Mapping[str, str] | None = None) -> Settings:
    """Read the environment. Raises `SettingsError` that names every fault at once, without a secret."""
    variables = os.environ if variables is None else variables
    faults: list[str] = []
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        name = field.name.upper()
        text = variables.get(name, "").strip()
        if not text:
            if field.required:
                faults.append(f"{name} is not set. {_PARSERS[field.name].wants}")
            continue
        try:
            values[field.name] = _PARSERS[field.name].parse(text)
        except (DatabaseUrlError, OriginError) as error:
            faults.extend(f"{name} {fault}." for fault in error.faults)
        except ValueError:
            faults.append(f"{name} is wrong. {_PARSERS[field.name].wants}")
    if values.get("environment") is Environment.LOCAL:
        values.setdefault("shutdown_delay", 0.0)
    values.setdefault("api_docs", values.get("environment") is not Environment.PRODUCTION)
    faults.extend(_policy(values))
    if faults:
        raise SettingsError(faults)
    return Settings(**values)


def masked_settings(settings: Settings) -> dict[str, object]:
    """The settings for people to read, with secrets masked."""
    shown: dict[str, object] = {}
    for name in settings.__struct_fields__:
        value = getattr(settings, name)
        if name in {"secret_key", "sentry_dsn"}:
            value = value and MASK
        elif isinstance(value, DatabaseUrl):
            value = value.masked
        elif name == "database_replica_urls":
            value = [replica.masked for replica in settings.database_replica_urls]
        shown[name] = value
    return shown
