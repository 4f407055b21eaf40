"""python -m service.dev.generator, as nox runs it."""

import time
from pathlib import Path

import pytest

from service.dev.deploy import connect, deploy
from service.dev.generator.modules import generate
from service.dev.generator.source import scratch_database
from service.dev.postgres import EmbeddedPostgres
from service.prisma.migrations import Migration
from tests.prisma.conftest import ROOT
from tests.prisma.support.command import ASCII, SCHEMA, prisma_folder, run
from tests.support.database import execute

MANY = 800


async def test_the_committed_models_are_what_the_schema_gives(mirrored_url: str) -> None:
    result = run(ROOT, mirrored_url, "--check")
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "service.models is what the schema gives\n"


async def test_check_fails_with_a_diff_and_changes_nothing(postgres_url: str, tmp_path: Path) -> None:
    models = tmp_path / "out"
    assert run(tmp_path, postgres_url, "--package=out").returncode == 0
    tables = models / "tables.py"
    edited = tables.read_text().replace("class Topic", "class Theme")
    tables.write_text(edited)
    result = run(tmp_path, postgres_url, "--package=out", "--check")
    assert result.returncode == 1
    assert "-class Theme(Base):\n+class Topic(Base):\n" in result.stdout
    assert "run nox -s orm" in result.stderr
    assert tables.read_text() == edited
    assert run(tmp_path, postgres_url, "views", "--package=out", "--check").returncode == 0


async def test_a_locale_without_umlauts_changes_nothing(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    url = await postgres.create_database("umlauts")
    await execute(url, 'CREATE TABLE "Thing" ("id" TEXT PRIMARY KEY, "größe" TEXT DEFAULT \'東京\')')
    prisma = prisma_folder(tmp_path, {"1_init": ""}, SCHEMA.replace("model", "/// Größe → 住所\nmodel"))
    arguments = ("--package=out", f"--prisma={prisma}")
    result = run(tmp_path, url, *arguments, environment=ASCII)
    assert result.returncode == 0, result.stderr
    tables = tmp_path / "out" / "tables.py"
    assert "größe" in tables.read_text("utf-8")
    assert "東京" in tables.read_text("utf-8")
    tables.write_text("", "utf-8")
    result = run(tmp_path, url, *arguments, "--check", environment=ASCII)
    assert result.returncode == 1, result.stderr
    assert "größe" in result.stdout


async def test_a_database_that_is_behind_is_reflected_as_it_is(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    url = await postgres.create_database("older_schema")
    await execute(url, 'CREATE TABLE "Topic" ("id" SERIAL PRIMARY KEY, "name" TEXT NOT NULL)')
    result = run(tmp_path, url, "--package=out")
    assert result.returncode == 0
    assert "note: Page is in schema.prisma only: left out" in result.stderr
    assert "class Topic(Base)" in (tmp_path / "out" / "tables.py").read_text()


@pytest.mark.slow
async def test_many_migrations_apply_fast_show_progress_and_are_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    migrations = [
        Migration(
            f"2026{number:04}_t", f'CREATE TABLE "t{number}" ("id" TEXT PRIMARY KEY, "n" INT)', f"{number}"
        )
        for number in range(MANY)
    ]
    started = time.monotonic()
    async with scratch_database(migrations, tmp_path):
        first = time.monotonic() - started
    assert first < 20
    assert f"{MANY} of {MANY} migrations applied" in capsys.readouterr().err
    async with scratch_database(migrations, tmp_path) as database:
        connection = await connect(database)
        assert await deploy(connection, migrations) == []
        await connection.close()
    assert capsys.readouterr().err == ""


async def test_an_extension_s_view_has_a_class_where_the_schema_names_it(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    url = await postgres.create_database("extended")
    await execute(url, 'CREATE EXTENSION pg_stat_statements; CREATE TABLE "Thing" ("id" TEXT PRIMARY KEY)')
    unnamed = prisma_folder(tmp_path / "unnamed", {"1_init": ""})
    named = prisma_folder(
        tmp_path / "named", {"1_init": ""}, f"{SCHEMA}\nview pg_stat_statements {{\n  calls BigInt\n}}"
    )
    assert "class" not in (await generate(unnamed, url)).modules["views"]
    assert "class pg_stat_statements(ViewBase)" in (await generate(named, url)).modules["views"]


async def test_what_is_unique_among_some_rows_alone_is_no_key(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    url = await postgres.create_database("partly_unique")
    await execute(
        url,
        """
        CREATE TABLE "Declared" ("email" TEXT NOT NULL, "ref" TEXT NOT NULL, "gone" TIMESTAMP(3));
        CREATE UNIQUE INDEX ON "Declared" ("email") WHERE "gone" IS NULL;
        CREATE UNIQUE INDEX ON "Declared" ("ref");
        CREATE TABLE "Edited" ("email" TEXT NOT NULL, "lower" TEXT NOT NULL, "a" TEXT NOT NULL, "b" TEXT NOT NULL);
        CREATE UNIQUE INDEX ON "Edited" ("email") WHERE "email" <> '';
        CREATE UNIQUE INDEX ON "Edited" (lower("lower"));
        ALTER TABLE "Edited" ADD UNIQUE ("b", "a");
        CREATE TABLE "Keyless" ("email" TEXT NOT NULL);
        CREATE INDEX ON "Keyless" ("email");
    """,
    )
    live = 'where: raw("\\"gone\\" IS NULL")'
    prisma = prisma_folder(
        tmp_path,
        {"1_init": ""},
        f"{SCHEMA}\nmodel Declared {{\n  email String @unique({live})\n  ref String @unique\n"
        f"  gone DateTime?\n  @@unique([email], {live})\n}}\n"
        "model Edited {\n  email String @unique\n  lower String @unique\n  a String\n  b String\n"
        "  @@unique([a, b])\n}\nmodel Keyless {\n  email String @unique\n}\n",
    )
    generated = await generate(prisma, url)
    tables = generated.modules["tables"]
    assert "__mapper_args__ = {'primary_key': [ref]}" in tables.replace('"', "'")
    assert "__mapper_args__ = {'primary_key': [a, b]}" in tables.replace('"', "'")
    assert "class Keyless" not in tables
    assert "model Keyless has no class: nothing in the database identifies its rows" in generated.notes
