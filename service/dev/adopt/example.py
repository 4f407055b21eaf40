"""Takes the example away: its slices, its demo, its tests, and its lines where resources are listed.

The first time all of its folders go. Later a team may have folders of these names: then what goes is what an update of this
service brought, which is each file that is, byte for byte, as `FILES` says that the example's is.
"""

import shutil
import sys
from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path

from service.dev.adopt.files import remove_empty
from service.dev.adopt.merge.places import module_of
from service.dev.adopt.options import read_options
from service.dev.adopt.registered import RESOURCES, without
from service.dev.adopt.stage import files_of

ROOT = Path(__file__).resolve().parents[3]
API = "service/api/v1"
SLICES = ("pages", "topics", "author_stats")
FOLDERS = (*(f"{API}/{name}" for name in SLICES), "service/dev/demo", "tests/example", "tests/nextjs")
RELEASED = "service/dev/contract/released.json"
FILES = "service/dev/adopt/example.sha256"
"""The example's files with their checksums, as `sha256sum` writes them; `nox -s fix` keeps it."""


def take_away(checkout: Path) -> None:
    """Delete as much of the example as the checkout has."""
    for folder in FOLDERS:
        shutil.rmtree(checkout / folder, ignore_errors=True)
    (checkout / RELEASED).unlink(missing_ok=True)
    _strike_out(checkout, [f"{API}/{name}/controller.py" for name in SLICES])


def take_away_again(checkout: Path) -> list[str]:
    """Delete what is the example's, and nothing that a person wrote or changed; the files that went."""
    known = (line.split("  ", 1) for line in (checkout / FILES).read_text("utf-8").splitlines())
    gone = [name for checksum, name in known if _checksum(checkout / name) == checksum]
    # Whose an empty file is, no checksum says: it goes with all else in its folder.
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
    """What `FILES` is to hold."""
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
    """Whatever the line endings are; of what is no file, none."""
    return sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest() if path.is_file() else None


def main() -> int:
    ArgumentParser(
        prog="python -m service.dev.adopt.example", description="Keep the list, where the example is there."
    ).parse_args()
    options = read_options(ROOT)
    if not (options and options.name):
        (ROOT / FILES).write_text(listed(ROOT), "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
