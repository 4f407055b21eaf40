"""The schema on SQLite, for tests."""

import shutil
from pathlib import Path

from sqlalchemy import create_engine

from service.models import Base, ViewBase
from tests.sqlite.portable import portable


def copy_sqlite(template: Path, path: Path) -> str:
    """The URL of a copy, with the files of its further schemas."""
    for file in template.parent.glob(f"{template.name}*"):
        shutil.copy(file, path.with_name(file.name.replace(template.name, path.name, 1)))
    return f"sqlite:///{path}"


def create_sqlite(path: Path) -> None:
    """Create every table in a new file, and an empty table in place of each view."""
    metadatas = (Base.metadata, ViewBase.metadata)
    for schema in {
        table.schema for metadata in metadatas for table in metadata.tables.values() if table.schema
    }:
        Path(f"{path}.{schema}").touch()
    engine = create_engine(f"sqlite:///{path}")
    for metadata in metadatas:
        portable(metadata).create_all(engine)
    engine.dispose()
