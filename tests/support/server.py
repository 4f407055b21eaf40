"""The service with the tests' own resources, as a process of its own."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import httpx
import psutil

from tests.sqlite.settings import variables_of
from tests.support.api import SECRET_KEY

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port that nobody has, and that the system gives to no connection until a server listens there."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", random.randrange(20_000, 32_768)))  # not for cryptography
            return probe.getsockname()[1]


class Server:
    """A running process and where it listens."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}/api/v1"

    def wait_until_up(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}")
            try:
                if httpx.get(f"{self.url}/utils/health-check").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("the server did not answer in time")

    def stop(self, seconds: float = 20) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


@contextmanager
def running(
    database_url: str,
    output: IO[str],
    environment: str = "production",
    command: tuple[str, ...] = ("-m", "tests.support.serve"),
    listener: socket.socket | None = None,
    **variables: str,
) -> Generator[Server]:
    """Start `python -m tests.support.serve`, wait until it answers, and stop it whatever happens.

    With a `listener` it inherits that socket and listens there.
    """
    port = listener.getsockname()[1] if listener else free_port()
    if listener:
        variables["LISTEN_FD"] = str(listener.fileno())
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
        pass_fds=[listener.fileno()] if listener else [],
        env={"PATH": os.environ["PATH"], "ENVIRONMENT": environment, "SECRET_KEY": SECRET_KEY}
        | {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
        | variables_of(database_url)
        | {"PORT": str(port), "SHUTDOWN_DELAY": "0"}
        | variables,
    )
    server = Server(process, port)
    try:
        server.wait_until_up()
        yield server
    finally:
        if process.poll() is None:
            # A server that is killed leaves its workers behind, and they would hold the port and the database.
            workers = psutil.Process(process.pid).children(recursive=True)
            process.kill()
            process.wait(10)
            for worker in workers:
                with suppress(psutil.NoSuchProcess):
                    worker.kill()
