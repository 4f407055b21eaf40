"""uvicorn as production and hot reload run it."""

from collections.abc import Sequence

import uvicorn

from service.core.http.protocol import LimitedProtocol
from service.settings import Settings

KEEP_ALIVE_SECONDS = 75
"""Above the idle time of common load balancers, so that none reuses a connection that we just closed."""


def serve(
    app: str, settings: Settings, *, shutdown_timeout: int, reload_dirs: Sequence[str] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT what the function that `app` names makes; again after each change in folders."""
    uvicorn.run(
        app,
        factory=True,
        reload=reload_dirs is not None,
        reload_dirs=list(reload_dirs or ()),
        host=settings.host,
        port=settings.port,
        fd=settings.listen_fd,
        workers=settings.workers,
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
