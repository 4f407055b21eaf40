"""The parameters that Prisma takes in a PostgreSQL URL."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

UrlFault = str

DEFAULT_SCHEMA = "public"
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
CHANNEL_BINDINGS = ("disable", "prefer", "require")
SSL_ACCEPTS = ("strict", "accept_invalid_certs")


@dataclass
class Parameters:
    """What the parameters ask for. Times are in seconds."""

    schema: str = DEFAULT_SCHEMA
    host: str | None = None
    connection_limit: int = 10
    pool_timeout: float = 10.0
    connect_timeout: float = 5.0
    socket_timeout: float | None = None
    statement_cache_size: int | None = None
    pgbouncer: bool = False
    ssl: dict[str, str] = field(default_factory=dict[str, str])
    server_settings: dict[str, str] = field(default_factory=dict[str, str])


def read_parameters(pairs: Iterable[tuple[str, str]], faults: list[UrlFault]) -> Parameters:
    """Read every parameter; what is unknown or wrong goes into `faults`."""
    parameters = Parameters()
    for name, value in pairs:
        reader = _READERS.get(name)
        if reader is None:
            faults.append(f"has the unknown parameter {name!r}; known are {', '.join(sorted(_READERS))}")
            continue
        try:
            reader(parameters, value)
        except ValueError as error:
            faults.append(f"has a wrong {name}: {error}")
    return parameters


def _number(value: str, *, least: int) -> int:
    if not (value.isascii() and value.isdigit()) or int(value) < least:
        msg = f"it takes a whole number from {least}"
        raise ValueError(msg)
    return int(value)


def _choice(value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        msg = f"it takes one of {', '.join(choices)}"
        raise ValueError(msg)
    return value


def _attribute(name: str, convert: Callable[[str], Any]) -> Callable[[Parameters, str], None]:
    return lambda parameters, value: setattr(parameters, name, convert(value))


def _text(value: str) -> str:
    if not value:
        msg = "it must not be empty"
        raise ValueError(msg)
    return value


def _timeout(value: str) -> float | None:
    """Prisma's 0 means no limit."""
    return float(_number(value, least=0)) or None


def _ssl(name: str, convert: Callable[[str], str] = _text) -> Callable[[Parameters, str], None]:
    return lambda parameters, value: parameters.ssl.update({name: convert(value)})


def _ssl_accept(parameters: Parameters, value: str) -> None:
    if _choice(value, SSL_ACCEPTS) == "strict":
        parameters.ssl["sslmode"] = "verify-full"


def _server_setting(name: str) -> Callable[[Parameters, str], None]:
    return lambda parameters, value: parameters.server_settings.update({name: _text(value)})


def _channel_binding(_: Parameters, value: str) -> None:
    """Accepted and left aside: asyncpg signs in by SCRAM without it, as `prefer` falls back to."""
    _choice(value, CHANNEL_BINDINGS)


_READERS: dict[str, Callable[[Parameters, str], None]] = {
    "schema": _attribute("schema", _text),
    "host": _attribute("host", _text),
    "connection_limit": _attribute("connection_limit", lambda value: _number(value, least=1)),
    "pool_timeout": _attribute("pool_timeout", lambda value: float(_number(value, least=0)) or 1e9),
    "connect_timeout": _attribute("connect_timeout", lambda value: float(_number(value, least=0)) or 1e9),
    "socket_timeout": _attribute("socket_timeout", _timeout),
    "statement_cache_size": _attribute("statement_cache_size", lambda value: _number(value, least=0)),
    "pgbouncer": _attribute("pgbouncer", lambda value: _choice(value, ("true", "false")) == "true"),
    "sslmode": _ssl("sslmode", lambda value: _choice(value, SSL_MODES)),
    "sslcert": _ssl("sslrootcert"),
    "sslrootcert": _ssl("sslrootcert"),
    "sslkey": _ssl("sslkey"),
    "sslaccept": _ssl_accept,
    "application_name": _server_setting("application_name"),
    "channel_binding": _channel_binding,
    "options": _server_setting("options"),
}
