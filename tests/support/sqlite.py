"""The schema on SQLite, for tests."""

from pathlib import Path

from sqlalchemy import create_engine

from service.models import Base, ViewBase
from tests.support.portable import portable


def create_sqlite(path: Path) -> None:
    """Create every table in a new file, and an empty table in place of each view."""
    engine = create_engine(f"sqlite:///{path}")
    for metadata in (Base.metadata, ViewBase.metadata):
        portable(metadata).create_all(engine)
    engine.dispose()
