"""Readiness: whether the database has what the resources need, seen while the service runs."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from service.dev.deploy import connect
from service.prisma.migrations import BASELINE, read_migrations
from service.prisma.url import parse_database_url
from tests.support.api import Api, serving

READINESS = "/utils/readiness"
DIAGNOSTICS = "/private/diagnostics/database"
BLOCKING = {
    'ALTER TABLE "TestNote" DROP COLUMN summary': "TestNote.summary",
    'ALTER TABLE "TestNote" RENAME COLUMN "viewCount" TO views': "TestNote.viewCount",
    'DROP TABLE "TestLabel" CASCADE': "TestLabel",
    'ALTER TABLE "TestNote" SET SCHEMA elsewhere': "TestNote",
}
LAST = read_migrations()[-1].name
STATE = f"UPDATE _prisma_migrations SET {{}} WHERE migration_name = '{LAST}'"
WARNED = {
    'ALTER TABLE "TestNote" ALTER COLUMN title TYPE text': (
        "TestNote.title is text where the models say character varying(200)"
    ),
    'ALTER TABLE "TestNote" ALTER COLUMN title DROP NOT NULL': "TestNote.title can be NULL",
    'ALTER TABLE "TestNote" ALTER COLUMN summary SET NOT NULL': "TestNote.summary can no longer be NULL",
    'ALTER TABLE "TestNote" ADD COLUMN "editedBy" text NOT NULL': (
        "TestNote.editedBy is not known here, and inserts must give it"
    ),
    "ALTER TYPE \"TestNoteStatus\" ADD VALUE 'HIDDEN'": (
        "TestNote.status can hold HIDDEN, which the models do not know"
    ),
    "ALTER TYPE \"TestNoteStatus\" RENAME VALUE 'DONE' TO 'GONE'": (
        "TestNote.status cannot hold DONE; TestNote.status can hold GONE, which the models do not know"
    ),
    'DROP TABLE "TestUnused"': "TestUnused is missing",
    'ALTER TABLE "TestUnused" DROP COLUMN text': "TestUnused.text is missing",
}
OF_MIGRATIONS = {
    STATE.format("migration_name = '20990101000000_new'"): (
        f"migrations are not applied: {LAST}; "
        "migrations are applied and not mirrored here: 20990101000000_new"
    ),
    STATE.format("checksum = 'another'"): (
        f"migrations were applied in another form than the mirror's: {LAST}"
    ),
    STATE.format("finished_at = NULL"): f"migrations were begun and not finished: {LAST}",
    STATE.format("finished_at = NULL, rolled_back_at = now()"): (f"migrations are not applied: {LAST}"),
}
# Of a baseline no database has to know.
ALL_WARNED = WARNED | ({} if LAST == BASELINE else OF_MIGRATIONS)
FINE = (
    'ALTER TABLE "TestNote" ADD COLUMN extra text',
    "ALTER TABLE \"TestNote\" ADD COLUMN extra text NOT NULL DEFAULT ''",
    'ALTER TABLE "TestNote" ADD COLUMN extra int GENERATED ALWAYS AS (position + 1) STORED NOT NULL',
    'CREATE TABLE "TestNobodys" (id text PRIMARY KEY, text text NOT NULL)',
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


@pytest.mark.parametrize("statement", ALL_WARNED)
async def test_what_is_less_is_one_warning(
    postgres_url: str, statement: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with drifted(postgres_url, statement) as api:
        for _ in range(2):
            assert (await api.get(READINESS)).status_code == 200
        shown = (await api.get(DIAGNOSTICS)).json()["drift"]
        assert shown == {"missing": [], "differences": ALL_WARNED[statement].split("; ")}
    log = capsys.readouterr().out
    assert log.count(f"The database has drifted from the models: {ALL_WARNED[statement]}\n") == 1
    assert log.count("WARNING") == 1


@pytest.mark.parametrize("statement", FINE)
async def test_what_app_web_adds_is_fine(
    postgres_url: str, statement: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with drifted(postgres_url, statement) as api:
        assert (await api.get(READINESS)).status_code == 200
        assert (await api.get(DIAGNOSTICS)).json()["drift"] == {"missing": [], "differences": []}
        await api.make_note("fine")
    assert "WARNING" not in capsys.readouterr().out


async def test_it_recovers_without_a_restart(postgres_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    changes = 'ALTER TABLE "TestLabel" RENAME TO old; ALTER TABLE "TestNote" RENAME title TO other'
    async with drifted(postgres_url, changes) as api:
        for _ in range(3):
            answer = await api.get(READINESS)
            assert answer.status_code == 503
            assert "needs: TestNote.title, TestLabel. " in answer.json()["detail"]
        await execute(postgres_url, 'ALTER TABLE old RENAME TO "TestLabel"')
        assert "needs: TestNote.title. " in (await api.get(READINESS)).json()["detail"]
        await execute(postgres_url, 'ALTER TABLE "TestNote" RENAME other TO title')
        assert (await api.get(READINESS)).json() == {"status": True}
    assert capsys.readouterr().out.count("has drifted") == 2


async def test_nothing_waits_for_a_table_that_is_locked(postgres_url: str) -> None:
    connection = await connect(parse_database_url(postgres_url))
    try:
        async with serving(postgres_url) as api:
            await connection.execute('BEGIN; LOCK TABLE "TestNote", "TestLabel" IN ACCESS EXCLUSIVE MODE')
            async with asyncio.timeout(5):
                assert (await api.get(READINESS)).status_code == 200
    finally:
        await connection.close()


async def test_on_sqlite_it_is_ready(sqlite_url: str) -> None:
    async with serving(sqlite_url) as api:
        assert (await api.get(READINESS)).status_code == 200
        shown = (await api.get(DIAGNOSTICS)).json()
        assert shown["migrations"].pop("applied") == [each.name for each in read_migrations()]
        assert not any(shown["migrations"].values())
        assert shown["drift"] == {"missing": [], "differences": []}
