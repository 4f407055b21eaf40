"""A small HTTP server that takes Sentry's envelopes, as Sentry does."""

import json
import time
from typing import Any

from tests.support.receiver import Receiver


class Envelopes(Receiver):
    """Keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self._read = 0

    @property
    def dsn(self) -> str:
        return f"http://public@127.0.0.1:{self.server_port}/1"

    def events(self) -> list[dict[str, Any]]:
        """The error events among the envelopes' items."""
        lines = [
            json.loads(line) for body in self.bodies for line in body.splitlines() if line.startswith(b"{")
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
