"""What the generator says when it cannot work: a message that helps, and no traceback."""

from pathlib import Path

import pytest

from service.dev.postgres import EmbeddedPostgres
from tests.prisma.support.command import SCHEMA, prisma_folder, run

USAGE_ERROR = 2
TABLE = 'CREATE TABLE "Thing" ("id" TEXT PRIMARY KEY);'


def said(folder: Path, url: str | None, prisma: Path | None = None) -> str:
    """What a run that fails says."""
    result = run(folder, url, "--package=out", *([f"--prisma={prisma}"] if prisma else []))
    assert result.returncode == USAGE_ERROR
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert not (folder / "out").exists()
    return result.stderr


def test_a_database_that_is_away(tmp_path: Path) -> None:
    message = said(tmp_path, "postgresql://u:secret@127.0.0.1:1/none")
    assert message.startswith("The database that DATABASE_URL names cannot be read: ")
    assert message.count("\n") == 1
    assert "secret" not in message


def test_a_database_that_does_not_exist(tmp_path: Path, postgres: EmbeddedPostgres) -> None:
    message = said(tmp_path, postgres.url("nowhere"))
    assert message == (
        'The database that DATABASE_URL names cannot be read: database "nowhere" does not exist\n'
    )


def test_a_url_of_another_database_system(tmp_path: Path) -> None:
    message = said(tmp_path, "mysql://u:secret@127.0.0.1/none")
    assert "postgresql://" in message
    assert "secret" not in message


def test_a_schema_without_tables(tmp_path: Path, postgres_url: str) -> None:
    message = said(tmp_path, f"{postgres_url}&schema=elsewhere")
    assert message.startswith("There is no table in elsewhere of database test_")
    assert "?schema=" in message


def test_no_migrations(tmp_path: Path, postgres_url: str) -> None:
    message = said(tmp_path, postgres_url, prisma_folder(tmp_path, {}))
    assert message.endswith(
        "migrations does not exist. Mirror a Prisma folder first: nox -s mirror -- PATH\n"
    )


def test_no_schema(tmp_path: Path, postgres_url: str) -> None:
    assert said(tmp_path, postgres_url, tmp_path).startswith(f"{tmp_path} has no schema.prisma")


def test_a_schema_that_prisma_would_refuse(tmp_path: Path, postgres_url: str) -> None:
    prisma = prisma_folder(tmp_path, {"1_init": TABLE}, SCHEMA.replace("@id", "@id("))
    assert said(tmp_path, postgres_url, prisma).startswith(f"{prisma / 'schema.prisma'}:")


@pytest.mark.slow
def test_a_migration_that_fails_is_named_each_time(tmp_path: Path) -> None:
    broken = {"1_init": TABLE, "2_more": 'ALTER TABLE "Thang" ADD COLUMN "x" TEXT;'}
    prisma = prisma_folder(tmp_path, broken)
    for _ in range(2):
        lines = said(tmp_path, None, prisma).splitlines()
        assert lines[-2] == 'Migration 2_more failed (P3018): relation "Thang" does not exist'
        assert "app-web" in lines[-1]
        assert "DATABASE_URL=postgresql://... nox -s adopt -- PRISMA --baseline" in lines[-1]


@pytest.mark.slow
def test_an_extension_that_has_only_a_stand_in_is_named(tmp_path: Path) -> None:
    maps = {
        "1_init": 'CREATE EXTENSION postgis; CREATE TABLE "Thing" ("id" TEXT PRIMARY KEY, "at" geometry);'
    }
    message = said(tmp_path, None, prisma_folder(tmp_path, maps))
    assert 'Migration 1_init failed (P3018): type "geometry" does not exist' in message
    assert "The embedded PostgreSQL lacks postgis" in message
    assert "--baseline" not in message, "its script would ask for the extension as well"


@pytest.mark.slow
def test_an_extension_whose_stand_in_does_what_is_asked_may_not_be_why(tmp_path: Path) -> None:
    broken = {
        "1_init": f"-- create extension for keys\nCREATE EXTENSION pgcrypto; {TABLE}",
        "2_more": "ALTER TABLE ONCE MORE",
    }
    lines = said(tmp_path, None, prisma_folder(tmp_path, broken)).splitlines()
    assert lines[-3].startswith("Migration 2_more failed")
    assert lines[-2].startswith("The embedded PostgreSQL lacks pgcrypto, and has but a stand-in for it")
    assert "--baseline" in lines[-1]


@pytest.mark.slow
def test_an_extension_that_a_later_migration_asks_for_is_not_blamed(tmp_path: Path) -> None:
    broken = {"1_init": TABLE, "2_more": "ALTER TABLE ONCE MORE", "3_maps": "CREATE EXTENSION postgis;"}
    message = said(tmp_path, None, prisma_folder(tmp_path, broken))
    assert "Migration 2_more failed (P3018): syntax error" in message
    assert "postgis" not in message
