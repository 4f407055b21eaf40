"""python -m service: as production runs it."""

import os
import signal
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from types import FrameType

from uvicorn.importer import import_from_string

from service.core.http.serve import serve
from service.core.resources.declarations import UndecidedError
from service.core.telemetry.logs import configure_logging
from service.settings import Settings, SettingsError, load_settings

USAGE_ERROR = 2


def main(application: str = "service.start:create_app") -> int:
    # uvicorn shuts down on SIGTERM, then raises it once more for whoever called it: this was all there was to do.
    signal.signal(signal.SIGTERM, _done)
    try:
        _serve(load_settings(), application)
    except (SettingsError, UndecidedError) as error:
        sys.stderr.write(f"{error}\n")
        return USAGE_ERROR
    return 0


def _done(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _serve(settings: Settings, application: str) -> None:
    """Serve what the factory named `application` makes until SIGTERM or SIGINT; requests in flight finish first."""
    _check_address(settings)
    # The application does this too, but where there are several workers this process runs none.
    configure_logging(local=settings.is_local)
    if settings.workers > 1:
        # Of what is wrong with it, each worker would die, to be started again and again. Before the folder of figures is
        # named: this one serves nothing, and its connections are none to count.
        import_from_string(application)()
    with _metrics(settings):
        serve(application, settings, shutdown_timeout=settings.shutdown_timeout)


def _check_address(settings: Settings) -> None:
    """Raises `SettingsError` where nothing can listen: the server would find it out last, and name no setting."""
    host, port, descriptor = settings.host, settings.port, settings.listen_fd
    try:
        if descriptor is not None:
            socket.socket(fileno=os.dup(descriptor)).close()
            return
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        place = f"LISTEN_FD: {descriptor}" if descriptor is not None else f"HOST and PORT: {host}:{port}"
        reason = error.strerror if isinstance(error, OSError) else "a host cannot be called so"
        raise SettingsError([f"{place} cannot be listened on: {reason}."]) from None


@contextmanager
def _metrics(settings: Settings) -> Generator[None]:
    if settings.metrics_port is None:
        yield
        return
    with TemporaryDirectory(prefix="metrics-") as folder:
        # The library looks for it once, when it is imported, here and in the workers: only then do figures meet there.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        from service.core.telemetry.metrics_port import metrics_served  # noqa: PLC0415  # after the folder is named

        with metrics_served(settings.host, settings.metrics_port, folder):
            yield


if __name__ == "__main__":
    sys.exit(main())
