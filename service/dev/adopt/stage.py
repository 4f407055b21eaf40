"""A copy of the checkout, in which everything is done before any of it is taken over."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from service.dev.adopt.files import put

MAX_NAMED = 10
"""How many files a message names."""

Checksums = dict[str, bytes]
"""SHA-256 of files, by their names."""

NO_GIT = "{root} is no git checkout: make it one (`git init`, then commit), so that what this writes can be seen and undone."


class NotCleanError(RuntimeError):
    """The checkout has changes that are not committed, or is no git checkout; the message says which."""


class ChangedMeanwhileError(RuntimeError):
    """Somebody worked in the checkout since it was copied; the message says where."""


def check_clean(root: Path) -> None:
    """Raises `NotCleanError` where the checkout has uncommitted changes, or is in no git repository.

    Changes elsewhere in the repository do not count.
    """
    found = subprocess.run(  # git, with arguments of our own
        ["git", "status", "--porcelain", "--untracked-files=all", "--", "."],  # noqa: S607  # the one of PATH
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if found.returncode:
        raise NotCleanError(NO_GIT.format(root=root))
    if found.stdout:
        raise NotCleanError(
            "There are changes that are not committed. Commit or stash them, so that what this writes can be told apart:\n"
            f"{_first(found.stdout.splitlines())}"
        )


def copy_checkout(root: Path, to: Path) -> Checksums:
    """Copy the files that git tracks, and those that it does not ignore; returns the checksums of what was copied."""
    before: Checksums = {}
    for name, content in _contents(root):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_bytes(content)
        shutil.copymode(root / name, to / name)
        before[name] = sha256(content).digest()
    return before


def changes(stage: Path, before: Checksums) -> list[str]:
    """The names of the files that were changed, added or removed in the copy."""
    return _differences(
        before, {name: sha256((stage / name).read_bytes()).digest() for name in _written(stage)}
    )


def take_over(stage: Path, root: Path, before: Checksums) -> int:
    """Take the changes of the copy over into the checkout; returns how many files changed.

    Raises `ChangedMeanwhileError` before anything is written, and `OSError` after all is undone.
    """
    there = {name: sha256(content).digest() for name, content in _contents(root)}
    if meanwhile := _differences(before, there):
        raise ChangedMeanwhileError(
            f"The checkout changed while this ran. Run it again. What changed:\n{_first(meanwhile)}"
        )
    changed = changes(stage, before)
    put(root, {name: stage / name if (stage / name).is_file() else None for name in changed})
    return len(changed)


def _first(files: Sequence[str]) -> str:
    named = "\n".join(f"  {name}" for name in files[:MAX_NAMED])
    return named + (f"\n  and {len(files) - MAX_NAMED} more" if len(files) > MAX_NAMED else "")


def _contents(root: Path) -> Iterator[tuple[str, bytes]]:
    for name in files_of(root):
        if (root / name).is_file():
            yield name, (root / name).read_bytes()


def _differences(before: Checksums, now: Checksums) -> list[str]:
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def files_of(root: Path) -> list[str]:
    """The files that git tracks, and those that it does not ignore. Raises `NotCleanError` where there is no git."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(listing, cwd=root, check=False, capture_output=True)  # noqa: S603  # git, with arguments of our own
    if found.returncode:
        raise NotCleanError(NO_GIT.format(root=root))
    return list(map(os.fsdecode, filter(None, found.stdout.split(b"\0"))))


def _written(stage: Path) -> list[str]:
    """The files of the copy, without the caches of tools."""
    return [
        name.as_posix()
        for path in stage.rglob("*")
        if path.is_file()
        and not {"__pycache__", ".ruff_cache", ".import_linter_cache"}
        & set((name := path.relative_to(stage)).parts)
    ]
