"""Runs ruff on generated code; every generator here goes through this module."""

import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from service.dev.folders import ROOT

SETTINGS = ROOT / "pyproject.toml"


class RuffError(RuntimeError):
    """Ruff failed; the message is what it said."""


def ruff(*arguments: str, given: str | None = None, folder: Path | None = None) -> str:
    """The standard output of ruff; `given` is its standard input, `folder` where it runs. Raises `RuffError`."""
    done = subprocess.run(  # noqa: S603  # our own ruff
        [sys.executable, "-m", "ruff", *arguments, "--no-cache", "--quiet"],
        input=given,
        capture_output=True,
        check=False,
        # Ruff speaks UTF-8, whatever the locale is.
        encoding="utf-8",
        cwd=folder,
    )
    if done.returncode:
        raise RuffError(f"ruff {arguments[0]} fails:\n{done.stderr}")
    return done.stdout


def house_style(first_party: Collection[str] = ("service",)) -> list[str]:
    """Options for this repository's style. They name the first-party packages, which ruff would look for on disk."""
    return [f"--config={SETTINGS}", f"--config=lint.isort.known-first-party = {list(first_party)}"]
