"""Sockets for a host and a port. Standard library only: `nox -s run` tries the port before anything is installed."""

import errno
import socket
from contextlib import ExitStack
from itertools import chain
from typing import Any

NOT_HERE = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
"""Errors that one of several addresses of a name may fail with: a container without IPv6 has only those of IPv4."""


def bind_sockets(host: str, port: int) -> list[socket.socket]:
    """A bound socket for each address of a host. Raises `OSError` where one is taken, or none is this machine's."""
    sockets: list[socket.socket] = []
    missing: OSError | None = None
    # One socket for both families would give IPv4 callers addresses (`::ffff:…`) that TRUSTED_PROXIES does not hold.
    hosts = (host, "0.0.0.0") if host == "::" else (host,)  # noqa: S104  # whoever sets `::` wants every interface
    found = (socket.getaddrinfo(each, port, type=socket.SOCK_STREAM) for each in hosts)
    with ExitStack() as bound:
        for family, _, _, _, address in dict.fromkeys(chain.from_iterable(found)):
            try:
                sockets.append(bound.enter_context(_bind(family, address)))
            except OSError as error:
                if error.errno not in NOT_HERE:
                    raise
                missing = error
        bound.pop_all()
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
