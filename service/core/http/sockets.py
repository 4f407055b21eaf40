"""Sockets for a host and a port, by the standard library alone: `nox -s run` asks before anything is installed."""

import errno
import socket
from itertools import chain
from typing import Any

NOT_HERE = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
"""Of a name that has several addresses, a container without IPv6 has those of IPv4 alone."""


def bind_sockets(host: str, port: int) -> list[socket.socket]:
    """One for each address of a host. Raises `OSError` where it has none that can be had."""
    sockets: list[socket.socket] = []
    missing: OSError | None = None
    # One socket for both families would give IPv4 callers addresses of which no proxy is trusted.
    hosts = (host, "0.0.0.0") if host == "::" else (host,)  # noqa: S104  # who sets it wants every interface
    found = (socket.getaddrinfo(each, port, type=socket.SOCK_STREAM) for each in hosts)
    for family, _, _, _, address in dict.fromkeys(chain.from_iterable(found)):
        try:
            sockets.append(_bind(family, address))
        except OSError as error:
            if error.errno not in NOT_HERE:
                raise
            missing = error
    if missing and not sockets:
        raise missing
    return sockets


def _bind(family: int, address: tuple[Any, ...]) -> socket.socket:
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener
