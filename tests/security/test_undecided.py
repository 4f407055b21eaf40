"""Nothing is served of which nobody has said who may read it, but in local."""

import os
import subprocess
import sys

import pytest

from tests.security.undecided import LabelController
from tests.support.api import SECRET_KEY, serving
from tests.support.server import ROOT


@pytest.mark.parametrize("workers", ["1", "2"])
def test_outside_local_it_does_not_start_and_says_why(workers: str, postgres_url: str) -> None:
    settings = {"ENVIRONMENT": "staging", "SECRET_KEY": SECRET_KEY, "DATABASE_URL": postgres_url}
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.undecided"],
        env={**os.environ, **settings, "WORKERS": workers, "PORT": "0"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "Nobody has said who may read Label." in done.stderr
    assert "Traceback" not in done.stderr


async def test_in_local_it_is_served_with_a_line_at_the_start(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving(database_url, resources=[LabelController]) as api:
        assert (await api.get("/labels/")).status_code == 200
    said = capsys.readouterr().out
    assert "Nobody has said who may read Label." in said
    assert "In local a call without a token may read and write everything" in said
