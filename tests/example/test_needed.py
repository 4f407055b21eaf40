"""Readiness is lost exactly where calls fail: each column in turn is dropped, and everything called."""

import pytest

from service.core.lifecycle.drift import DriftWatch
from service.core.lifecycle.needed_columns import needed_columns
from service.core.resources.controller import repositories_of
from service.dev.deploy import connect
from service.models import Base
from service.prisma.url import parse_database_url
from service.resources import RESOURCES
from tests.example.support import serving
from tests.support.api import EDITOR, Api

NEEDED = needed_columns(repositories_of(RESOURCES))
COLUMNS = [column for table in Base.metadata.tables.values() for column in table.columns]
ROWS = f"""
INSERT INTO "Page" (id, slug, title, "authorId", "updatedAt") VALUES ('one', 'one', 'One', '{EDITOR}', now());
INSERT INTO "Topic" (name) VALUES ('Topic');
"""
CALLS = (
    ("GET", "/pages/", None),
    ("GET", "/pages/?sort=position&q=a&tag=b", None),
    ("GET", "/pages/one", None),
    ("POST", "/pages/", {"title": "One", "authorId": EDITOR, "parentId": "one"}),
    ("PATCH", "/pages/one", {"title": "Two"}),
    ("POST", "/pages/one/publish", None),
    ("GET", "/pages/one/revisions", None),
    ("GET", "/pages/one/topics", None),
    ("PUT", "/pages/one/topics", {"topicIds": [1]}),
    ("GET", "/topics/", None),
    ("POST", "/topics/", {"name": "New"}),
    ("PATCH", "/topics/1", {"name": "Another"}),
    ("GET", "/author-stats/", None),
    ("DELETE", "/pages/one", None),
    ("DELETE", "/topics/1", None),
)


async def failures(api: Api) -> list[str]:
    failed: list[str] = []
    for method, path, body in CALLS:
        answer = await api.request(method, path, json=body)
        if answer.status_code >= 500 or answer.status_code == 409:
            failed.append(f"{method} {path}: {answer.status_code}")
    return failed


@pytest.mark.slow
@pytest.mark.parametrize("column", COLUMNS, ids=str)
async def test_it_is_not_ready_exactly_where_calls_fail(postgres_url: str, column: object) -> None:
    table, _, name = str(column).partition(".")
    async with serving(postgres_url) as api:
        connection = await connect(parse_database_url(postgres_url))
        await connection.execute(ROWS)
        await connection.execute(f'ALTER TABLE "{table}" DROP COLUMN "{name}" CASCADE')
        await connection.close()
        missing = (await DriftWatch(api.application.state.database, NEEDED, every=0).look()).missing
        assert bool(missing) is bool(await failures(api))
