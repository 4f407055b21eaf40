"""Schemathesis against the served API: every check, every phase, runs over links included."""

import asyncio
from pathlib import Path

import pytest

from service.dev.demo.data import user_rows
from service.dev.demo.load import load_demo
from service.settings import load_settings
from tests.example.support import SERVICE
from tests.support.api import SECRET_KEY, token
from tests.support.fuzz.run import OPTIONS, run_schemathesis
from tests.support.server import running

EXAMPLES = 4
FOR_START_UP, FOR_AN_EXAMPLE = 180, 10
"""Seconds, about five times what they take."""


@pytest.mark.slow
@pytest.mark.timeout(0)  # the process has its own
def test_nothing_breaks_it(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    kind = database_url.partition(":")[0]
    environment = "local" if kind == "sqlite" else "production"
    settings = load_settings(
        {"ENVIRONMENT": environment, "SECRET_KEY": SECRET_KEY, "DATABASE_URL": database_url}
    )
    asyncio.run(load_demo(settings.database_url))
    log = tmp_path / "log"
    with log.open("w") as output, running(database_url, output, environment, SERVICE) as server:
        examples = int(request.config.getoption("--examples", default=None) or EXAMPLES)
        result = run_schemathesis(
            *("--url", server.url.removesuffix("/api/v1"), "--checks=all"),
            *("--header", f"Authorization: Bearer {token(str(user_rows()[0]['id']))}"),
            f"--max-examples={examples}",
            f"--seed={request.config.getoption('--seed', default=1)}",
            *OPTIONS[kind],
            folder=tmp_path,
            seconds=FOR_START_UP + FOR_AN_EXAMPLE * examples,
        )
        assert result.returncode == 0, result.stdout + result.stderr
    assert "Unhandled error" not in log.read_text()
