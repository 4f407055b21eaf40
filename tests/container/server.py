"""Runs the image's own command against a database, and stops it as an engine would."""

import os
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from tests.container.buildah import Buildah, Config
from tests.support.api import SECRET_KEY, bearer
from tests.support.server import free_port

SOCKET = "/run/postgresql/.s.PGSQL.5432"
DATABASE_URL = "postgresql://postgres@localhost/postgres?host=/run/postgresql"
START_SECONDS = 60
STOP_SECONDS = 30


class ServedImage:
    """A container of the image, beside the database that listens on `socket`."""

    def __init__(self, buildah: Buildah, container: str, config: Config, socket: Path) -> None:
        self._buildah, self._container, self._config = buildah, container, config
        self.port = free_port()
        variables = {
            "ENVIRONMENT": "production",
            "SECRET_KEY": SECRET_KEY,
            "DATABASE_URL": DATABASE_URL,
            # The machine's own network is used, and nobody else may call.
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }
        self._options = [f"--volume={socket}:{SOCKET}"]
        self._options += [f"--env={name}={value}" for name, value in variables.items()]

    @property
    def command(self) -> list[str]:
        """What it does unless told otherwise."""
        return self._config.cmd

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        line = self._buildah.running(self._container, *command, options=self._options)
        return subprocess.run(line, capture_output=True, text=True, timeout=START_SECONDS, check=False)

    def is_healthy(self) -> bool:
        """Whether the health check of the Containerfile says so."""
        return self.run(*self._config.healthcheck.test[1:]).returncode == 0

    @contextmanager
    def serving(self, log: Path) -> Generator["subprocess.Popen[str]"]:
        """Start the image's command, and wait until it is healthy."""
        line = self._buildah.running(self._container, *self._config.cmd, options=self._options)
        with log.open("w") as output:
            process = subprocess.Popen(line, stdout=output, stderr=subprocess.STDOUT, text=True)
        try:
            deadline = time.monotonic() + START_SECONDS
            while not self.is_healthy():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"it did not become healthy:\n{log.read_text()[-2000:]}")
                time.sleep(0.5)
            yield process
        finally:
            if process.poll() is None:
                for child in [*psutil.Process(process.pid).children(recursive=True), process]:
                    child.kill()
                process.wait(STOP_SECONDS)

    def answers(self) -> tuple[int, int]:
        """The status of a list with a token and without."""
        pages = f"http://127.0.0.1:{self.port}/api/v1/pages/"
        return httpx.get(pages, headers=bearer()).status_code, httpx.get(pages).status_code

    def terminate(self, process: "subprocess.Popen[str]") -> int:
        """Send the image's stop signal to its server, and return the exit code."""
        children = psutil.Process(process.pid).children(recursive=True)
        (server,) = [child for child in children if child.cmdline()[1:] == self._config.cmd[1:]]
        os.kill(server.pid, signal.Signals[self._config.stop_signal])
        return process.wait(STOP_SECONDS)
