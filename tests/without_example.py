"""python -m tests.without_example: a copy of the checkout without the example still passes what is quick to check."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from service.dev.adopt.example import is_there, take_away
from service.dev.adopt.stage import copy_checkout

ROOT = Path(__file__).parents[1]
ONE_DATABASE = ("-k", "not sqlite")
"""Whether a test needs the example is the same on both."""
COMMANDS = (
    ("ruff", "format", "service/resources.py"),
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("lint-imports",),
    ("pyright", "--pythonpath", sys.executable),
    ("python", "-m", "service.dev.openapi"),
    ("python", "-m", "service.dev.smoke"),
    (
        "pytest",
        "-q",
        "-n",
        "2",
        "-m",
        "not slow",
        "--ignore=tests/faults",
        "--ignore=tests/prisma",
        *ONE_DATABASE,
    ),
)


def main() -> int:
    if not is_there(ROOT):
        print("The example is gone already.")
        return 0
    with TemporaryDirectory(prefix="without-example-") as folder:
        copy = Path(folder) / "checkout"
        copy_checkout(ROOT, copy)
        take_away(copy)
        for program, *arguments in COMMANDS:
            print(">", program, *arguments, flush=True)
            command = [str(Path(sys.executable).with_name(program)), *arguments]
            if code := subprocess.run(command, cwd=copy, check=False).returncode:
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
