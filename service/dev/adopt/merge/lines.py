"""Merges texts line by line with git, which marks what clashes."""

import re
import subprocess
import tempfile
from pathlib import Path

from service.dev.adopt.errors import MergeError
from service.dev.adopt.merge.python.nodes import Sides

MARKER = re.compile(r"^<{7} ", re.MULTILINE)
"""The line with which git begins what clashes."""
LABELS = ("-L", "the team's", "-L", "adopted last", "-L", "adopted now")


def merge_lines(sides: Sides) -> str:
    """The merged text, with markers around what clashes. Raises `MergeError`."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in zip("tbn", sides, strict=True):
            (Path(folder) / name).write_text(text, "utf-8", newline="\n")
        command = ["git", "merge-file", "-p", *LABELS, "t", "b", "n"]
        done = subprocess.run(command, capture_output=True, check=False, cwd=folder)  # noqa: S603  # our own files
    if done.returncode < 0 or done.returncode > 127:  # noqa: PLR2004  # up to that many clashes
        raise MergeError(f"git merge-file fails: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode()
