"""Reads and writes the files of a checkout; a file keeps its line endings."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from service.dev.adopt.errors import MergeError
from service.dev.adopt.files import remove_empty
from service.dev.adopt.layout import API

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
        """The text of a file, with Unix line endings; None where there is no file. Raises `MergeError`."""
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
        """The modules in the folders of these files, and below them."""
        folders = {str(PurePosixPath(path).parent) + "/" for path in paths}
        return [path for path in self.modules if any(path.startswith(folder) for folder in folders)]

    def write(self, texts: Mapping[str, str | None], like: Mapping[str, str]) -> None:
        """Write files, and remove those whose text is None.

        `like` names for a new file the one whose line endings it takes.
        """
        for path, text in texts.items():
            if self.read(path) == text:
                continue
            file = self.root / path
            if text is None:
                file.unlink()
                remove_empty(self.root, [path])
            else:
                windows = like.get(path, path) in self._windows
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes((text.replace("\n", "\r\n") if windows else text).encode())
