"""The mirrored migrations, and how they compare with a database's `_prisma_migrations`."""

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

MIRROR = Path(__file__).resolve().parents[2] / "migrations-readonly"
TABLE = "_prisma_migrations"
BASELINE = "baseline"
"""The name of a script beside the migrations, for what none of them makes. It runs first; Prisma does not know it."""


class MirrorError(Exception):
    """The migrations folder cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Migration:
    """One folder of `migrations/`. The checksum is Prisma's: SHA-256 of the file."""

    name: str
    sql: str = field(repr=False)
    checksum: str

    def matches(self, checksum: str) -> bool:
        """Whether this script has that checksum, whatever its line endings and with or without a byte order mark."""
        unix = self.sql.replace("\r\n", "\n")
        return checksum == self.checksum or checksum in {
            _checksum(text.encode(encoding))
            for text in (unix, unix.replace("\n", "\r\n"))
            for encoding in ("utf-8", "utf-8-sig")
        }


@dataclass(frozen=True)
class MigrationState:
    """How a database compares with the mirror. Each list holds names of migrations, in their order."""

    applied: list[str]
    missing: list[str]
    unknown: list[str]
    changed: list[str]
    unfinished: list[str]


def read_migrations(folder: Path = MIRROR) -> list[Migration]:
    """The migrations below a Prisma folder, in the order in which Prisma applies them; a baseline is the first.

    Raises `MirrorError` when the folder cannot be used.
    """
    root, baseline = folder / "migrations", folder / f"{BASELINE}.sql"
    if not root.is_dir() and not baseline.is_file():
        raise MirrorError(f"{root} does not exist. Mirror a Prisma folder first: nox -s mirror -- PATH")
    lock = root / "migration_lock.toml"
    provider = (
        re.search(r'^\s*provider\s*=\s*"(\w+)"', lock.read_text("utf-8-sig"), re.MULTILINE)
        if lock.is_file()
        else None
    )
    if provider and provider[1] != "postgresql":
        raise MirrorError(f"{lock} says {provider[1]}; this service works on postgresql")
    migrations = [_read(BASELINE, baseline)] if baseline.is_file() else []
    for path in sorted(root.iterdir(), key=lambda path: path.name) if root.is_dir() else ():
        if path.is_dir():
            script = path / "migration.sql"
            if not script.is_file():
                raise MirrorError(f"{path} has no migration.sql. Mirror the Prisma folder again.")
            migrations.append(_read(path.name, script))
    return migrations


def _read(name: str, script: Path) -> Migration:
    content = script.read_bytes()
    try:
        sql = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MirrorError(f"{script} is not UTF-8. Save it as UTF-8 in app-web.") from None
    return Migration(name, sql, _checksum(content))


def _checksum(script: bytes) -> str:
    return hashlib.sha256(script).hexdigest()


def compare(
    migrations: Iterable[Migration], applied: Iterable[tuple[str, str]], unfinished: Collection[str] = ()
) -> MigrationState:
    """The mirror compared with a database: `(name, checksum)` of what it applied, and names of what it only began."""
    checksums = dict(applied)
    mirrored = {migration.name: migration for migration in migrations}
    return MigrationState(
        applied=[name for name in mirrored if name in checksums],
        missing=[name for name in mirrored if name not in checksums and name not in unfinished],
        unknown=[name for name in checksums if name not in mirrored],
        changed=[
            name
            for name, migration in mirrored.items()
            if name in checksums and not migration.matches(checksums[name])
        ],
        unfinished=sorted(name for name in unfinished if name not in checksums),
    )
