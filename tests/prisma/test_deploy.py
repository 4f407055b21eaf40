"""Migrations are applied as `prisma migrate deploy` applies them."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from service.dev.deploy import Connection, DeployError, connect, deploy
from service.dev.postgres import EmbeddedPostgres
from service.prisma.migrations import Migration, MirrorError, compare, read_migrations
from service.prisma.url import parse_database_url


def migration(name: str, sql: str) -> Migration:
    return Migration(name, sql, hashlib.sha256(sql.encode()).hexdigest())


FIRST = migration("1_first", 'CREATE TABLE "A" (id int); CREATE TABLE "B" (id int);')
SECOND = migration("2_second", 'ALTER TABLE "A" ADD COLUMN x int;')


@pytest.fixture
async def empty_url(postgres: EmbeddedPostgres) -> AsyncGenerator[str]:
    yield await postgres.create_database("deploy")
    await postgres.drop_database("deploy")


@pytest.fixture
async def empty(empty_url: str) -> AsyncGenerator[Connection]:
    connection = await connect(parse_database_url(empty_url))
    yield connection
    await connection.close()


async def test_it_applies_what_is_missing_and_writes_prismas_rows(empty: Connection) -> None:
    progress: list[str] = []
    assert await deploy(empty, [FIRST], progress.append) == ["1_first"]
    assert await deploy(empty, [FIRST, SECOND], progress.append) == ["2_second"]
    assert await deploy(empty, [FIRST, SECOND]) == []
    assert progress == ["1_first", "2_second"]
    rows = await empty.fetch('SELECT * FROM "_prisma_migrations" ORDER BY migration_name')
    assert [(row["migration_name"], row["checksum"]) for row in rows] == [
        ("1_first", FIRST.checksum),
        ("2_second", SECOND.checksum),
    ]
    for row in rows:
        assert len(row["id"]) == 36
        assert row["started_at"] <= row["finished_at"]
        assert (row["applied_steps_count"], row["logs"], row["rolled_back_at"]) == (1, None, None)


async def test_a_failed_migration_stops_everything_until_it_is_resolved(empty: Connection) -> None:
    broken = migration("2_broken", 'CREATE TABLE "C" (id int); SELECT nothing;')
    with pytest.raises(DeployError, match=r"2_broken failed \(P3018\)"):
        await deploy(empty, [FIRST, broken, SECOND])
    row = await empty.fetchrow("SELECT * FROM _prisma_migrations WHERE migration_name = '2_broken'")
    assert row is not None
    assert row["finished_at"] is None
    assert "nothing" in row["logs"]
    assert await empty.fetchval("SELECT to_regclass('\"C\"')") is None
    with pytest.raises(DeployError, match="P3009"):
        await deploy(empty, [FIRST, SECOND])


@pytest.mark.parametrize("sql", ["", "-- This is an empty migration.", "-- AlterEnum\n\n/* none; */ ;\n"])
async def test_a_script_may_have_no_statement(empty: Connection, sql: str) -> None:
    assert await deploy(empty, [FIRST, migration("2_empty", sql), SECOND]) == [
        "1_first",
        "2_empty",
        "2_second",
    ]


async def test_a_script_may_have_its_own_transaction_and_search_path(empty: Connection) -> None:
    dumped = migration("1_dumped", "SELECT pg_catalog.set_config('search_path', '', false);")
    broken = migration("2_broken", "BEGIN; SELECT nothing; COMMIT;")
    with pytest.raises(DeployError, match=r"P3018.*nothing"):
        await deploy(empty, [dumped, broken])
    finished = await empty.fetch("SELECT migration_name FROM _prisma_migrations WHERE logs IS NULL")
    assert [row[0] for row in finished] == ["1_dumped"]


async def test_a_schema_that_is_named_is_made(empty_url: str) -> None:
    connection = await connect(parse_database_url(f"{empty_url}&schema=My-App"))
    try:
        await deploy(connection, [FIRST])
        assert await connection.fetchval('SELECT to_regclass(\'"My-App"."A"\')') is not None
    finally:
        await connection.close()


async def test_databases_of_others_are_refused(empty: Connection) -> None:
    await empty.execute("CREATE TABLE something (id int)")
    with pytest.raises(DeployError, match="P3005"):
        await deploy(empty, [FIRST])
    await empty.execute("DROP TABLE something")
    assert await deploy(empty, [FIRST]) == ["1_first"]


async def test_a_squashed_history_goes_on(empty: Connection) -> None:
    await deploy(empty, [FIRST, SECOND])
    assert await deploy(empty, [SECOND, migration("3_third", "SELECT 1")]) == ["3_third"]


async def test_two_deployments_wait_for_each_other(
    empty: Connection, empty_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("service.dev.deploy.PATIENCE", 0.3)
    other = await connect(parse_database_url(empty_url))
    await other.execute("SELECT pg_advisory_lock(72707369)")
    with pytest.raises(DeployError, match=rf"P1002.*pg_terminate_backend\({other.get_server_pid()}\)"):
        await deploy(empty, [FIRST])
    assert capsys.readouterr().err.startswith("Another deployment is at work")
    await other.close()
    assert await deploy(empty, [FIRST]) == ["1_first"]


ALONE = {
    "concurrently": (
        'CREATE INDEX CONCURRENTLY "a" ON "A" (id);\n-- and; one\nCREATE INDEX CONCURRENTLY "b" ON "B" (id);',
        "SELECT count(*) = 2 FROM pg_indexes WHERE indexname IN ('a', 'b')",
    ),
    "a value that is used": (
        """CREATE TYPE "E" AS ENUM ('x'); ALTER TYPE "E" ADD VALUE 'y;'; CREATE TABLE "C" (e "E" DEFAULT 'y;');""",
        """SELECT column_default LIKE '%y;%' FROM information_schema.columns WHERE table_name = 'C'""",
    ),
    "with bodies": (
        """CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $x$ BEGIN RETURN 1; END; $x$;\r
        CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; SELECT 2; END;\r
        /* a; /* b; */ */ CREATE INDEX CONCURRENTLY "a;""b" ON "A" (id); SELECT E'it\\'s;';""",
        "SELECT f() + g() = 3",
    ),
    "with its own transaction": (
        'BEGIN; CREATE TABLE "C" (id int); COMMIT; CREATE INDEX CONCURRENTLY "c" ON "C" (id);',
        "SELECT to_regclass('c') IS NOT NULL",
    ),
}


