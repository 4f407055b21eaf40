"""python -m service.dev.generator, as nox runs it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.prisma.conftest import ROOT

SCHEMA = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel Thing {\n  id String @id\n}\n'


ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
"""A locale in which Python reads and writes no more than ASCII."""


def run(
    cwd: Path,
    url: str | None,
    *arguments: str,
    root: Path = ROOT,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the command in `cwd`; without a URL it makes its scratch database there."""
    named = ({"DATABASE_URL": url} if url else {}) | dict(environment or {})
    return subprocess.run(
        [sys.executable, "-O", "-m", "service.dev.generator", *arguments],
        cwd=cwd,
        env=os.environ | named | {"PYTHONPATH": str(root), "LOCAL_FOLDER": str(cwd / "local")},
        check=False,
        capture_output=True,
        encoding="utf-8",
    )


def prisma_folder(folder: Path, migrations: Mapping[str, str], schema: str = SCHEMA) -> Path:
    """Write a Prisma folder and return its path."""
    prisma = folder / "prisma"
    for name, sql in migrations.items():
        (prisma / "migrations" / name).mkdir(parents=True)
        (prisma / "migrations" / name / "migration.sql").write_text(sql)
    prisma.mkdir(parents=True, exist_ok=True)
    (prisma / "schema.prisma").write_text(schema, "utf-8")
    return prisma
