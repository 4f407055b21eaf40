"""The team's files: read as they are, written all or not at all."""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from service.dev.adopt.merge.outcome import MergeError

API = "service/api"
CLASS = re.compile(r"^class (\w+)", re.MULTILINE)


class Checkout:
    """A folder of files; a file that has Windows' line endings keeps them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._texts: dict[str, str | None] = {}
        self._windows: set[str] = set()
        self.classes: dict[str, list[str]] = {}
        self.modules = sorted(
            path.relative_to(root).as_posix()
            for path in (root / API).rglob("*.py")
            if "__pycache__" not in path.parts
        )
        for path in self.modules:
            for name in CLASS.findall(self.read(path) or ""):
                self.classes.setdefault(name, []).append(path)

    def read(self, path: str) -> str | None:
        """Read a file, with line endings as Python has them. Raises `MergeError`."""
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def _read(self, path: str) -> str | None:
        try:
            text = (self.root / path).read_bytes().decode()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise MergeError(f"{path} cannot be read: {error}") from None
        if "\r\n" in text:
            self._windows.add(path)
        return text.replace("\r\n", "\n")

    def folder_of(self, paths: list[str]) -> list[str]:
        """Name the modules that stand in the same folders as these, or below."""
        folders = {str(PurePosixPath(path).parent) + "/" for path in paths}
        return [path for path in self.modules if any(path.startswith(folder) for folder in folders)]

    def write(self, texts: Mapping[str, str | None], like: Mapping[str, str]) -> None:
        """Write files, and remove those that are None; a failure leaves all as it was.

        `like` says whose line endings a new file takes.
        """
        changed = {path: text for path, text in texts.items() if self.read(path) != text}
        before: dict[Path, bytes | None] = {}
        try:
            for path, text in changed.items():
                file = self.root / path
                before[file] = file.read_bytes() if file.is_file() else None
                windows = like.get(path, path) in self._windows
                _replace(file, None if text is None else _ended(text, windows=windows))
        except BaseException:
            for file, content in before.items():
                _replace(file, content)
            raise
        for path, text in changed.items():
            if text is None:
                self._remove_empty((self.root / path).parent)

    def _remove_empty(self, folder: Path) -> None:
        while folder != self.root and folder.is_dir():
            rest = [each for each in folder.iterdir() if each.name != "__pycache__"]
            if rest:
                return
            for each in (folder / "__pycache__").glob("*.pyc"):
                each.unlink()
            if (folder / "__pycache__").is_dir():
                (folder / "__pycache__").rmdir()
            folder.rmdir()
            folder = folder.parent


def _ended(text: str, *, windows: bool) -> bytes:
    return (text.replace("\n", "\r\n") if windows else text).encode()


def _replace(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    mode = file.stat().st_mode if file.exists() else None
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as written:
        written.write(content)
    try:
        Path(written.name).chmod(mode if mode is not None else 0o666 & ~_umask())
        Path(written.name).replace(file)
    finally:
        Path(written.name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
