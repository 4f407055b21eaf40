"""The parameters that Prisma takes in a PostgreSQL URL."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from service.prisma.url_tls import SSL_ACCEPTS, SSL_MODES, SYSTEM, Tls

DEFAULT_SCHEMA = "public"
CHANNEL_BINDINGS = ("disable", "prefer", "require")
ALIKE = 0.85
"""How similar an unknown name must be, from 0 to 1, to a known one to be taken for its misspelling."""
OF_OTHERS = frozenset({"max_connection_lifetime", "pool", "sslcompression", "sslcrl", "statement_timeout"})
"""Parameters of other clients, which are never taken for misspellings of known ones."""
NUMBER = re.compile("[0-9]{1,18}")
PRINTABLE = re.compile(r"\w{1,40}")


@dataclass
class Parameters:
    """What the parameters ask for. Times are in seconds, None is no limit."""

    schema: str = DEFAULT_SCHEMA
    host: str | None = None
    connection_limit: int = 10
    pool_timeout: float | None = 10.0
    connect_timeout: float | None = 5.0
    socket_timeout: float | None = None
    statement_cache_size: int | None = None
    pgbouncer: bool = False
    tls: Tls = field(default_factory=Tls)
    server_settings: dict[str, str] = field(default_factory=dict[str, str])
    ignored: list[str] = field(default_factory=list[str])
    """Names of parameters that are meant for other clients."""


Reader = Callable[[Parameters, str], None]


def read_parameters(pairs: Iterable[tuple[str, str]], faults: list[str]) -> Parameters:
    """Read every parameter. Wrong values, and names that look like misspellings of known ones, are added to `faults`.

    Other unknown parameters are ignored, as by Prisma's own engine: database hosts add parameters for their clients.
    """
    parameters = Parameters()
    for name, value in pairs:
        reader = READERS.get(name)
        if reader is None:
            _ignore(parameters, name, faults)
            continue
        try:
            reader(parameters, value)
        except ValueError as error:
            faults.append(f"has a wrong {name}: {error}")
    return parameters


def _ignore(parameters: Parameters, name: str, faults: list[str]) -> None:
    if not PRINTABLE.fullmatch(name):
        # The name is not shown, since it may be the rest of a password that was not percent-encoded.
        faults.append("has a parameter whose name is not a word")
    elif name not in OF_OTHERS and (meant := get_close_matches(name.lower(), READERS, 1, ALIKE)):
        faults.append(f"has an unknown parameter {name!r}: {meant[0]!r} may be meant")
    else:
        parameters.ignored.append(name)


def _number(value: str, *, least: int) -> int:
    if not NUMBER.fullmatch(value) or int(value) < least:
        raise ValueError(f"it takes a whole number from {least}")
    return int(value)


def _seconds(value: str) -> float | None:
    """Read a time limit; Prisma's 0 means none."""
    return float(_number(value, least=0)) or None


def _mode(value: str) -> str:
    """Read `sslmode`. Node's driver has a mode of its own, `no-verify`, which does what `require` does in Prisma."""
    return _one_of(*SSL_MODES)("require" if value == "no-verify" else value)


def _ssl(value: str) -> str:
    """Read the `ssl=true` of Node's driver as an `sslmode`."""
    return {"true": "require", "1": "require", "false": "disable", "0": "disable"}.get(value) or _mode(value)


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(f"it takes {', '.join(choices[:-1])} or {choices[-1]}")
        return value

    return read


def _boolean(value: str) -> bool:
    return _one_of("true", "false")(value) == "true"


def _text(value: str) -> str:
    if not value:
        raise ValueError("it must not be empty")
    return value


def _file(value: str) -> str:
    if not Path(_text(value)).is_file():
        raise ValueError("there is no such file, seen from the folder where the service was started")
    return value


def _authority(value: str) -> str:
    return value if value == SYSTEM else _file(value)


def _set(name: str, read: Callable[[str], Any]) -> Reader:
    return lambda parameters, value: setattr(parameters, name, read(value))


def _set_tls(name: str, read: Callable[[str], Any]) -> Reader:
    return lambda parameters, value: setattr(parameters.tls, name, read(value))


def _server_setting(name: str) -> Reader:
    return lambda parameters, value: parameters.server_settings.update({name: _text(value)})


READERS: dict[str, Reader] = {
    "schema": _set("schema", _text),
    "host": _set("host", _text),
    "connection_limit": _set("connection_limit", partial(_number, least=1)),
    "pool_timeout": _set("pool_timeout", _seconds),
    "connect_timeout": _set("connect_timeout", _seconds),
    "socket_timeout": _set("socket_timeout", _seconds),
    "statement_cache_size": _set("statement_cache_size", partial(_number, least=0)),
    "pgbouncer": _set("pgbouncer", _boolean),
    "sslmode": _set_tls("mode", _mode),
    "ssl": _set_tls("mode", _ssl),
    "sslaccept": _set_tls("accept", _one_of(*SSL_ACCEPTS)),
    "sslcert": _set_tls("cert", _file),
    "sslkey": _set_tls("key", _file),
    "sslrootcert": _set_tls("root", _authority),
    "sslidentity": _set_tls("identity", _file),
    "sslpassword": _set_tls("password", str),
    "channel_binding": _set_tls("binding", _one_of(*CHANNEL_BINDINGS)),
    "application_name": _server_setting("application_name"),
    "options": _server_setting("options"),
}
