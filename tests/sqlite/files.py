"""The schema on SQLite, for tests."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, insert

from service.models import Base, ViewBase
from service.prisma.live import MIGRATIONS
from service.prisma.migrations import read_migrations
from tests.sqlite.portable import portable


def copy_sqlite(template: Path, path: Path) -> str:
    """The URL of a copy, with the files of its further schemas."""
    for file in template.parent.glob(f"{template.name}*"):
        shutil.copy(file, path.with_name(file.name.replace(template.name, path.name, 1)))
    return f"sqlite:///{path}"


def create_sqlite(path: Path) -> None:
    """Create every table in a new file, an empty table in place of each view, and what Prisma notes of its migrations."""
    metadatas = (Base.metadata, ViewBase.metadata)
    for schema in {
        table.schema for metadata in metadatas for table in metadata.tables.values() if table.schema
    }:
        Path(f"{path}.{schema}").touch()
    engine = create_engine(f"sqlite:///{path}")
    for metadata in metadatas:
        portable(metadata).create_all(engine)
    MIGRATIONS.create(engine)
    with engine.begin() as connection:
        for each in read_migrations():
            noted = insert(MIGRATIONS).values(migration_name=each.name, checksum=each.checksum)
            connection.execute(noted.values(finished_at=datetime.now(UTC)))
    engine.dispose()
