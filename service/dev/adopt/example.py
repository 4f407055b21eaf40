"""Takes the example away: its slices, its demo, its tests, and its lines where resources are listed."""

import re
import shutil
from pathlib import Path

SLICES = ("pages", "topics", "author_stats")
FOLDERS = (
    *(f"service/api/v1/{name}" for name in SLICES),
    "service/dev/demo",
    "tests/example",
    "tests/nextjs",
)
RELEASED = "service/dev/contract/released.json"
RESOURCES = "service/resources.py"
IMPORT = re.compile(
    rf"^from service\.api\.v1\.(?:{'|'.join(SLICES)})\.controller import (.+)\n", re.MULTILINE
)


def take_away(checkout: Path) -> None:
    """Delete as much of the example as the checkout has."""
    for folder in FOLDERS:
        shutil.rmtree(checkout / folder, ignore_errors=True)
    (checkout / RELEASED).unlink(missing_ok=True)
    path = checkout / RESOURCES
    code = path.read_text("utf-8")
    for names in IMPORT.findall(code):
        for controller in names.split(", "):
            code = re.sub(rf"^    {controller},\n", "", code, flags=re.MULTILINE)
    path.write_text(IMPORT.sub("", code), "utf-8")
