"""A server as production runs it, with what it logs and counts; no database is behind it."""

import asyncio
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.support.log import LogReader
from tests.support.server import Server, free_port, running

NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"
ORIGIN = "https://www.example.com"


class Edge:
    """The server, its log and its figures."""

    def __init__(self, server: Server, log: Path, metrics_port: int) -> None:
        self.server = server
        self._log = log
        self._metrics_port = metrics_port

    def lines(self) -> list[dict[str, Any]]:
        """Every line of the log."""
        return LogReader.parse(self._log.read_text())

    def access(self) -> list[tuple[str, str, int]]:
        """Method, path and status of the access lines."""
        return [
            (line.get("method", ""), line.get("path", ""), line["status"])
            for line in self.lines()
            if "status" in line
        ]

    def logged(self, *line: str | int) -> Callable[[], bool]:
        """Whether the last access line is this one."""
        return lambda: self.access()[-1:] == [line]

    def counted(self, method: str, path: str, status: int) -> int:
        """How many such requests were counted."""
        text = httpx.get(f"http://127.0.0.1:{self._metrics_port}/metrics").text
        series = f'http_requests_total{{method="{method}",path="{path}",status="{status}"}}'
        found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
        return int(float(found[1])) if found else 0


@contextmanager
def edge_served(folder: Path, *, shutdown_timeout: int = 20, concurrency: int = 1000) -> Generator[Edge]:
    port = free_port()
    with (
        (folder / "log").open("w") as output,
        running(
            NO_DATABASE,
            output,
            METRICS_PORT=str(port),
            BACKEND_CORS_ORIGINS=f'["{ORIGIN}"]',
            SHUTDOWN_TIMEOUT=str(shutdown_timeout),
            CONCURRENCY=str(concurrency),
        ) as server,
    ):
        yield Edge(server, folder / "log", port)
        if server.process.poll() is None:
            assert server.stop() == 0


async def until(holds: Callable[[], bool], seconds: float = 5) -> None:
    """Wait for what is recorded: that happens after the answer was sent."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  # another process records it
            await asyncio.sleep(0.05)
