"""The one place where the team's files are written: all of them, or none."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import mkdtemp

PREFIX = ".adopt-"
"""The start of the name of the folder in which new files wait; one that is left shows that a run was killed."""


def put(root: Path, files: Mapping[str, Path | None]) -> None:
    """Copy each file to its name below `root`, and delete the names that have None; a failure leaves all as it was.

    Everything is first copied into a folder below `root`, since a disk may be too full for that; the rest only renames.
    Raises `OSError`.
    """
    folder = Path(mkdtemp(prefix=PREFIX, dir=root))
    try:
        for number, source in enumerate(files.values()):
            if source:
                shutil.copy(source, folder / f"{number}.new")
    except BaseException:
        shutil.rmtree(folder)
        raise
    try:
        _rename(root, files, folder)
    except BaseException:
        _put_back(root, files, folder)
        raise
    # All files are in place. What cannot be cleaned up, such as a folder of another user, is no reason to undo that.
    shutil.rmtree(folder, ignore_errors=True)
    remove_empty(root, (name for name, source in files.items() if source is None))


def _rename(root: Path, files: Mapping[str, Path | None], folder: Path) -> None:
    for number, name in enumerate(files):
        if (root / name).is_file():
            (root / name).rename(folder / f"{number}.old")
    for number, (name, source) in enumerate(files.items()):
        if source:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / f"{number}.new").rename(root / name)


def _put_back(root: Path, files: Mapping[str, Path | None], folder: Path) -> None:
    """Undo `_rename`: what is left in the folder shows how far it came."""
    for number, (name, source) in enumerate(files.items()):
        if (old := folder / f"{number}.old").exists():
            old.replace(root / name)
        elif source and not (folder / f"{number}.new").exists():
            (root / name).unlink()
    shutil.rmtree(folder)
    remove_empty(root, files)


def remove_empty(root: Path, names: Iterable[str]) -> None:
    """Remove the folders of these files, and those above them, that hold nothing but compiled code of this user's."""
    for name in names:
        folder = (root / name).parent
        while (
            folder != root
            and folder.is_dir()
            and all(each.name == "__pycache__" for each in folder.iterdir())
        ):
            shutil.rmtree(folder, ignore_errors=True)
            if folder.exists():
                break
            folder = folder.parent
