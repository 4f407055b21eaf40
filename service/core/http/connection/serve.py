"""uvicorn as production and hot reload run it."""

import errno
import os
import socket
from collections.abc import Sequence
from contextlib import suppress

import uvicorn
from loguru import logger
from uvicorn.supervisors import ChangeReload, Multiprocess, multiprocess

from service.core.http.connection.accept_queue import AcceptingServer, Worker
from service.core.http.connection.protocol import LimitedProtocol
from service.core.http.connection.sockets import bind_sockets
from service.settings import Settings, SettingsError

KEEP_ALIVE_SECONDS = 75
"""Above the idle time of common load balancers, so that none reuses a connection that this server has just closed."""
WORKER_SECONDS = 30
"""A worker that does not answer its parent for this long is killed and replaced. It cannot answer while it imports the
service, which takes seconds where several workers share a fraction of a core."""

multiprocess.Process = Worker  # pyright: ignore[reportPrivateImportUsage]  # uvicorn takes its workers' class from nowhere else


class Workers(Multiprocess):
    """Several processes that accept connections on the same sockets."""

    def terminate_all(self) -> None:
        """Close the parent's sockets too: otherwise new connections would wait in vain once no worker listens."""
        for each in self.sockets:
            each.close()
        super().terminate_all()


def sockets_of(settings: Settings) -> list[socket.socket]:
    """A socket for each address of `HOST`, or the inherited one. Raises `SettingsError` where none can be had."""
    host, port, descriptor = settings.host, settings.port, settings.listen_fd
    try:
        if descriptor is not None:
            return [_inherited(descriptor)]
        return bind_sockets(host, port)
    except (OSError, UnicodeError) as error:
        place = f"LISTEN_FD: {descriptor}" if descriptor is not None else f"HOST and PORT: {host}:{port}"
        reason = error.strerror if isinstance(error, OSError) else "it is not a valid host name"
        raise SettingsError([f"{place} cannot be listened on: {reason}."]) from None


def _inherited(descriptor: int) -> socket.socket:
    inherited = socket.socket(fileno=os.dup(descriptor))
    # A connection, as systemd hands it on with Accept=yes, would be served as a listener to which nobody ever comes.
    if not inherited.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        inherited.close()
        raise OSError(errno.EINVAL, "it is no socket that listens")
    return inherited


def serve(
    app: str,
    settings: Settings,
    sockets: list[socket.socket],
    *,
    shutdown_timeout: int,
    reload_dirs: Sequence[str] | None = None,
) -> None:
    """Serve what the factory named `app` makes until SIGTERM or SIGINT; restart after each change in `reload_dirs`."""
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
        # Else a pipelined request would start with the context variables that the request before it had set.
        reset_contextvars=True,
    )
    logger.info("Will listen on {}", " and ".join(str(each.getsockname()) for each in sockets))
    if reload_dirs is not None:
        ChangeReload(config, AcceptingServer(config).run, sockets).run()
    elif settings.workers > 1:
        Workers(config, sockets).run()
    else:
        with suppress(KeyboardInterrupt):
            AcceptingServer(config).run(sockets)
