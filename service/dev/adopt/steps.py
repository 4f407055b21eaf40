"""Commands that are run one after the other in the copy of the checkout."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 20
"""Seconds that a command gets to stop, and to stop its database; nox waits for longer."""


class StepError(RuntimeError):
    """A step failed; the message is what it said."""


class Steps:
    """Runs one command after the other in the copy of the checkout, and says how far it is."""

    def __init__(self, stage: Path, environment: Mapping[str, str]) -> None:
        self._stage = stage
        # Whatever the locale is, they all write UTF-8.
        self._environment = {**os.environ, "PYTHONUTF8": "1", **environment}
        self._began = time.monotonic()

    def run(self, title: str, command: Sequence[str]) -> str:
        """What the command printed. Raises `StepError`."""
        print(f"[{time.monotonic() - self._began:4.0f} s] {title}", file=sys.stderr, flush=True)
        # A group of its own: a terminal's Ctrl-C comes to this process alone, which passes it on, and waits.
        with subprocess.Popen(  # noqa: S603  # commands of our own
            command,
            cwd=self._stage,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            process_group=0,
        ) as child:
            try:
                out, err = child.communicate()
            except KeyboardInterrupt:
                _stop(child)
                raise
        if child.returncode:
            raise StepError(f"{title} failed:\n{self._in_checkout(out + err)}".rstrip())
        for line in err.splitlines():
            if line.startswith("note:"):
                print(f"         {line}", file=sys.stderr)
        return out

    def _in_checkout(self, said: str) -> str:
        """With the paths of files as they are in the checkout: the copy will be gone."""
        for stage in (self._stage.resolve(), self._stage):
            said = said.replace(f"{stage}/", "")
        return said


def _stop(child: subprocess.Popen[str]) -> None:
    """Have it stop whatever it started, too."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGINT)
        try:
            child.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
