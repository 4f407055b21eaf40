"""Every command says what it takes, and does nothing where it is given anything else."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import ROOT

USAGE_ERROR = 2


def commands() -> Iterator[str]:
    """The modules that people run, or that sessions run for them."""
    for path in sorted(Path(ROOT, "service").rglob("*.py")):
        if 'if __name__ == "__main__":' in path.read_text("utf-8"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__main__" else parts)
    run = re.findall(r'"(tests\.[\w.]+)"', Path(ROOT, "noxfile.py").read_text("utf-8"))
    # What is about the example is gone with it.
    yield from (name for name in run if Path(ROOT, *name.split(".")[:-1]).is_dir())


@pytest.mark.slow
@pytest.mark.parametrize("command", list(commands()))
def test_help_is_printed_and_what_is_unknown_is_refused(command: str, tmp_path: Path) -> None:
    for argument, code, said in (
        ("--help", 0, "usage: "),
        ("--nonsense", USAGE_ERROR, "error: "),
    ):
        done = subprocess.run(
            [sys.executable, "-m", command, argument],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "LOCAL_FOLDER": str(tmp_path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stdout
        assert said in done.stdout
    assert not list(tmp_path.iterdir())
