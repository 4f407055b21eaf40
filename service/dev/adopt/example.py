"""Removes the example: its slices, its demo, its tests, and its lines in the list of resources.

The first adoption removes all of its folders. A later one removes what an update of this service has brought of it. Since a
team may then have folders of the same names, that is each file whose content is the one that `FILES` lists.
"""

import shutil
import sys
from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path

from service.dev.adopt.errors import MergeError
from service.dev.adopt.files import remove_empty
from service.dev.adopt.layout import RESOURCES, SLICES, module_of
from service.dev.adopt.options import read_options
from service.dev.adopt.registration import without
from service.dev.adopt.stage import files_of
from service.dev.exit_codes import USAGE_ERROR
from service.dev.folders import ROOT

NAMES = ("pages", "topics", "author_stats")
"""The names of its slices."""
FOLDERS = (*(f"{SLICES}/{name}" for name in NAMES), "service/dev/demo", "tests/example", "tests/nextjs")
RELEASED = "service/dev/contract/released.json"
FILES = "service/dev/adopt/example.sha256"
"""The example's files with their checksums, as `sha256sum` writes them; `nox -s fix` keeps it."""


def take_away(checkout: Path) -> None:
    """Delete as much of the example as the checkout has."""
    for folder in FOLDERS:
        shutil.rmtree(checkout / folder, ignore_errors=True)
    (checkout / RELEASED).unlink(missing_ok=True)
    _strike_out(checkout, [f"{SLICES}/{name}/controller.py" for name in NAMES])


def take_away_again(checkout: Path) -> list[str]:
    """Delete the example's files, and none that somebody wrote or changed. Returns the deleted files."""
    known = (line.split("  ", 1) for line in (checkout / FILES).read_text("utf-8").splitlines())
    gone = [name for checksum, name in known if _checksum(checkout / name) == checksum]
    # A checksum does not tell whose an empty file is: it is deleted only where nothing else is left in its folder.
    empty = {name for name in gone if not (checkout / name).read_bytes()}
    gone = [name for name in gone if name not in empty]
    for name in gone:
        (checkout / name).unlink()
    remove_empty(checkout, gone)
    for name in sorted(empty, key=lambda name: name.count("/"), reverse=True):
        folder = (checkout / name).parent
        if all(each == checkout / name or each.name == "__pycache__" for each in folder.iterdir()):
            (checkout / name).unlink()
            gone.append(name)
            remove_empty(checkout, [name])
    _strike_out(checkout, gone)
    return gone


def listed(checkout: Path) -> str:
    """The content of `FILES` for the example that this checkout has."""
    names = sorted(
        name
        for name in files_of(checkout)
        if name == RELEASED or name.startswith(tuple(f"{each}/" for each in FOLDERS))
    )
    return "".join(f"{checksum}  {name}\n" for name in names if (checksum := _checksum(checkout / name)))


def _strike_out(checkout: Path, files: list[str]) -> None:
    path = checkout / RESOURCES
    code = path.read_text("utf-8")
    if (left := without(code, {module_of(file) for file in files})) != code:
        path.write_text(left, "utf-8")


def _checksum(path: Path) -> str | None:
    """The SHA-256 of a file, the same with Unix and Windows line endings; None where there is no such file."""
    return sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest() if path.is_file() else None


def main() -> int:
    ArgumentParser(
        prog="python -m service.dev.adopt.example", description="Keep the list, where the example is there."
    ).parse_args()
    try:
        options = read_options(ROOT)
    except MergeError as error:
        print(error, file=sys.stderr)
        return USAGE_ERROR
    if not (options and options.name):
        (ROOT / FILES).write_text(listed(ROOT), "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
