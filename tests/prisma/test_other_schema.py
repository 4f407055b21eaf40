"""Another team's schema in this repository: mirrored, generated, judged, as its newcomer would do it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from service.dev.migrate import migrate
from service.dev.postgres import EmbeddedPostgres
from service.prisma.migrations import read_migrations
from tests.prisma.conftest import ROOT, SCHEMAS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CHECKOUT = ("service", "tests", "migrations-readonly", "pyproject.toml")


class Checkout:
    """A copy of this repository, and the commands of its nox sessions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in CHECKOUT:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, folder / name)

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "PYTHONPATH": str(self.folder),
            "LOCAL_FOLDER": str(self.folder / ".local"),
        }
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    checkout = Checkout(tmp_path_factory.mktemp("checkout"))
    checkout.folder.chmod(0o755)
    mirrored = checkout.python("-m", "service.dev.mirror", str(SCHEMAS / "relations"))
    assert (mirrored.returncode, mirrored.stderr) == (0, "")
    generated = checkout.python("-O", "-m", "service.dev.generator")
    assert generated.returncode == 0, generated.stderr
    assert generated.stderr.splitlines() == [
        "1 of 2 migrations applied",
        "2 of 2 migrations applied",
        *(f"service/models/{name}.py is written" for name in ("__init__", "tables", "views")),
    ]
    return checkout


def test_the_mirror_holds_the_other_schema_alone(checkout: Checkout) -> None:
    migrations = sorted(path.name for path in (checkout.folder / "migrations-readonly/migrations").glob("*/"))
    assert migrations == ["20260101000000_init", "20260102000000_by_hand"]
    assert checkout.python("-m", "service.dev.mirror", "--verify").returncode == 0


def test_the_models_are_up_to_date(checkout: Checkout) -> None:
    again = checkout.python("-O", "-m", "service.dev.generator", "--check")
    assert (again.returncode, again.stdout) == (0, "")


def test_the_models_import_and_configure_without_a_warning(checkout: Checkout) -> None:
    source = (
        "from service.models import Parcel; from sqlalchemy.orm import configure_mappers; configure_mappers()"
    )
    imported = checkout.python("-W", "error", "-c", source)
    assert (imported.returncode, imported.stderr) == (0, "")


def test_the_models_pass_what_this_repository_passes(checkout: Checkout) -> None:
    for command in (["ruff", "check"], ["ruff", "format", "--check"]):
        judged = checkout.python("-m", *command, "service/models")
        assert judged.returncode == 0, judged.stdout
    judged = checkout.python("-m", "pyright", "--pythonpath", sys.executable, "service/models")
    assert judged.returncode == 0, judged.stdout


async def test_the_models_fit_the_database_and_take_rows(
    checkout: Checkout, postgres: EmbeddedPostgres
) -> None:
    prisma = checkout.folder / "migrations-readonly"
    migrations = read_migrations(prisma)
    url = await postgres.create_database("other_schema")
    await migrate(postgres, url, migrations)
    exercised = checkout.python("-m", "tests.prisma.support.exercise", "service.models", str(prisma), url)
    assert exercised.returncode == 0, exercised.stderr
    report = json.loads(exercised.stdout)
    assert report["names"] == report["relations"]["wrong"] == report["alembic"] == report["drift"] == []
    for database in ("postgres", "sqlite"):
        assert report[database] == {"ok": report["postgres"]["ok"], "failed": {}, "skipped": {}}
