"""Schemathesis against the served API: every check and every phase, runs along links included.

The rows are the demo's where there is one, and made up otherwise, as `nox -s run` has them.
"""

import asyncio
import importlib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from service.core.resources.controller import repositories_of
from service.core.resources.declarations import UndecidedError, undecided_in
from service.dev.samples.fill import fill
from service.models import Base
from service.prisma.url import DatabaseUrl
from service.resources import RESOURCES
from tests.conformance.conftest import NOTE
from tests.conformance.suite import why_not_on_sqlite
from tests.sqlite.settings import SQLITE, settings_of, variables_of
from tests.support.api import SECRET_KEY, token
from tests.support.fuzz.run import OPTIONS, run_schemathesis
from tests.support.server import running

EXAMPLES = 2
FOR_START_UP, FOR_AN_EXAMPLE = 900, 10
"""Seconds: enough for a document of hundreds of operations."""
DEMO = "service.dev.demo"


@pytest.mark.slow
@pytest.mark.timeout(0)  # the process has its own
def test_nothing_breaks_it(
    database_url: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    # Outside local the service does not start before somebody has said whose the rows are.
    undecided = undecided_in(repositories_of(RESOURCES))
    environment = "local" if undecided else "production"
    if undecided:
        record_property(
            NOTE, f"the fuzzing is as in local, not as in production: {UndecidedError(undecided)}"
        )
    schema = next((table.schema for table in Base.metadata.tables.values() if table.schema), None)
    if database_url.startswith(SQLITE) and (unable := why_not_on_sqlite(schema)):
        record_property(NOTE, f"the fuzzing on SQLite: {unable}")
        pytest.skip(unable)
    variables = {"ENVIRONMENT": environment, "SECRET_KEY": SECRET_KEY} | variables_of(database_url)
    settings = settings_of(variables)
    caller = _put_rows(settings.database_url)
    log = tmp_path / "log"
    with (
        log.open("w") as output,
        running(database_url, output, environment, ("-m", "tests.sqlite.serve")) as server,
    ):
        examples = int(request.config.getoption("--examples", default=None) or EXAMPLES)
        result = run_schemathesis(
            *("--url", server.url.removesuffix("/api/v1"), "--checks=all"),
            *("--header", f"Authorization: Bearer {caller}"),
            f"--max-examples={examples}",
            f"--seed={request.config.getoption('--seed', default=1)}",
            *OPTIONS[environment],
            folder=tmp_path,
            seconds=FOR_START_UP + FOR_AN_EXAMPLE * examples,
        )
        assert result.returncode == 0, result.stdout + result.stderr
    assert "Unhandled error" not in log.read_text()


def _put_rows(url: DatabaseUrl) -> str:
    """Fill the database; returns the token of somebody who may call."""
    if find_spec(DEMO) is None:
        asyncio.run(fill(url))
        return token()
    asyncio.run(importlib.import_module(f"{DEMO}.load").load_demo(url))
    return token(str(importlib.import_module(f"{DEMO}.data").user_rows()[0]["id"]))
