"""python -m tests.example.clients.lint DOCUMENT...: what Redocly and Spectral say, with all of their rules."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from tests.example.clients.programs import MissingProgram, call, install


def main(arguments: Sequence[str]) -> int:
    """With CI in the environment, nothing may be left out."""
    parser = ArgumentParser(prog="python -m tests.example.clients.lint", description=__doc__)
    parser.add_argument("documents", metavar="DOCUMENT", nargs="+", type=Path)
    documents: list[Path] = parser.parse_args(arguments).documents
    try:
        install()
        for document in documents:
            lint(document)
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
