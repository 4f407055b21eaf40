"""python -m tests.example.clients.lint DOCUMENT...: what Redocly and Spectral say, with all of their rules."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.example.clients.programs import MissingProgram, call, install


def main(documents: Sequence[str]) -> int:
    """With CI in the environment, nothing may be left out."""
    try:
        install()
        for document in documents:
            lint(Path(document))
    except MissingProgram as missing:
        print(f"Not linted, which needs {missing}. Install that, then run this again.")
        return int(bool(os.environ.get("CI")))
    except subprocess.CalledProcessError as error:
        print(f"Failed: {' '.join(error.cmd)}")
        return 1
    return 0


def lint(document: Path) -> None:
    """No error, no warning, no hint. Raises `CalledProcessError`."""
    call("redocly", "lint", str(document), "--max-problems=1000")
    call("spectral", "lint", str(document), "--ruleset=spectral.mjs", "--fail-severity=hint")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
