"""Finds the Prisma folder that a developer means."""

from pathlib import Path

from service.dev.mirror.manifest import MIGRATIONS, migration_files
from service.dev.schema import schema_files
from service.prisma.migrations import MirrorError


def find_prisma(path: Path, migrations: Path | None = None, *, skip_empty: bool = False) -> dict[str, Path]:
    """Find what to mirror, by its name in the mirror: `path` is a schema file or a Prisma folder."""
    if not path.exists():
        raise MirrorError(f"{path} does not exist. Give app-web's Prisma folder, the one with schema.prisma.")
    schema = {"schema.prisma": path} if path.is_file() else _schema_of(path)
    folder = migrations or _migrations_of(path)
    files = migration_files(folder)
    if not files:
        raise MirrorError(
            f"{path} has no {MIGRATIONS}/ folder beside its schema. `prisma migrate dev` writes one; "
            "where prisma.config.ts moves it, name it: --migrations FOLDER. What `prisma db push` made has none yet: "
            "`prisma migrate diff --from-empty --to-schema schema.prisma --script` prints the first one, for "
            f"{MIGRATIONS}/0_init/migration.sql."
        )
    empty = sorted(
        each.name for each in folder.iterdir() if each.is_dir() and not (each / "migration.sql").is_file()
    )
    if empty and not skip_empty:
        raise MirrorError(
            f"{folder} has folders without a migration.sql, which Prisma would not deploy: {', '.join(empty)}. "
            "Remove them in app-web, or leave them out: --skip-empty"
        )
    return schema | files


def _schema_of(folder: Path) -> dict[str, Path]:
    files = schema_files(folder)
    if not files:
        raise MirrorError(f"{folder} has no schema.prisma, and neither has any folder below it.")
    if not any(file.parent in {folder, folder / "schema"} for file in files):
        below = sorted({_prisma_folder(file.parent) for file in files})
        raise MirrorError(
            f"{folder} is not a Prisma folder itself. Below it there is {', '.join(map(str, below))}: "
            f"run again with {below[0] if len(below) == 1 else 'one of them'}."
        )
    return {file.relative_to(folder).as_posix(): file for file in files}


def _prisma_folder(folder: Path) -> Path:
    """Step up from a folder of schema files to the folder that holds the migrations too."""
    return (
        folder.parent
        if not (folder / MIGRATIONS).is_dir() and (folder.parent / MIGRATIONS).is_dir()
        else folder
    )


def _migrations_of(path: Path) -> Path:
    return _prisma_folder(path.parent if path.is_file() else path) / MIGRATIONS
