"""What runs everything else says what it needs before it fails for the lack of it."""

import re
from pathlib import Path

NOXFILE = Path(__file__).parents[2] / "noxfile.py"


def test_an_older_nox_is_told_so() -> None:
    source = NOXFILE.read_text("utf-8")
    installed = re.search(r'^# dependencies = \["nox([^"]+)"', source, re.MULTILINE)
    # Nox looks for this line before it runs the file.
    needed = re.search(r'^nox\.needs_version = "([^"]+)"', source, re.MULTILINE)
    assert installed
    assert needed
    assert installed[1] == needed[1]
