"""The one way in which code that is written here goes through ruff."""

import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

SETTINGS = Path(__file__).resolve().parents[2] / "pyproject.toml"


class RuffError(RuntimeError):
    """Ruff failed; the message is what it said."""


def ruff(*arguments: str, given: str | None = None, folder: Path | None = None) -> str:
    """What it prints; `given` is what it reads, and `folder` where it runs. Raises `RuffError`."""
    done = subprocess.run(  # noqa: S603  # our own ruff
        [sys.executable, "-m", "ruff", *arguments, "--no-cache", "--quiet"],
        input=given,
        capture_output=True,
        check=False,
        # Whatever the locale is.
        encoding="utf-8",
        cwd=folder,
    )
    if done.returncode:
        raise RuffError(f"ruff {arguments[0]} fails:\n{done.stderr}")
    return done.stdout


def house_style(first_party: Collection[str] = ("service",)) -> list[str]:
    """This repository's settings; what is ours is named, since ruff would look for it on the disk."""
    return [f"--config={SETTINGS}", f"--config=lint.isort.known-first-party = {list(first_party)}"]
