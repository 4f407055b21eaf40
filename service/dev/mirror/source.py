"""Finds the schema and the migrations in the Prisma folder that a developer names."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from service.dev.mirror.config import find_config
from service.dev.mirror.dump import dump
from service.dev.mirror.manifest import LOCK, MIGRATIONS, SCRIPT, migration_files, read_files
from service.dev.schema import SchemaError, read_schema, schema_files
from service.prisma.migrations import MirrorError
from service.prisma.url import DatabaseUrlError, parse_database_url

NO_MIGRATIONS = (
    f"{{path}} has no {MIGRATIONS}/ folder beside its schema. Where it is elsewhere, name it: --migrations FOLDER. Where "
    "`prisma db push` made the tables, name a database that has them, which is only read: the same command again, with "
    "DATABASE_URL=postgresql://... before it."
)
NO_DATABASE = (
    "--baseline takes the tables of a database, which is only read: the same command again, with "
    "DATABASE_URL=postgresql://... before it."
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where app-web's schema is. Methods return files by their names in the mirror, and raise `MirrorError`."""

    path: Path
    """A schema file, or a Prisma folder."""
    url: str | None = None
    """The URL of a database that has the tables."""
    folder: Path | None = None
    """The folder of migrations, where it is not beside the schema."""
    skip_empty: bool = False
    """Whether folders without a migration.sql are left out, and not refused."""
    baseline: bool = False
    """Whether the tables of the database are taken in place of the migrations, which do not create them."""

    def schema(self) -> dict[str, bytes]:
        path = self.path
        if not path.exists():
            raise MirrorError(
                f"{path} does not exist. Give app-web's Prisma folder, the one with schema.prisma."
            )
        files = read_files(self._schema_files())
        # Refused here, before anybody is told to write migrations that would be of no use.
        _refuse_other_databases(self._named() or path)
        return files

    def migrations(self) -> dict[str, bytes]:
        """The migrations, if any; with `initShadowDb` of prisma.config.ts, what other tools make, as their baseline."""
        if self.baseline:
            return {}
        beside = self.path.parent if self.path.is_file() else self.path
        config = find_config(beside)
        folder = self.folder or (config and config.migrations) or self._migrations_beside(beside)
        files = read_files(migration_files(folder))
        if not files.keys() - {f"{MIGRATIONS}/{LOCK}"}:
            return {}
        if not self.skip_empty:
            _refuse_empty(folder)
        return files | ({SCRIPT: config.shadow.encode()} if config and config.shadow else {})

    def tables(self) -> dict[str, bytes]:
        """A baseline of what the database holds, for a schema whose tables no migration creates."""
        if not self.url:
            raise MirrorError(NO_DATABASE if self.baseline else NO_MIGRATIONS.format(path=self.path))
        models = read_schema(self._named() or self.path).models
        schemas = {name for model in models if (name := model.database_schema)}
        try:
            database = parse_database_url(self.url)
        except DatabaseUrlError as error:
            raise MirrorError(f"DATABASE_URL {error}") from None
        return {SCRIPT: dump(database, schemas).encode()}

    def _schema_files(self) -> dict[str, Path]:
        if self.path.is_file():
            return {"schema.prisma": self.path}
        if named := self._named():
            return _in_folder(self.path.resolve(), [named] if named.is_file() else schema_files(named))
        return _schema_of(self.path)

    def _migrations_beside(self, folder: Path) -> Path:
        """The folder of migrations: in the Prisma folder, or beside a schema file below it."""
        places = [_prisma_folder(folder), *(file.parent for file in self._schema_files().values())]
        return next((each for each in places if (each / MIGRATIONS).is_dir()), places[0]) / MIGRATIONS

    def _named(self) -> Path | None:
        """The schema that prisma.config.ts names in the folder: other files there may be copies or another client's."""
        if self.path.is_file():
            return None
        config, folder = find_config(self.path), self.path.resolve()
        named = config and config.schema
        return named if named and folder in named.parents and named.exists() else None


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
    return _in_folder(folder, files)


def _in_folder(folder: Path, files: Iterable[Path]) -> dict[str, Path]:
    return {file.relative_to(folder).as_posix(): file for file in files}


def _prisma_folder(folder: Path) -> Path:
    """The folder that holds the migrations too: the one above, where the schema files are in a folder of their own."""
    return (
        folder.parent
        if not (folder / MIGRATIONS).is_dir() and (folder.parent / MIGRATIONS).is_dir()
        else folder
    )
