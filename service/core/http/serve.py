"""uvicorn as production and hot reload run it."""

import errno
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain
from typing import Any

import uvicorn
from loguru import logger
from uvicorn.supervisors import ChangeReload, Multiprocess

from service.core.http.protocol import LimitedProtocol
from service.settings import Settings, SettingsError

KEEP_ALIVE_SECONDS = 75
"""Above the idle time of common load balancers, so that none reuses a connection that we just closed."""
WORKER_SECONDS = 30
"""Without a word from it for so long, a worker is killed and started anew. It says none while it imports the service,
which takes a process seconds where several of them share a fraction of a core."""

NOT_HERE = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
"""Of a name that has several addresses, a container without IPv6 has those of IPv4 alone."""


class Workers(Multiprocess):
    """Several processes that accept connections on the same sockets."""

    def terminate_all(self) -> None:
        """Leave the sockets to the workers: once they listen no more, who connects is refused, and does not wait in vain."""
        for each in self.sockets:
            each.close()
        super().terminate_all()


def bound(settings: Settings) -> list[socket.socket]:
    """A socket for each address of `HOST`, or the one that is inherited. Raises `SettingsError` where nothing can listen."""
    host, port, descriptor = settings.host, settings.port, settings.listen_fd
    try:
        if descriptor is not None:
            return [socket.socket(fileno=os.dup(descriptor))]
        return _bound(host, port)
    except (OSError, UnicodeError) as error:
        place = f"LISTEN_FD: {descriptor}" if descriptor is not None else f"HOST and PORT: {host}:{port}"
        reason = error.strerror if isinstance(error, OSError) else "a host cannot be called so"
        raise SettingsError([f"{place} cannot be listened on: {reason}."]) from None


def _bound(host: str, port: int) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    missing: OSError | None = None
    # One socket for both families would give IPv4 callers addresses of which no proxy is trusted.
    hosts = (host, "0.0.0.0") if host == "::" else (host,)  # noqa: S104  # who sets it wants every interface
    found = (socket.getaddrinfo(each, port, type=socket.SOCK_STREAM) for each in hosts)
    for family, _, _, _, address in dict.fromkeys(chain.from_iterable(found)):
        try:
            sockets.append(_bound_to(family, address))
        except OSError as error:
            if error.errno not in NOT_HERE:
                raise
            missing = error
    if missing and not sockets:
        raise missing
    return sockets


def _bound_to(family: int, address: tuple[Any, ...]) -> socket.socket:
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


def serve(
    app: str,
    settings: Settings,
    sockets: list[socket.socket],
    *,
    shutdown_timeout: int,
    reload_dirs: Sequence[str] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT what the function that `app` names makes; again after each change in folders."""
    config = uvicorn.Config(
        app,
        factory=True,
        reload=reload_dirs is not None,
        reload_dirs=list(reload_dirs or ()),
        workers=settings.workers,
        timeout_worker_healthcheck=WORKER_SECONDS,
        loop="uvloop",
        http=LimitedProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=shutdown_timeout,
        limit_concurrency=settings.concurrency,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        # Else what waited behind another request of its connection would begin with what that one left in the context.
        reset_contextvars=True,
    )
    logger.info("Listening on {}", " and ".join(str(each.getsockname()) for each in sockets))
    if reload_dirs is not None:
        ChangeReload(config, uvicorn.Server(config).run, sockets).run()
    elif settings.workers > 1:
        Workers(config, sockets).run()
    else:
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets)
