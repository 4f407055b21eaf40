"""python -m service: as production runs it."""

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from types import FrameType

import uvicorn

from service.core.http.protocol import LimitedProtocol
from service.core.telemetry.logs import configure_logging
from service.settings import Settings, SettingsError, load_settings

USAGE_ERROR = 2
KEEP_ALIVE_SECONDS = 75
"""Above the idle time of common load balancers, so that none reuses a connection that we just closed."""


def main(application: str = "service.app:create_app") -> int:
    # uvicorn shuts down on SIGTERM, then raises it once more for whoever called it: this was all there was to do.
    signal.signal(signal.SIGTERM, _done)
    try:
        serve(load_settings(), application)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201  # before there is a log
        return USAGE_ERROR
    return 0


def _done(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def serve(settings: Settings, application: str) -> None:
    """Serve what the factory named `application` makes until SIGTERM or SIGINT; requests in flight finish first."""
    # The application does this too, but where there are several workers this process runs none.
    configure_logging(local=settings.is_local)
    with _metrics(settings):
        uvicorn.run(
            application,
            factory=True,
            host=settings.host,
            port=settings.port,
            fd=settings.listen_fd,
            workers=settings.workers,
            loop="uvloop",
            http=LimitedProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=settings.shutdown_timeout,
            limit_concurrency=settings.concurrency,
            proxy_headers=True,
            forwarded_allow_ips=settings.trusted_proxies,
        )


@contextmanager
def _metrics(settings: Settings) -> Generator[None]:
    if settings.metrics_port is None:
        yield
        return
    with TemporaryDirectory(prefix="metrics-") as folder:
        # The library looks for it once, when it is imported, here and in the workers: only then do figures meet there.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        from service.core.telemetry.metrics_port import metrics_served  # noqa: PLC0415  # see above

        with metrics_served(settings.host, settings.metrics_port, folder):
            yield


if __name__ == "__main__":
    sys.exit(main())