@pytest.mark.parametrize("kind", ALONE)
async def test_statements_that_want_to_be_alone_are(empty: Connection, kind: str) -> None:
    script, proof = ALONE[kind]
    assert await deploy(empty, [FIRST, migration("2_alone", script)]) == ["1_first", "2_alone"]
    assert await empty.fetchval(proof)


def test_a_byte_order_mark_is_no_statement(tmp_path: Path) -> None:
    folder = tmp_path / "migrations" / "1_x"
    folder.mkdir(parents=True)
    content = b"\xef\xbb\xbfSELECT 1;\n"
    (folder / "migration.sql").write_bytes(content)
    (found,) = read_migrations(tmp_path)
    assert found.sql == "SELECT 1;\n"
    assert found.matches(hashlib.sha256(content).hexdigest())
    assert found.matches(hashlib.sha256(b"SELECT 1;\r\n").hexdigest())


async def test_eight_hundred_migrations_in_twenty_seconds(empty: Connection) -> None:
    many = [migration(f"{number:04}_step", f"CREATE TABLE t{number} (id int)") for number in range(800)]
    began = time.monotonic()
    assert len(await deploy(empty, many)) == 800
    assert time.monotonic() - began < 20


def test_the_command(empty_url: str) -> None:
    def run(url: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "service.dev.deploy"],
            env={"PATH": os.environ["PATH"], "DATABASE_URL": url},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    first = run(empty_url)
    assert (first.returncode, first.stdout.splitlines()[-1]) == (0, "5 migrations applied.")
    assert run(empty_url).stdout == "No migration is missing.\n"
    refused = run("postgresql://a:s3cr3t@127.0.0.1:1/none")
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert "s3cr3t" not in refused.stderr


def test_the_state_of_a_database() -> None:
    state = compare([FIRST, SECOND], [("1_first", "another"), ("0_old", "x")])
    assert (state.applied, state.missing, state.unknown, state.changed) == (
        ["1_first"],
        ["2_second"],
        ["0_old"],
        ["1_first"],
    )
    assert compare([FIRST], [("1_first", FIRST.checksum)]).changed == []


def test_line_endings_do_not_change_a_migration() -> None:
    unix, windows = migration("1_a", "SELECT 1;\nSELECT 2;\n"), migration("1_a", "SELECT 1;\r\nSELECT 2;\r\n")
    assert unix.checksum != windows.checksum
    assert compare([unix], [("1_a", windows.checksum)]).changed == []
    assert compare([windows], [("1_a", unix.checksum)]).changed == []


def test_a_folder_that_is_no_mirror_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MirrorError, match="nox -s mirror"):
        read_migrations(tmp_path)
    folder = tmp_path / "migrations" / "1_x"
    folder.mkdir(parents=True)
    with pytest.raises(MirrorError, match=r"no migration\.sql"):
        read_migrations(tmp_path)
    (folder / "migration.sql").write_bytes(b"-- \xff")
    with pytest.raises(MirrorError, match="UTF-8"):
        read_migrations(tmp_path)
    (folder / "migration.sql").write_text("SELECT 1")
    (tmp_path / "migrations" / "migration_lock.toml").write_text('provider = "mysql"')
    with pytest.raises(MirrorError, match="mysql"):
        read_migrations(tmp_path)
