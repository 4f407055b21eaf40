"""uvicorn as production and hot reload run it."""

from collections.abc import Sequence
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from service.core.http.protocol import LimitedProtocol
from service.settings import Settings

KEEP_ALIVE_SECONDS = 75
"""Above the idle time of common load balancers, so that none reuses a connection that we just closed."""
WORKER_SECONDS = 30
"""Without a word from it for so long, a worker is killed and started anew. It says none while it imports the service,
which takes a process seconds where several of them share a fraction of a core."""


class Workers(Multiprocess):
    """Several processes that accept connections on one socket."""

    def terminate_all(self) -> None:
        """Leave the socket to the workers: once they listen no more, who connects is refused, and does not wait in vain."""
        for each in self.sockets:
            each.close()
        super().terminate_all()


def serve(
    app: str, settings: Settings, *, shutdown_timeout: int, reload_dirs: Sequence[str] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT what the function that `app` names makes; again after each change in folders."""
    arguments: dict[str, Any] = {
        "app": app,
        "factory": True,
        "reload": reload_dirs is not None,
        "reload_dirs": list(reload_dirs or ()),
        "host": settings.host,
        "port": settings.port,
        "fd": settings.listen_fd,
        "workers": settings.workers,
        "timeout_worker_healthcheck": WORKER_SECONDS,
        "loop": "uvloop",
        "http": LimitedProtocol,
        "ws": "none",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        "timeout_graceful_shutdown": shutdown_timeout,
        "limit_concurrency": settings.concurrency,
        "proxy_headers": True,
        "forwarded_allow_ips": settings.trusted_proxies,
        # Else what waited behind another request of its connection would begin with what that one left in the context.
        "reset_contextvars": True,
    }
    if settings.workers > 1 and reload_dirs is None:
        config = uvicorn.Config(**arguments)
        Workers(config, [config.bind_socket()]).run()
    else:
        uvicorn.run(**arguments)
