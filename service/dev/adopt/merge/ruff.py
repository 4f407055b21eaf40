"""Formats many files at once, by the settings that the team has now."""

import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from service.dev.adopt.errors import MergeError
from service.dev.ruff import RuffError, ruff

SETTINGS = (".ruff.toml", "ruff.toml", "pyproject.toml")


class Ruff:
    """Ruff with the team's settings, run on copies: it never sees the checkout's own files."""

    def __init__(self, root: Path) -> None:
        self.root = root = root.resolve()
        settings = next((root / name for name in SETTINGS if (root / name).is_file()), None)
        # Ruff finds first-party modules by looking for them on disk, where new slices are not yet.
        folders = json.dumps([root.as_posix(), (root / "src").as_posix()], ensure_ascii=False)
        source = ["lint.isort.known-first-party=['service']", f"src={folders}"]
        self.config = [f"--config={each}" for each in (*([settings] if settings else []), *source)]
        if settings is None:
            self.config.append("--isolated")

    def format(self, texts: Iterable[str], *, sort: bool) -> dict[str, str]:
        """Each text in its formatted form, with sorted imports if `sort`; one that is no Python stays as it is."""
        with tempfile.TemporaryDirectory() as folder:
            files = _write(Path(folder), texts)
            if not files:
                return {}
            if sort:
                self._run(folder, "check", "--select=I001", "--fix", "--exit-zero")
            self._run(folder, "format")
            return {text: path.read_text("utf-8") for text, path in files.items()}

    def sorted(self, texts: Mapping[str, str]) -> set[str]:
        """The names of the texts whose imports are sorted."""
        with tempfile.TemporaryDirectory() as folder:
            files = _write(Path(folder), texts.values())
            answer = self._run(folder, "check", "--select=I001", "--exit-zero", "--output-format=json")
            unsorted = {Path(each["filename"]).name for each in json.loads(answer or "[]")}
        return {name for name, text in texts.items() if files[text].name not in unsorted}

    def settings(self) -> dict[str, str]:
        """The settings that decide how a file is laid out."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "0.py").touch()
            shown = self._run(folder, "check", "--show-settings").splitlines()
        pairs = (
            line.strip().partition(" = ")
            for line in shown
            if line.startswith(("formatter.", "linter.isort."))
        )
        return {name: value for name, _, value in pairs if value and folder not in value}

    def _run(self, folder: str, *arguments: str) -> str:
        try:
            return ruff(*arguments, *self.config, folder, folder=self.root)
        except RuffError as error:
            raise MergeError(
                f"This checkout's settings do not go with what ruff is asked for: {error}"
            ) from None


def _write(folder: Path, texts: Iterable[str]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for text in texts:
        if text not in files:
            files[text] = folder / f"{len(files)}.py"
            files[text].write_text(text, "utf-8", newline="\n")
    return files
