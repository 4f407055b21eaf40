"""Finds the Prisma folder that a developer means."""

from dataclasses import dataclass
from pathlib import Path

from service.dev.mirror.config import find_config
from service.dev.mirror.dump import dump
from service.dev.mirror.manifest import MIGRATIONS, SCRIPT, migration_files, read_files
from service.dev.schema import SchemaError, read_schema, schema_files
from service.prisma.migrations import MirrorError
from service.prisma.url import DatabaseUrlError, parse_database_url

NO_MIGRATIONS = (
    f"{{path}} has no {MIGRATIONS}/ folder beside its schema. Where it is elsewhere, name it: --migrations FOLDER. Where "
    "`prisma db push` made the tables, name a database that has them, which is only read: the same command again, with "
    "DATABASE_URL=postgresql://... before it."
)


@dataclass(frozen=True)
class Source:
    """What is asked for, as far as it has to do with app-web."""

    path: Path
    """A schema file or a Prisma folder."""
    migrations: Path | None = None
    """The migrations folder, where it is not beside the schema."""
    skip_empty: bool = False
    """Leave out folders of migrations that hold none."""
    url: str | None = None
    """A database that has the tables of a schema without migrations."""


def find_prisma(source: Source) -> dict[str, bytes]:
    """Find the schema and its migrations, by their names in the mirror.

    What other tools make, as prisma.config.ts says it, is the baseline. Raises `MirrorError`.
    """
    path = source.path
    if not path.exists():
        raise MirrorError(f"{path} does not exist. Give app-web's Prisma folder, the one with schema.prisma.")
    schema = read_files({"schema.prisma": path} if path.is_file() else _schema_of(path))
    # Before anybody is told to write migrations, of which no use could be made.
    _refuse_other_databases(path)
    beside = path.parent if path.is_file() else path
    config = find_config(beside)
    folder = source.migrations or (config and config.migrations) or _prisma_folder(beside) / MIGRATIONS
    files = read_files(migration_files(folder))
    if not files:
        return schema
    if not source.skip_empty:
        _refuse_empty(folder)
    return schema | files | ({SCRIPT: config.shadow.encode()} if config and config.shadow else {})


def find_tables(source: Source) -> dict[str, bytes]:
    """The baseline of a schema without migrations: what the database holds. Raises `MirrorError`."""
    if not source.url:
        raise MirrorError(NO_MIGRATIONS.format(path=source.path))
    schemas = {name for model in read_schema(source.path).models if (name := model.database_schema)}
    try:
        database = parse_database_url(source.url)
    except DatabaseUrlError as error:
        raise MirrorError(f"DATABASE_URL {error}") from None
    return {SCRIPT: dump(database, schemas).encode()}


def _refuse_empty(folder: Path) -> None:
    empty = sorted(
        each.name for each in folder.iterdir() if each.is_dir() and not (each / "migration.sql").is_file()
    )
    if empty:
        raise MirrorError(
            f"{folder} has folders without a migration.sql, which Prisma would not deploy: {', '.join(empty)}. "
            "Remove them in app-web, or leave them out: --skip-empty"
        )


def _refuse_other_databases(path: Path) -> None:
    try:
        provider = read_schema(path).settings.get("datasource.provider")
    except SchemaError as error:
        raise MirrorError(str(error)) from None
    if provider not in {"postgresql", "postgres"}:
        raise MirrorError(f"The datasource's provider is {provider!r}; this service works on postgresql.")


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
