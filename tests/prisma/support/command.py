"""python -m service.prisma.generator, as nox runs it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.prisma.conftest import ROOT


def run(cwd: Path, url: str | None, *arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command in `cwd`; without a URL it makes its scratch database there."""
    named = {"DATABASE_URL": url} if url else {}
    return subprocess.run(
        [sys.executable, "-m", "service.prisma.generator", *arguments],
        cwd=cwd,
        env=os.environ | named | {"PYTHONPATH": str(root), "LOCAL_FOLDER": str(cwd / "local")},
        check=False,
        capture_output=True,
        text=True,
    )
