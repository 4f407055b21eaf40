"""The mirrored schema on SQLite, for tests."""

import sqlite3
from pathlib import Path

from sqlalchemy import create_engine

from service.models import Base
from tests.support.portable import portable

AUTHOR_STATS = """
CREATE VIEW "AuthorStats" AS
SELECT u."id" AS "authorId",
    COUNT(DISTINCT p."id") AS "pageCount",
    COUNT(DISTINCT CASE WHEN p."status" = 'PUBLISHED' THEN p."id" END) AS "publishedCount",
    COUNT(r."number") AS "revisionCount",
    MAX(p."updatedAt") AS "lastEditedAt"
FROM "User" u
LEFT JOIN "Page" p ON p."authorId" = u."id"
LEFT JOIN "PageRevision" r ON r."pageId" = p."id"
GROUP BY u."id"
"""
"""The mirrored view in SQLite's words."""


def create_sqlite(path: Path) -> None:
    """Create every table and view in a new file."""
    engine = create_engine(f"sqlite:///{path}")
    portable(Base.metadata).create_all(engine)
    engine.dispose()
    with sqlite3.connect(path) as connection:
        connection.execute(AUTHOR_STATS)
    connection.close()
