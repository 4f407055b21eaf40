"""Readiness: whether the database has what the resources need, seen while the service runs."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from service.dev.deploy import connect
from service.prisma.url import parse_database_url
from tests.support.api import Api, serving

READINESS = "/utils/readiness"
DIAGNOSTICS = "/private/diagnostics/database"
BLOCKING = {
    'ALTER TABLE "Page" DROP COLUMN summary': "Page.summary",
    'ALTER TABLE "Page" RENAME COLUMN "viewCount" TO views': "Page.viewCount",
    'DROP TABLE "Topic" CASCADE': "Topic",
    'DROP TABLE "_PageToTopic"': "_PageToTopic",
    'ALTER TABLE "PageRevision" DROP COLUMN "editorId"': "PageRevision.editorId",
    'DROP VIEW "AuthorStats"': "AuthorStats",
    'ALTER TABLE "Page" SET SCHEMA elsewhere': "Page",
}
STATE = "UPDATE _prisma_migrations SET {} WHERE migration_name LIKE '%_payments'"
WARNED = {
    'ALTER TABLE "Page" ALTER COLUMN title TYPE text': (
        "Page.title is text where the models say character varying(200)"
    ),
    'ALTER TABLE "Page" ALTER COLUMN title DROP NOT NULL': "Page.title can be NULL",
    'ALTER TABLE "Page" ALTER COLUMN summary SET NOT NULL': "Page.summary can no longer be NULL",
    'ALTER TABLE "Page" ADD COLUMN "editedBy" text NOT NULL': (
        "Page.editedBy is not known here, and inserts must give it"
    ),
    "ALTER TYPE \"PageStatus\" ADD VALUE 'HIDDEN'": (
        "Page.status can hold HIDDEN, which the models do not know"
    ),
    "ALTER TYPE \"PageStatus\" RENAME VALUE 'ARCHIVED' TO 'GONE'": (
        "Page.status cannot hold ARCHIVED; Page.status can hold GONE, which the models do not know"
    ),
    "DROP TABLE subscriptions": "subscriptions is missing",
    'ALTER TABLE "User" DROP COLUMN image': "User.image is missing",
    STATE.format("migration_name = '20990101000000_new'"): (
        "migrations are not applied: 20250915083000_payments; "
        "migrations are applied and not mirrored here: 20990101000000_new"
    ),
    STATE.format("checksum = 'another'"): (
        "migrations were applied in another form than the mirror's: 20250915083000_payments"
    ),
    STATE.format("finished_at = NULL"): "migrations were begun and not finished: 20250915083000_payments",
    STATE.format("finished_at = NULL, rolled_back_at = now()"): (
        "migrations are not applied: 20250915083000_payments"
    ),
}
FINE = (
    'ALTER TABLE "Page" ADD COLUMN extra text',
    "ALTER TABLE \"Page\" ADD COLUMN extra text NOT NULL DEFAULT ''",
    'ALTER TABLE "Page" ADD COLUMN extra int GENERATED ALWAYS AS (position + 1) STORED NOT NULL',
    'CREATE TABLE "Comment" (id text PRIMARY KEY, text text NOT NULL)',
)


async def execute(url: str, statement: str) -> None:
    connection = await connect(parse_database_url(url))
    await connection.execute("CREATE SCHEMA IF NOT EXISTS elsewhere")
    await connection.execute(statement)
    await connection.close()


@asynccontextmanager
async def drifted(url: str, statement: str) -> AsyncGenerator[Api]:
    """The application, started over a database that was changed before."""
    await execute(url, statement)
    async with serving(url) as api:
        yield api


@pytest.mark.parametrize("statement", BLOCKING)
async def test_what_a_resource_needs_and_lacks_is_named(postgres_url: str, statement: str) -> None:
    async with drifted(postgres_url, statement) as api:
        answer = await api.get(READINESS)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"] == "1"
        assert f"needs: {BLOCKING[statement]}. " in problem["detail"]
        assert (await api.get("/utils/health-check")).json() == {"status": True}
        assert (await api.get(DIAGNOSTICS)).json()["drift"]["missing"] == [BLOCKING[statement]]


@pytest.mark.parametrize("statement", WARNED)
async def test_what_is_less_is_one_warning(
    postgres_url: str, statement: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with drifted(postgres_url, statement) as api:
        for _ in range(2):
            assert (await api.get(READINESS)).status_code == 200
        shown = (await api.get(DIAGNOSTICS)).json()["drift"]
        assert shown == {"missing": [], "differences": WARNED[statement].split("; ")}
    log = capsys.readouterr().out
    assert log.count(f"The database has drifted from the models: {WARNED[statement]}\n") == 1
    assert log.count("WARNING") == 1


@pytest.mark.parametrize("statement", FINE)
async def test_what_app_web_adds_is_fine(
    postgres_url: str, statement: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with drifted(postgres_url, statement) as api:
        assert (await api.get(READINESS)).status_code == 200
        assert (await api.get(DIAGNOSTICS)).json()["drift"] == {"missing": [], "differences": []}
        await api.make_page("fine")
    assert "WARNING" not in capsys.readouterr().out


async def test_it_recovers_without_a_restart(postgres_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    async with drifted(postgres_url, 'DROP VIEW "AuthorStats"; ALTER TABLE "Topic" RENAME TO old') as api:
        for _ in range(3):
            answer = await api.get(READINESS)
            assert answer.status_code == 503
            assert "needs: Topic, AuthorStats. " in answer.json()["detail"]
        await execute(postgres_url, 'ALTER TABLE old RENAME TO "Topic"')
        assert "needs: AuthorStats. " in (await api.get(READINESS)).json()["detail"]
        columns = '0 AS "pageCount", 0 AS "publishedCount", 0 AS "revisionCount", now() AS "lastEditedAt"'
        await execute(
            postgres_url, f'CREATE VIEW "AuthorStats" AS SELECT id AS "authorId", {columns} FROM "User"'
        )
        assert (await api.get(READINESS)).json() == {"status": True}
    log = capsys.readouterr().out
    assert log.count("has drifted") == 3, "the last one is of the view's types"


async def test_nothing_waits_for_a_table_that_is_locked(postgres_url: str) -> None:
    connection = await connect(parse_database_url(postgres_url))
    try:
        async with serving(postgres_url) as api:
            await connection.execute('BEGIN; LOCK TABLE "Page", "Topic" IN ACCESS EXCLUSIVE MODE')
            async with asyncio.timeout(5):
                assert (await api.get(READINESS)).status_code == 200
    finally:
        await connection.close()


async def test_on_sqlite_it_is_ready(sqlite_url: str) -> None:
    async with serving(sqlite_url) as api:
        assert (await api.get(READINESS)).status_code == 200
        shown = (await api.get(DIAGNOSTICS)).json()
        assert not any(shown["migrations"].values())
        assert shown["drift"] == {"missing": [], "differences": []}
