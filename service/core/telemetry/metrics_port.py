"""The port that Prometheus scrapes: separate from the API's, and one for all workers."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from service.settings import SettingsError


@contextmanager
def metrics_served(host: str, port: int, folder: str) -> Generator[None]:
    """While the block runs, serve the figures that this process and those that it starts write to a folder.

    Raises `SettingsError` where the port cannot be had.
    """
    registry = CollectorRegistry()
    registry.register(_Workers(folder))
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        raise SettingsError([f"METRICS_PORT: {host}:{port} cannot be had: {error.strerror}."]) from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Workers(MultiProcessCollector):
    """Adds up the figures that the workers wrote; gauges of a dead worker are dropped, since it has nothing in use."""

    def __init__(self, folder: str) -> None:
        super().__init__(None, folder)  # pyright: ignore[reportUnknownMemberType]  # the library leaves it untyped
        self._folder = Path(folder)

    def collect(self) -> Iterator[Metric]:
        for file in self._folder.glob("gauge_live*.db"):
            if not psutil.pid_exists(int(file.stem.rpartition("_")[2])):
                file.unlink(missing_ok=True)  # another scrape may be as far
        yield from super().collect()
