"""The files of the mirrored Prisma folder, and their checksums from when they were mirrored."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from service.dev.schema import schema_files
from service.prisma.migrations import BASELINE

MANIFEST = "manifest.json"
MIGRATIONS = "migrations"
LOCK = "migration_lock.toml"
SCRIPT = f"{BASELINE}.sql"


@dataclass(frozen=True, slots=True)
class Difference:
    """The names of files that were added, changed or removed."""

    added: list[str]
    changed: list[str]
    removed: list[str]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def __str__(self) -> str:
        marks = (("+", self.added), ("~", self.changed), ("-", self.removed))
        return "\n".join(f"  {mark} {name}" for mark, names in marks for name in names)


def compare_files(before: Mapping[str, str], after: Mapping[str, str]) -> Difference:
    """Compare the checksums of two folders, or those of one folder at two times."""
    return Difference(
        added=[name for name in after if name not in before],
        changed=[name for name in after if before.get(name, after[name]) != after[name]],
        removed=[name for name in before if name not in after],
    )


def migration_files(folder: Path) -> dict[str, Path]:
    """Find the files of a `migrations/` folder, by their names in the mirror."""
    paths = sorted(path for path in (folder / LOCK, *folder.glob("*/migration.sql")) if path.is_file())
    return {f"{MIGRATIONS}/{path.relative_to(folder).as_posix()}": path for path in paths}


def mirrored_files(folder: Path) -> dict[str, Path]:
    """Find the schema's files, the migrations and the baseline in the mirror."""
    schema = {path.relative_to(folder).as_posix(): path for path in schema_files(folder)}
    baseline = folder / SCRIPT
    return schema | migration_files(folder / MIGRATIONS) | ({SCRIPT: baseline} if baseline.is_file() else {})


def read_files(files: Mapping[str, Path]) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in files.items()}


def checksums(files: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 of each file, by name; line endings, which git may change in a checkout, make no difference."""
    return {
        name: hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()
        for name, content in sorted(files.items())
    }


def write_manifest(folder: Path) -> None:
    """Write the checksums of the files in the mirror."""
    text = json.dumps({"files": checksums(read_files(mirrored_files(folder)))}, indent=2)
    (folder / MANIFEST).write_text(f"{text}\n", "utf-8")


def read_manifest(folder: Path) -> dict[str, str] | None:
    """Return the checksums in the manifest; None where there is none that can be read."""
    try:
        files = json.loads((folder / MANIFEST).read_bytes())["files"]
        return {str(name): str(checksum) for name, checksum in files.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
