"""Runs checks, and names the faults in files that the team wrote, as a migration or its own work leaves them."""

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from service.dev.adopt.steps import PYTHON, StepError, Steps

DOCUMENT = ("Write the API document", (*PYTHON, "service.dev.openapi"))
CHECKS: Sequence[tuple[str, Sequence[str]]] = (
    ("Check style", (*PYTHON, "ruff", "check", "--quiet", "--output-format=concise")),
    ("Check layout", (*PYTHON, "ruff", "format", "--check", "--quiet")),
    ("Check the house's rules", (str(Path(sys.executable).with_name("lint-imports")), "--no-cache")),
    (
        "Check types",
        (str(Path(sys.executable).with_name("pyright")), "--pythonpath", sys.executable, "service"),
    ),
)
TRACEBACK = "Traceback (most recent call last):"
PLACE = re.compile(r"\s*\S+\.py:\d+.*")
GONE = (
    "{folder}: {model} has no resource any more, and this folder was edited. Take what you need from it, then delete it, "
    "and its lines in service/resources.py where there still are some."
)
MAX_SHOWN = 20
"""How many faults are named at most; `nox -s check` names the rest."""


def run_checks(steps: Steps, checks: Sequence[tuple[str, Sequence[str]]], *, again: bool) -> list[str]:
    """Run each check, and name its faults: a team mends its own files with the new models at hand.

    Raises `StepError` on a first adoption (not `again`), when no file is the team's.
    """
    said: list[str] = []
    for title, command in checks:
        try:
            steps.run(title, command)
        except StepError as error:
            if not again:
                raise
            said += _faults(str(error))
    return said


def in_short(said: Sequence[str], gone: Mapping[str, str]) -> list[str]:
    """The first faults; a folder whose model is gone gets one line that says what to do, in place of its faults."""
    left = [folder for folder in gone if any(f"{folder}/" in line for line in said)]
    others = [line for line in said if not any(f"{folder}/" in line for folder in left)]
    more = [f"and {len(others) - MAX_SHOWN} more"] if len(others) > MAX_SHOWN else []
    return [*others[:MAX_SHOWN], *more, *(GONE.format(folder=folder, model=gone[folder]) for folder in left)]


def _faults(said: str) -> list[str]:
    """One line for each place that the output names; the whole output where it names none."""
    lines = said.splitlines()
    if TRACEBACK in lines:
        # Of the service's own, or of a tool: what the team's files cause is told without one.
        return [lines[0], _reason(said)]
    return [line.strip() for line in lines if PLACE.fullmatch(line)] or lines


def _reason(traceback: str) -> str:
    """The error, which stands below the last frame of a traceback: its text may be indented, as a frame's lines are."""
    lines = traceback.splitlines()
    last = max(number for number, line in enumerate(lines) if line.startswith('  File "'))
    begin = next((number for number in range(last, len(lines)) if lines[number][:1].strip()), len(lines))
    return " ".join(filter(None, map(str.strip, lines[begin:])))
