"""python -m service: as production runs it."""

import os
import signal
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Generator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from types import FrameType

from uvicorn.importer import import_from_string

from service.core.http.connection.descriptors import open_standard_descriptors, take_all_descriptors
from service.core.http.connection.serve import serve, sockets_of
from service.core.lifecycle.explained import DeclarationError
from service.core.telemetry.logs import configure_logging
from service.prisma.url_tls import TEMPORARY_FOLDER
from service.settings import Settings, SettingsError, load_settings

USAGE_ERROR = 2


def main(application: str = "service.start:create_app") -> int:
    open_standard_descriptors()
    # uvicorn shuts down on SIGTERM and then raises the signal again for its caller, which only has to exit by then.
    signal.signal(signal.SIGTERM, _done)
    # SIGHUP, sent when the terminal closes or to ask for a reload, ends the process in order too, unless `nohup` has it
    # ignored. The parent of several workers, where it alone gets the signal, replaces them in turn.
    if signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
        signal.signal(signal.SIGHUP, _end_in_order)
    try:
        _serve(load_settings(), application)
    except (SettingsError, DeclarationError) as error:
        # Python has no standard error where the process was started with it closed; `print` then takes the output.
        with suppress(OSError):  # or it is a pipe that nobody reads any more
            print(error, file=sys.stderr)  # noqa: T201  # why it does not start
        return USAGE_ERROR
    finally:
        _leave_output()
    return 0


def _done(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _leave_output() -> None:
    """Flush what was written, and discard it where nobody reads it any more.

    Otherwise Python would try to write the rest at its very end, and exit with 120.
    """
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _end_in_order(_signal: int, _frame: FrameType | None) -> None:
    signal.raise_signal(signal.SIGTERM)


def _serve(settings: Settings, application: str) -> None:
    """Serve the application that the factory named `application` makes, until SIGTERM or SIGINT.

    Requests in flight finish first.
    """
    take_all_descriptors()
    sockets = sockets_of(settings)
    # The application configures logging too, but with several workers this process serves none.
    configure_logging(local=settings.is_local)
    if settings.workers > 1:
        # Built once here, since each worker would die of a fault in it and be started again and again. It comes before
        # the metrics folder is named, since this process serves nothing, and its connections must not be counted.
        import_from_string(application)()
    with _metrics(settings, sockets):
        serve(application, settings, sockets, shutdown_timeout=settings.shutdown_timeout)


@contextmanager
def _metrics(settings: Settings, sockets: list[socket.socket]) -> Generator[None]:
    if settings.metrics_port is None:
        yield
        return
    with _folder_for_metrics() as folder:
        # The Prometheus library reads this variable once, when it is imported, here and in the workers. Their figures
        # meet in the folder only if it is set before that.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        from service.core.telemetry.metrics_port import metrics_served  # noqa: PLC0415  # after the folder is named

        # Metrics listen on the first address of HOST that could be bound; with an inherited socket, on HOST itself.
        host = settings.host if settings.listen_fd is not None else str(sockets[0].getsockname()[0])
        with metrics_served(host, settings.metrics_port, folder):
            yield


def _folder_for_metrics() -> TemporaryDirectory[str]:
    try:
        return TemporaryDirectory(prefix="metrics-")
    except OSError:
        # A container's file system may be read-only as a whole.
        raise SettingsError([f"METRICS_PORT needs {TEMPORARY_FOLDER}."]) from None


if __name__ == "__main__":
    ArgumentParser(prog="python -m service", description=__doc__).parse_args()
    sys.exit(main())
