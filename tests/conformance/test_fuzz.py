"""Schemathesis against the application, whatever its document holds, over made-up rows of each model."""

import asyncio
from pathlib import Path

import pytest

from service.dev.samples.fill import fill
from service.settings import load_settings
from tests.support.api import SECRET_KEY, token
from tests.support.fuzz.run import OPTIONS, run_schemathesis
from tests.support.server import running

EXAMPLES = 1
SECONDS = 900
"""For a document of hundreds of operations."""


@pytest.mark.slow
@pytest.mark.timeout(0)  # the process has its own
def test_nothing_breaks_it(database_url: str, tmp_path: Path) -> None:
    kind = database_url.partition(":")[0]
    environment = "local" if kind == "sqlite" else "production"
    settings = load_settings(
        {"ENVIRONMENT": environment, "SECRET_KEY": SECRET_KEY, "DATABASE_URL": database_url}
    )
    asyncio.run(fill(settings.database_url))
    log = tmp_path / "log"
    with log.open("w") as output, running(database_url, output, environment, ("-m", "service")) as server:
        result = run_schemathesis(
            *("--url", server.url.removesuffix("/api/v1"), "--checks=all", "--seed=1"),
            *("--header", f"Authorization: Bearer {token()}"),
            f"--max-examples={EXAMPLES}",
            *OPTIONS[kind],
            folder=tmp_path,
            seconds=SECONDS,
        )
        assert result.returncode == 0, result.stdout + result.stderr
    assert "Unhandled error" not in log.read_text()
