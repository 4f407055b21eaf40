"""Fixtures of the example's tests."""

import shutil
import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.example.support import serving
from tests.support.api import Api

AUTHOR_STATS = """
DROP TABLE "AuthorStats";
CREATE VIEW "AuthorStats" AS
SELECT u."id" AS "authorId",
    COUNT(DISTINCT p."id") AS "pageCount",
    COUNT(DISTINCT CASE WHEN p."status" = 'PUBLISHED' THEN p."id" END) AS "publishedCount",
    COUNT(r."number") AS "revisionCount",
    MAX(p."updatedAt") AS "lastEditedAt"
FROM "User" u
LEFT JOIN "Page" p ON p."authorId" = u."id"
LEFT JOIN "PageRevision" r ON r."pageId" = p."id"
GROUP BY u."id";
"""
"""The mirrored view in SQLite's words."""


@pytest.fixture(scope="session")
def sqlite_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("example") / "template.db"))
    connection = sqlite3.connect(path)
    connection.executescript(AUTHOR_STATS)
    connection.close()
    return path


@pytest.fixture
async def api(database_url: str) -> AsyncGenerator[Api]:
    """The example in local, called without a token."""
    async with serving(database_url) as served:
        yield served
