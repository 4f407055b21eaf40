"""A small HTTP server that takes Sentry's envelopes, as Sentry does."""

import gzip
import json
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Envelopes(ThreadingHTTPServer):
    """Keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: list[str] = []
        self._read = 0

    @property
    def dsn(self) -> str:
        return f"http://public@127.0.0.1:{self.server_port}/1"

    def events(self) -> list[dict[str, Any]]:
        """The error events among the envelopes' items."""
        lines = [
            json.loads(line) for body in self.bodies for line in body.splitlines() if line.startswith("{")
        ]
        return [line for line in lines if "event_id" in line and "platform" in line]

    def new_events(self, count: int) -> list[dict[str, Any]]:
        """The events since it was last asked: waits for `count`, and a little longer for one too many."""
        deadline = time.monotonic() + 10
        while len(self.events()) < self._read + count and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.3)
        new = self.events()[self._read :]
        self._read += len(new)
        return new


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Envelopes)
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.bodies.append(body.decode())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base names it
        pass


@contextmanager
def sentry_server() -> Generator[Envelopes]:
    server = Envelopes()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
