"""A copy of the checkout, in which all is done before anything of it is taken over."""

import os
import shutil
import subprocess
from pathlib import Path

NO_GIT = "{root} is no git checkout: make it one (`git init`, then commit), so that what this writes can be seen and undone."


class NotCleanError(RuntimeError):
    """There is work that is not committed; the message names it."""


def check_clean(root: Path) -> None:
    """Raises `NotCleanError` where git knows of changes, or where there is no git."""
    found = subprocess.run(  # git, with arguments of our own
        ["git", "status", "--porcelain"],  # noqa: S607  # the one of PATH
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if found.returncode:
        raise NotCleanError(NO_GIT.format(root=root))
    if found.stdout:
        changed = "\n".join(found.stdout.splitlines()[:10])
        raise NotCleanError(
            f"There are changes that are not committed. Commit or stash them, so that what this writes can be told apart:\n"
            f"{changed}"
        )


def copy_checkout(root: Path, to: Path) -> None:
    """Copy what git knows, and what it does not ignore."""
    for name in files_of(root):
        if (source := root / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, to / name)


def changes(stage: Path, root: Path) -> list[str]:
    """The files that are not the same in both."""
    before = {name for name in files_of(root) if (root / name).is_file()}
    after = {path.relative_to(stage).as_posix() for path in _written(stage)}
    return [name for name in sorted(before | after) if not _same(stage / name, root / name)]


def take_over(stage: Path, root: Path) -> int:
    """Make the checkout what the copy is; how many files changed."""
    changed = changes(stage, root)
    for name in changed:
        if (stage / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(stage / name, root / name)
        else:
            (root / name).unlink()
            _remove_empty((root / name).parent, root)
    return len(changed)


def files_of(root: Path) -> list[str]:
    """What git knows, and what it does not ignore. Raises `NotCleanError` where there is no git."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(listing, cwd=root, check=False, capture_output=True)  # noqa: S603  # git, with arguments of our own
    if found.returncode:
        raise NotCleanError(NO_GIT.format(root=root))
    return list(map(os.fsdecode, filter(None, found.stdout.split(b"\0"))))


def _same(new: Path, old: Path) -> bool:
    return new.is_file() and old.is_file() and old.read_bytes() == new.read_bytes()


def _written(stage: Path) -> list[Path]:
    """Its files, but for what the tools keep for themselves."""
    return [
        path
        for path in stage.rglob("*")
        if path.is_file()
        and not {"__pycache__", ".ruff_cache", ".import_linter_cache"} & set(path.relative_to(stage).parts)
    ]


def _remove_empty(folder: Path, root: Path) -> None:
    """Of a folder that holds nothing but compiled code, the code goes too."""
    while folder != root and folder.is_dir():
        rest = [path for path in folder.iterdir() if path.name != "__pycache__"]
        if rest:
            return
        shutil.rmtree(folder)
        folder = folder.parent
