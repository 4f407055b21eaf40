"""Every environment variable, parsed and checked once, at start-up."""

import os
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, get_args, get_type_hints

import msgspec
from msgspec import Meta

from service import setting_values
from service.prisma.url import DatabaseUrl, DatabaseUrlError, parse_database_url
from service.setting_values import OriginError

HOUR = 3600
DAY = 24 * HOUR
PORT = 8000
SECRET_KEY_BYTES = 32
PLACEHOLDER_SECRET = "changethis"  # noqa: S105  # the value that is refused


class Environment(StrEnum):
    LOCAL = "local"
    STAGING = "staging"
    PRODUCTION = "production"


class SettingsError(Exception):
    """Wrong or missing environment variables: `faults` holds one line for each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        lines = "\n".join(f"  - {fault}" for fault in faults)
        super().__init__(f"The service cannot start with these settings:\n{lines}")


class Takes(msgspec.Struct, frozen=True):
    """What a variable takes, as a sentence for people, and its parser where the field's type does not suffice."""

    words: str
    parse: Callable[[str], Any] | None = None
    secret: bool = False
    """Whether its value is kept out of diagnostics and Sentry."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings. Each field's environment variable has its name in capitals."""

    environment: Annotated[Environment, Takes("It takes local, staging or production.")]
    """Where the service runs."""
    secret_key: Annotated[
        str, Takes("Make one with `openssl rand -hex 32`; app-web needs the same.", secret=True)
    ]
    """Signs the tokens that app-web sends; 32 bytes or more outside local."""
    other_secret_key: Annotated[
        str | None,
        Takes(
            "It takes a key that differs from SECRET_KEY. Make one with `openssl rand -hex 32`.", secret=True
        ),
    ] = None
    """The next or the previous key while SECRET_KEY is being changed: what it signed is good too."""
    database_url: Annotated[
        DatabaseUrl,
        Takes("It takes postgresql://user:password@host:5432/database.", parse_database_url, secret=True),
    ]
    """PostgreSQL, the very string that Prisma is given."""
    database_replica_urls: Annotated[
        tuple[DatabaseUrl, ...],
        Takes('It takes a JSON array: ["postgresql://..."].', setting_values.replica_urls, secret=True),
    ] = ()
    """Replicas that reads go to."""
    database_timeout: Annotated[
        float, Meta(gt=0, le=DAY), Takes("It takes seconds above 0, a day at most.")
    ] = 10.0
    """Seconds after which a statement is cancelled and answered 504."""
    database_messages: Annotated[bool, Takes("It takes true or false.")] = False
    """Whether callers read what app-web's triggers and functions say with RAISE."""
    backend_cors_origins: Annotated[
        tuple[str, ...],
        Takes('It takes a JSON array of origins: ["https://www.example.com"].', setting_values.origins),
    ] = ()
    """The origins that browsers may call from."""
    require_scope: Annotated[bool, Takes("It takes true or false.")] = False
    """Whether a token must name in `scope` what it is good for; else a token without `scope` is good for everything."""
    sentry_dsn: Annotated[
        str | None,
        Takes("It takes the DSN that Sentry shows for the project.", setting_values.sentry_dsn, secret=True),
    ] = None
    """Switches Sentry on."""
    otel_exporter_otlp_endpoint: Annotated[
        str | None,
        Takes(
            "It takes an http or https URL without a user or a query: http://collector:4318.",
            setting_values.otlp_endpoint,
        ),
    ] = None
    """The URL that OpenTelemetry's spans are sent to, by OTLP over HTTP; switches traces on."""
    api_docs: Annotated[bool, Takes("It takes true or false.")] = False
    """Whether /api/v1/docs shows the API document. Unset, `load_settings` switches it off in production only."""
    metrics_port: Annotated[
        Annotated[int, Meta(ge=1, le=65535)] | None, Takes("It takes a port, 1 to 65535.")
    ] = None
    """A port of its own, at which /metrics answers Prometheus."""
    host: Annotated[str, Takes("It takes an address.")] = "127.0.0.1"
    """The address to listen on."""
    port: Annotated[int, Meta(ge=0, le=65535), Takes("It takes a port, 0 to 65535.")] = PORT
    """The port to listen on."""
    listen_fd: Annotated[
        Annotated[int, Meta(ge=0, le=2**31 - 1)] | None,
        Takes("It takes the number of an open file descriptor."),
    ] = None
    """An inherited listening socket, in place of HOST and PORT."""
    workers: Annotated[int, Meta(ge=1, le=256), Takes("It takes a number of processes, 1 to 256.")] = 1
    """How many processes serve."""
    concurrency: Annotated[int, Meta(ge=1), Takes("It takes a number of requests from 1.")] = 1000
    """Requests in flight per process before more are refused with 503."""
    shutdown_delay: Annotated[
        float, Meta(ge=0, le=HOUR), Takes("It takes seconds from 0, an hour at most.")
    ] = 2.0
    """Seconds after SIGTERM in which readiness is 503 and all else is served. Unset, it is 0 in local."""
    shutdown_timeout: Annotated[
        int, Meta(ge=0, le=HOUR), Takes("It takes whole seconds from 0, an hour at most.")
    ] = 20
    """Seconds that requests in flight get to finish after SIGTERM."""
    trusted_proxies: Annotated[
        str, Takes("It takes addresses, comma-separated, or *.", setting_values.addresses)
    ] = "127.0.0.1"
    """Addresses whose X-Forwarded-* headers count, comma-separated."""

    @property
    def is_local(self) -> bool:
        return self.environment is Environment.LOCAL

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The keys whose signatures are accepted. The first one signs."""
        return (self.secret_key, self.other_secret_key) if self.other_secret_key else (self.secret_key,)


_TAKES = {
    name: next(said for said in get_args(hint) if isinstance(said, Takes))
    for name, hint in get_type_hints(Settings, include_extras=True).items()
}

SECRETS = frozenset(name for name, takes in _TAKES.items() if takes.secret)
"""The names of the settings whose values are kept out of diagnostics and Sentry."""


def _policy(values: Mapping[str, Any]) -> list[str]:
    """The faults of values that are allowed in local only."""
    if values.get("environment") is Environment.LOCAL:
        return []
    faults: list[str] = []
    for name in ("secret_key", "other_secret_key"):
        secret = values.get(name)
        if secret is not None and (secret == PLACEHOLDER_SECRET or len(secret.encode()) < SECRET_KEY_BYTES):
            faults.append(
                f"{name.upper()} is a placeholder or shorter than {SECRET_KEY_BYTES} bytes. {_TAKES[name].words}"
            )
    if "*" in values.get("backend_cors_origins", ()):
        faults.append("BACKEND_CORS_ORIGINS must name its origins outside local; * lets every site call.")
    return faults


def load_settings(variables: Mapping[str, str] | None = None) -> Settings:
    """The settings from the environment. Raises `SettingsError`, which names every fault at once, without a secret."""
    variables = os.environ if variables is None else variables
    faults: list[str] = []
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        name = field.name.upper()
        text = variables.get(name, "").strip()
        if not text:
            if field.required:
                faults.append(f"{name} is not set. {_TAKES[field.name].words}")
            continue
        try:
            text.encode()  # raises where the variable is not encoded as UTF-8
            parse = _TAKES[field.name].parse
            values[field.name] = parse(text) if parse else msgspec.convert(text, field.type, strict=False)
        except (DatabaseUrlError, OriginError) as error:
            faults.extend(f"{name} {fault}." for fault in error.faults)
        except ValueError:
            faults.append(f"{name} is wrong. {_TAKES[field.name].words}")
    if values.get("environment") is Environment.LOCAL:
        values.setdefault("shutdown_delay", 0.0)
    values.setdefault("api_docs", values.get("environment") is not Environment.PRODUCTION)
    faults.extend(_policy(values))
    if "listen_fd" not in values and values.get("metrics_port") == values.get("port", PORT):
        faults.append("METRICS_PORT must be another port than PORT.")
    if "secret_key" in values and values.get("other_secret_key") == values["secret_key"]:
        faults.append("OTHER_SECRET_KEY must be another key than SECRET_KEY.")
    if faults:
        raise SettingsError(faults)
    return Settings(**values)
