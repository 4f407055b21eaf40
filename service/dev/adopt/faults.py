"""What a migration broke in files that the team wrote."""

import re
from collections.abc import Mapping, Sequence

from service.dev.adopt.steps import StepError, Steps

FRAME = re.compile(r'^  File "(service/(?:api/.+|resources)\.py)", line (\d+)', re.MULTILINE)
GONE = (
    "{folder}: {model} is gone from the schema, and this folder was edited. Take what you need from it, then delete it, "
    "and its lines in service/resources.py where there still are some."
)
MOST = 20
"""Lines of one step's that are shown; `nox -s check` says the rest."""


def run_checks(
    steps: Steps, checks: Sequence[tuple[str, Sequence[str]]], gone: Mapping[str, str], *, again: bool
) -> list[str]:
    """Run each, and name what fails: when the team has files of its own, it mends them with the new models at hand.

    Raises `StepError` the first time, when none of it is the team's.
    """
    faults: list[str] = []
    for title, command in checks:
        try:
            steps.run(title, command)
        except StepError as error:
            if not again:
                raise
            faults.append(fault_of(str(error), gone))
    return faults


def fault_of(said: str, gone: Mapping[str, str]) -> str:
    """The faults that a step named, in short: of a traceback the team's line, of a slice whose model is gone what to do."""
    if frames := FRAME.findall(said):
        path, line = frames[-1]
        lines = [f"{path}:{line}: {_reason(said)}"]
    else:
        lines = said.splitlines()
    for folder, model in gone.items():
        others = [line for line in lines if f"{folder}/" not in line]
        if len(others) < len(lines):
            lines = [*others, GONE.format(folder=folder, model=model)]
    if len(lines) > MOST:
        lines = [*lines[:MOST], f"and {len(lines) - MOST} lines more"]
    return "\n".join(lines)


def _reason(traceback: str) -> str:
    """What stands below the last frame."""
    lines = traceback.splitlines()
    last = max(number for number, line in enumerate(lines) if line.startswith("  "))
    return "\n".join(lines[last + 1 :])
