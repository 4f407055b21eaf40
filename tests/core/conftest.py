"""Fixtures of the core's tests."""

import pytest

from service.core.telemetry.logs import configure_logging
from tests.support.log import LogReader


@pytest.fixture
def json_log(capsys: pytest.CaptureFixture[str]) -> LogReader:
    """Reads the log in the form that it has outside local: JSON lines."""
    configure_logging(local=False)
    return LogReader(capsys)
