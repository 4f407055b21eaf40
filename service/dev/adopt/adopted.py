"""Keeps in the repository what was written the last time, which is the base of the next merge."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from service.dev.adopt.errors import MergeError

FOLDER = "service/dev/adopted"
MANIFEST = f"{FOLDER}/manifest.json"
SUFFIX = ".base"  # neither a linter nor pytest takes it for code
FROM_GIT = (
    "Bring it back from git, all of the folder from one commit: after a merge of two branches that both adopted, of either "
    f"(`git checkout BRANCH -- {FOLDER}`). Commit, and adopt again."
)
"""What to do where a file of the folder is not what was written there."""
State = Literal["kept", "deleted", "gone"]


class FileEntry(msgspec.Struct, omit_defaults=True):
    """One file in the manifest."""

    sha256: str
    at: str | None = None  # where it is, if the team has moved it
    deleted: bool = False


class SliceEntry(msgspec.Struct):
    """One model in the manifest."""

    folder: str
    state: State
    files: dict[str, FileEntry]


class Manifest(msgspec.Struct):
    """The content of the manifest."""

    generator: str = ""
    """The version of the code that rendered the files."""
    formatter: dict[str, str] = {}
    """Ruff's settings by which the files were laid out. With `generator` they tell a person how the base came about; no
    merge depends on them, since it formats the base by the settings of its own time before it compares anything."""
    loose: dict[str, FileEntry] = {}
    slices: dict[str, SliceEntry] = {}


@dataclass(slots=True)
class Kept:
    """A file as it was written the last time, and where the team has it."""

    text: str
    at: str
    deleted: bool = False


@dataclass(slots=True)
class KeptSlice:
    """A model's files, by the paths for which they were rendered."""

    folder: str
    state: State = "kept"
    files: dict[str, Kept] = field(default_factory=dict[str, Kept])


@dataclass(slots=True)
class Adopted:
    """All that was written last time."""

    generator: str = ""
    formatter: dict[str, str] = field(default_factory=dict[str, str])
    slices: dict[str, KeptSlice] = field(default_factory=dict[str, KeptSlice])
    loose: dict[str, Kept] = field(default_factory=dict[str, Kept])

    def every_file(self) -> dict[str, Kept]:
        files = dict(self.loose)
        for kept in self.slices.values():
            files |= kept.files
        return files

    def write(self) -> dict[str, str]:
        """The texts of the files that keep it, by their paths."""
        manifest = Manifest(
            self.generator,
            dict(sorted(self.formatter.items())),
            _entries(self.loose),
            {
                model: SliceEntry(kept.folder, kept.state, _entries(kept.files))
                for model, kept in sorted(self.slices.items())
            },
        )
        text = json.dumps(msgspec.to_builtins(manifest), indent=2, ensure_ascii=False)
        files = {_base(path): kept.text for path, kept in self.every_file().items()}
        return files | {MANIFEST: f"{text}\n"}


def read_adopted(read: Callable[[str], str | None]) -> Adopted:
    """Read what was written last time. Raises `MergeError`."""
    text = read(MANIFEST)
    if text is None:
        return Adopted()
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except msgspec.DecodeError as error:
        raise MergeError(f"{MANIFEST} cannot be read ({error}). {FROM_GIT}") from None
    return Adopted(
        manifest.generator,
        manifest.formatter,
        {
            model: KeptSlice(entry.folder, entry.state, _kept(entry.files, read))
            for model, entry in manifest.slices.items()
        },
        _kept(manifest.loose, read),
    )


def _kept(entries: Mapping[str, FileEntry], read: Callable[[str], str | None]) -> dict[str, Kept]:
    kept: dict[str, Kept] = {}
    for path, entry in entries.items():
        text = read(_base(path))
        if text is None or _checksum(text) != entry.sha256:
            raise MergeError(
                f"{_base(path)} is not what was written there: nothing can be merged without it. {FROM_GIT}"
            )
        kept[path] = Kept(text, entry.at or path, entry.deleted)
    return kept


def _entries(files: Mapping[str, Kept]) -> dict[str, FileEntry]:
    return {
        path: FileEntry(_checksum(kept.text), kept.at if kept.at != path else None, kept.deleted)
        for path, kept in sorted(files.items())
    }


def _base(path: str) -> str:
    return f"{FOLDER}/{path}{SUFFIX}"


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
