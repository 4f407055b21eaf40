"""An adoption that is told to stop: by Ctrl-C, and then by nox too."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SLOW_TO_STOP = """
import signal, sys, time
try:
    print("there", file=open(sys.argv[1] + ".began", "w"))
    time.sleep(60)
except KeyboardInterrupt:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    time.sleep(1)
    open(sys.argv[1], "w").close()
"""
STEPS = """
import sys
from pathlib import Path
from service.dev.adopt.steps import Steps
from service.dev.interrupts import raise_interrupts

raise_interrupts()
try:
    Steps(Path(), {}).run("Slow", (sys.executable, "-c", *sys.argv[1:]))
except KeyboardInterrupt:
    sys.exit(130)
"""


def _stop(process: subprocess.Popen[str], *, first: signal.Signals) -> str:
    """As nox does, and a person who is in a hurry."""
    process.send_signal(first)
    for each in (signal.SIGTERM, signal.SIGINT):
        time.sleep(0.2)
        process.send_signal(each)
    return process.communicate(timeout=30)[1]


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_a_step_started_is_stopped_first(tmp_path: Path, first: signal.Signals) -> None:
    tidied = tmp_path / "tidied"
    command = [sys.executable, "-c", STEPS, SLOW_TO_STOP, str(tidied)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        while not tidied.with_suffix(".began").exists():
            time.sleep(0.02)
        said = _stop(process, first=first)
    assert process.returncode == 130
    assert tidied.exists()
    assert "Traceback" not in said


def test_what_nohup_starts_outlasts_its_terminal() -> None:
    code = (
        "import signal; from service.dev.interrupts import raise_interrupts; raise_interrupts(); "
        "signal.raise_signal(signal.SIGHUP); print('goes on')"
    )
    done = subprocess.run(
        ["nohup", sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "goes on\n"


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="in a copy without git nothing is adopted")
@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_of_an_interrupted_adoption(tmp_path: Path, first: signal.Signals) -> None:
    command = [sys.executable, "-O", "-m", "service.dev.adopt", str(tmp_path), "--dry-run"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert "Mirror" in process.stderr.readline()
        said = _stop(process, first=first)
    assert said == "Interrupted.\nNothing was changed.\n"
    assert process.returncode == 130
    assert list(tmp_path.iterdir()) == []
