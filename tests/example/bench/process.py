"""One contestant as a running process, watched."""

import os
import subprocess
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import psutil

from tests.example.bench.contestants import POOL, Contestant
from tests.support.server import free_port

START_SECONDS = 30
STOP_SECONDS = 10
SAMPLE_SECONDS = 0.1
REST_SECONDS = 5
BUSY_PERCENT = 15


class Usage(msgspec.Struct):
    """What a process and its children took while it was watched."""

    cpu_seconds: float = 0.0
    peak_bytes: int = 0


class Running:
    """Where a contestant listens, and what it takes."""

    def __init__(
        self, contestant: Contestant, process: "subprocess.Popen[bytes]", port: int, log: Path
    ) -> None:
        self.contestant = contestant
        self.url = f"http://127.0.0.1:{port}/api/v1"
        self._process = process
        self._log = log

    def wait_until_up(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if httpx.get(f"{self.url}/utils/health-check", timeout=5).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.contestant.name} does not answer: {self._log.read_text()[-2000:]}")

    @contextmanager
    def watched(self) -> Generator[Usage]:
        """The usage is complete when the block ends."""
        usage = Usage()
        over = threading.Event()
        family = [psutil.Process(self._process.pid)]
        family += family[0].children(recursive=True)

        def sample() -> None:
            while True:
                usage.peak_bytes = max(usage.peak_bytes, sum(member.memory_info().rss for member in family))
                if over.wait(SAMPLE_SECONDS):
                    return

        sampler = threading.Thread(target=sample)
        before = _cpu_seconds(family)
        sampler.start()
        try:
            yield usage
        finally:
            usage.cpu_seconds = _cpu_seconds(family) - before
            over.set()
            sampler.join()


def _cpu_seconds(family: list[psutil.Process]) -> float:
    times = [member.cpu_times() for member in family]
    return sum(time.user + time.system for time in times)


def rest() -> None:
    """Wait until the machine does: the contestant before may still work on what the loader no longer waits for."""
    deadline = time.monotonic() + REST_SECONDS
    while psutil.cpu_percent(SAMPLE_SECONDS) > BUSY_PERCENT and time.monotonic() < deadline:
        pass


@contextmanager
def running(contestant: Contestant, database_url: str, log: Path) -> Generator[Running]:
    """Start it, wait until it answers, and stop it whatever happens."""
    port = str(free_port())
    command = contestant.command
    if "uvicorn" in command:
        command = (*command, f"--port={port}")
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=contestant.folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], "PORT": port}
            | {"DATABASE_URL": database_url + contestant.url_parameters, "POOL": str(POOL)}
            | dict(contestant.environment),
        )
        try:
            server = Running(contestant, process, int(port), log)
            server.wait_until_up()
            yield server
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                # One that came to a standstill under load would take the figures of all others along.
                process.kill()
                process.wait()
