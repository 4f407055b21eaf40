"""Commands that are run one after the other in the copy of the checkout."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PYTHON = (sys.executable, "-O", "-m")
"""Steps run with `-O`, as nox runs this process: the generator of models then starts 2.5 s sooner."""
PATIENCE = 20
"""Seconds that a command gets to stop itself and the database that it started; nox waits for longer."""


class StepError(RuntimeError):
    """A step failed; the message is its output."""


class Steps:
    """Runs one command after the other in the copy of the checkout, and says how far it is."""

    def __init__(self, stage: Path, environment: Mapping[str, str]) -> None:
        self._stage = stage
        # All commands write UTF-8, whatever the locale is.
        self._environment = {**os.environ, "PYTHONUTF8": "1", **environment}
        self._began = time.monotonic()

    def run(self, title: str, command: Sequence[str]) -> str:
        """Run the command, and return what it printed. Raises `StepError` where it fails."""
        print(f"[{time.monotonic() - self._began:4.0f} s] {title}", file=sys.stderr, flush=True)
        # In a process group of its own: a terminal's Ctrl-C comes to this process alone, which passes it on and waits.
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
        """The output with paths as they are in the checkout, since the copy will be gone."""
        for stage in (self._stage.resolve(), self._stage):
            said = said.replace(f"{stage}/", "")
        return said


def _stop(child: subprocess.Popen[str]) -> None:
    """Interrupt the command and all that it started, and kill them where they do not stop in time."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGINT)
        try:
            child.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
