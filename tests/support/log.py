"""Reading the log that the service writes to standard output."""

import json
from typing import Any

import pytest


class LogReader:
    """The JSON lines written since it was last asked."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def lines(self) -> list[dict[str, Any]]:
        return self.parse(self._capture.readouterr().out)

    @staticmethod
    def parse(text: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in text.split("\n") if line]
