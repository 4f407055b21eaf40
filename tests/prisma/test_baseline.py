"""What no migration makes: the tables of `prisma db push`, and those of other tools."""

import asyncio
import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from service.dev.deploy import DeployError, connect
from service.dev.generator.modules import BEHIND, NO_VIEW, generate
from service.dev.migrate import migrate
from service.dev.mirror.__main__ import main
from service.dev.mirror.dump import dump
from service.dev.postgres import EmbeddedPostgres
from service.prisma.live import read_live_tables, read_migration_state
from service.prisma.migrations import BASELINE, MigrationState, read_migrations
from service.prisma.url import parse_database_url
from tests.support.database import execute

SCHEMA = """
datasource db {
  provider = "postgresql"
  schemas  = ["public", "auth"]
}

model Note {
  id     Int    @id @default(autoincrement())
  text   String @db.Citext
  kind   Kind   @default(bc)
  userId String @db.Uuid
  user   users  @relation(fields: [userId], references: [id])

  @@schema("public")
}

model users {
  id    String @id @db.Uuid
  notes Note[]

  @@schema("auth")
}

view Stats {
  kind  Kind   @unique
  notes BigInt

  @@schema("public")
}

enum Kind {
  a
  bc @map("b-c")

  @@schema("public")
}
"""
OF_OTHERS = "CREATE SCHEMA auth; CREATE TABLE auth.users (id uuid PRIMARY KEY);"
TABLES = """
CREATE EXTENSION citext;
CREATE TYPE "Kind" AS ENUM ('a', 'b-c');
CREATE TABLE "Note" (
    id serial PRIMARY KEY, text citext NOT NULL, kind "Kind" NOT NULL DEFAULT 'b-c',
    "userId" uuid NOT NULL REFERENCES auth.users (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE MATERIALIZED VIEW "Stats" AS SELECT kind, count(*) AS notes FROM "Note" GROUP BY kind;
"""
RULES = """
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
UPDATE "Note"
SET text = text WHERE false;
RETURN NEW;
END $$;
CREATE TRIGGER touched BEFORE INSERT ON "Note" FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE "Note" ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON "Note" TO postgres USING (true);
"""
CONFIG = """
import { defineConfig } from 'prisma/config'

// migrations: { path: "not/this" }
export default defineConfig({
  schema: "database/schema.prisma",
  views: { path: "neither/this" },
  migrations: { %s },
  datasource: { url: "postgresql://nobody" /* } */ },
})
"""


@pytest.fixture
async def pushed(postgres: EmbeddedPostgres) -> AsyncGenerator[str]:
    """A database that has the tables, and of which no migration knows."""
    url = await postgres.create_database("pushed")
    await execute(url, OF_OTHERS + TABLES + RULES)
    yield url
    await postgres.drop_database("pushed")


@pytest.fixture
async def empty(postgres: EmbeddedPostgres) -> AsyncGenerator[str]:
    yield await postgres.create_database("from_a_baseline")
    await postgres.drop_database("from_a_baseline")


@pytest.fixture
def app_web(tmp_path: Path) -> Path:
    folder = tmp_path / "app-web" / "database"
    folder.mkdir(parents=True)
    (folder / "schema.prisma").write_text(SCHEMA)
    return folder


def run(target: Path, *arguments: object) -> int:
    return main([*map(str, arguments), "--target", str(target)])


def script(target: Path) -> str:
    return (target / f"{BASELINE}.sql").read_text()


async def test_a_schema_without_migrations_is_mirrored_with_the_tables_of_a_database(  # noqa: PLR0913, PLR0917  # fixtures
    app_web: Path,
    target: Path,
    pushed: str,
    empty: str,
    postgres: EmbeddedPostgres,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as context:
        context.setenv("DATABASE_URL", pushed)
        assert await asyncio.to_thread(run, target, app_web) == 0
        first = script(target)
        assert await asyncio.to_thread(run, target, app_web) == 0
        assert script(target) == first, "each dump is the same"
        assert await asyncio.to_thread(run, target, "--check", app_web) == 0
    assert run(target, "--check", app_web) == 0, "the schema alone can be compared without the database"
    assert run(target, "--verify") == 0
    assert "POLICY" not in first

    migrations = read_migrations(target)
    assert [each.name for each in migrations] == [BASELINE]
    assert await migrate(postgres, empty, migrations) == [BASELINE]
    assert await migrate(postgres, empty, migrations) == []
    connection = await connect(parse_database_url(empty))
    await connection.execute(
        'INSERT INTO auth.users VALUES (gen_random_uuid()); INSERT INTO "Note" (text, "userId") SELECT \'a\', id FROM auth.users'
    )
    assert await connection.fetchval('SELECT count(*) FROM "Stats"') == 0, "it can be read"
    await connection.close()
    here = await generate(target, "postgresql://nobody@127.0.0.1:1/none")
    (target / f"{BASELINE}.sql").unlink()
    (target / "migrations").mkdir()
    there = await generate(target, pushed)
    assert {
        name: text.replace("no migration", "the baseline") for name, text in there.modules.items()
    } == here.modules
    assert "class Note" in here.modules["tables"]
    assert not here.notes


async def test_the_tables_of_a_database_can_stand_in_the_place_of_migrations(
    app_web: Path,
    target: Path,
    pushed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Where a team changed its tables by other means than its migrations, these do not make them."""
    folder = app_web / "migrations" / "1_first"
    folder.mkdir(parents=True)
    (folder / "migration.sql").write_text('ALTER TABLE "Note" ADD COLUMN kind text;')
    assert run(target, app_web) == 0
    assert run(target, app_web, "--baseline") == 2
    assert "with DATABASE_URL=postgresql://... before it" in capsys.readouterr().err
    monkeypatch.setenv("DATABASE_URL", pushed)
    assert await asyncio.to_thread(run, target, app_web, "--baseline") == 0
    assert [each.name for each in read_migrations(target)] == [BASELINE]
    assert await asyncio.to_thread(run, target, "--check", app_web, "--baseline") == 0
    assert run(target, "--check", app_web) == 1, "there are migrations after all"
    monkeypatch.delenv("DATABASE_URL")
    assert run(target, "--check", app_web, "--baseline") == 0


def test_the_lock_alone_is_no_migration(
    app_web: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (app_web / "migrations").mkdir()
    (app_web / "migrations" / "migration_lock.toml").write_text('provider = "postgresql"')
    assert run(target, app_web) == 2
    assert "has no migrations/ folder" in capsys.readouterr().err


async def test_tables_in_a_schema_of_their_own_are_in_public_here(
    app_web: Path, target: Path, postgres: EmbeddedPostgres, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (app_web / "schema.prisma").write_text(
        'datasource db {\n provider = "postgresql"\n}\nmodel A {\n  id Int @id\n}'
    )
    url = f"{await postgres.create_database('of_a_schema')}&schema=my-shop"
    await execute(
        url,
        'CREATE SCHEMA "my-shop"; CREATE EXTENSION citext SCHEMA public; CREATE EXTENSION hstore SCHEMA public;'
        'CREATE TABLE "A" (id int PRIMARY KEY, name public.citext); CREATE TABLE public."B" (id int)',
    )
    monkeypatch.setenv("DATABASE_URL", url)
    assert await asyncio.to_thread(run, target, app_web) == 0
    monkeypatch.delenv("DATABASE_URL")
    await migrate(postgres, empty, read_migrations(target))
    connection = await connect(parse_database_url(empty))
    tables = "SELECT schemaname || '.' || tablename FROM pg_tables WHERE tablename IN ('A', 'B')"
    assert [row[0] for row in await connection.fetch(tables)] == ["public.A"]
    await connection.execute("""INSERT INTO "A" VALUES (1, 'Ä'::citext)""")
    await connection.close()
    await postgres.drop_database("of_a_schema")


async def test_who_has_not_pushed_yet_is_told_to(target: Path, pushed: str) -> None:
    target.mkdir()
    (target / f"{BASELINE}.sql").write_text(OF_OTHERS + TABLES)
    (target / "schema.prisma").write_text(SCHEMA)
    assert BEHIND not in (await generate(target, pushed)).notes
    (target / "schema.prisma").write_text(
        SCHEMA + '\nmodel Later {\n  id Int @id\n\n  @@schema("public")\n}\n'
    )
    assert (await generate(target, pushed)).notes == [
        "Later is in schema.prisma only: left out",
        BEHIND,
    ]
    (target / "schema.prisma").write_text(
        SCHEMA + '\nview Sums {\n  id Int @unique\n\n  @@schema("public")\n}\n'
    )
    assert (await generate(target, pushed)).notes == [
        "Sums is in schema.prisma only: left out",
        NO_VIEW,
    ]


async def test_a_baseline_that_cannot_be_applied_here_is_told(target: Path, pushed: str) -> None:
    target.mkdir()
    (target / "schema.prisma").write_text(
        'datasource db {\n provider = "postgresql"\n}\nmodel Note {\n  id Int @id\n}'
    )
    (target / f"{BASELINE}.sql").write_text("SELECT 1 / 0;")
    (said,) = [note for note in (await generate(target, pushed)).notes if "cannot make these tables" in note]
    assert "division by zero" in said


async def test_a_baseline_makes_its_tables_in_the_schema_that_a_url_names(
    target: Path, pushed: str, empty: str, postgres: EmbeddedPostgres
) -> None:
    target.mkdir()
    tables = await asyncio.to_thread(dump, parse_database_url(pushed), ["auth"])
    (target / f"{BASELINE}.sql").write_text(tables)
    await migrate(postgres, f"{empty}&schema=my-shop", read_migrations(target))
    connection = await connect(parse_database_url(f"{empty}&schema=my-shop"))
    of_ours = "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
    found = await connection.fetch(
        f"SELECT schemaname || '.' || tablename FROM pg_tables {of_ours}"
    )  # constants
    assert [row[0] for row in found] == ["auth.users", "my-shop.Note", "my-shop._prisma_migrations"]
    assert await connection.fetchval("SELECT 'public'::regnamespace::text") == "public"
    await connection.execute("INSERT INTO auth.users VALUES (gen_random_uuid())")
    await connection.execute('INSERT INTO "Note" (text, "userId") SELECT \'a\', id FROM auth.users')
    await connection.close()


@pytest.mark.parametrize(
    "sql", ["CREATE TABLE a (id int); SELECT 1 / 0;", "BEGIN; CREATE TABLE a (id int); COMMIT; SELECT 1 / 0;"]
)
async def test_a_baseline_that_fails_leaves_the_schemas_their_names(
    target: Path, empty: str, postgres: EmbeddedPostgres, sql: str
) -> None:
    """Also where it has run statement by statement, so that no transaction takes back what was done before."""
    target.mkdir()
    (target / f"{BASELINE}.sql").write_text(sql)
    for says in ("P3018.*division by zero", "P3009"):
        with pytest.raises(DeployError, match=says):
            await migrate(postgres, f"{empty}&schema=my-shop", read_migrations(target))
    connection = await connect(parse_database_url(empty))
    found = await connection.fetch(
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$' ORDER BY 1"
    )
    await connection.close()
    assert [row[0] for row in found] == ["my-shop", "public"]


async def test_the_database_of_production_need_not_know_the_baseline(
    target: Path, pushed: str, empty: str, postgres: EmbeddedPostgres
) -> None:
    target.mkdir()
    (target / f"{BASELINE}.sql").write_text("SELECT 1;")
    mirrored = read_migrations(target)
    await migrate(postgres, empty, mirrored)
    for url, applied in ((pushed, []), (empty, [BASELINE])):
        engine = create_async_engine(parse_database_url(url).url)
        async with engine.connect() as connection:

            def state(connection: sa.Connection) -> object:
                return read_migration_state(connection, read_live_tables(connection, []), mirrored)

            found = await connection.run_sync(state)
        await engine.dispose()
        assert found == MigrationState(applied=applied, missing=[], unknown=[], changed=[], unfinished=[])


async def test_a_database_that_is_set_up_gets_no_baseline(
    target: Path, empty: str, postgres: EmbeddedPostgres
) -> None:
    for name in ("1_first", "2_second"):
        folder = target / "migrations" / name
        folder.mkdir(parents=True)
        (folder / "migration.sql").write_text(f'CREATE TABLE "{name}" (id int);')
    migrations = read_migrations(target)
    await migrate(postgres, empty, migrations[:1])
    (target / f"{BASELINE}.sql").write_text('CREATE TABLE "0" (id int);')
    assert await migrate(postgres, empty, read_migrations(target)) == ["2_second"]


async def test_a_database_of_an_outdated_baseline_is_not_called_up_to_date(
    target: Path, empty: str, postgres: EmbeddedPostgres
) -> None:
    target.mkdir()
    baseline = target / f"{BASELINE}.sql"
    baseline.write_text("CREATE TABLE a (id int);")
    await migrate(postgres, empty, read_migrations(target))
    baseline.write_text("CREATE TABLE a (id int, b int);")
    with pytest.raises(DeployError, match="made by a baseline that has changed since"):
        await migrate(postgres, empty, read_migrations(target))
    # The team begins with migrations: the first makes what is there already.
    baseline.unlink()
    folder = target / "migrations" / "0_init"
    folder.mkdir(parents=True)
    (folder / "migration.sql").write_text("CREATE TABLE a (id int, b int);")
    with pytest.raises(DeployError, match="made by a baseline that has changed since"):
        await migrate(postgres, empty, read_migrations(target))


async def test_migrations_go_on_whatever_became_of_the_baseline_before_them(
    target: Path, empty: str, postgres: EmbeddedPostgres
) -> None:
    baseline = target / f"{BASELINE}.sql"
    for name in ("1_first", "2_second"):
        folder = target / "migrations" / name
        folder.mkdir(parents=True)
        (folder / "migration.sql").write_text("SELECT 1;")
    baseline.write_text("CREATE TABLE a (id int);")
    await migrate(postgres, empty, read_migrations(target)[:2])
    baseline.write_text("CREATE TABLE a (id int); -- as it were")
    assert await migrate(postgres, empty, read_migrations(target)) == ["2_second"]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (None, "the same command again, with DATABASE_URL=postgresql://... before it"),
        ("mysql://a@b/c", "DATABASE_URL must begin with postgresql://"),
        ("postgresql://a:s3cr3t@127.0.0.1:1/none", "cannot be dumped"),
        ("prisma+postgres://accelerate.example/?api_key=s3cr3t", "directUrl or DIRECT_URL"),
    ],
)
def test_tables_that_cannot_be_had_are_told(  # noqa: PLR0913, PLR0917  # fixtures and parameters
    app_web: Path,
    target: Path,
    url: str | None,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if url:
        monkeypatch.setenv("DATABASE_URL", url)
    assert run(target, app_web) == 2
    said = capsys.readouterr().err
    assert message in said
    assert "s3cr3t" not in said
    assert not target.exists()


@pytest.mark.parametrize(
    "said",
    [
        'path: "sql/steps"',
        "path: path.join('sql', 'steps')",
        'path: join(\n    "sql",\n    "steps",\n  ), seed: "tsx seed.ts"',
        "seed: `tsx ${x} {`, path: `./sql/steps`",
        "'path': 'sql/steps'",
    ],
)
@pytest.mark.parametrize("quote", ["", '"'])
async def test_prismas_configuration_says_where_the_migrations_are(
    app_web: Path, target: Path, said: str, quote: str
) -> None:
    folder = app_web.parent / "sql" / "steps" / "1_first"
    folder.mkdir(parents=True)
    (folder / "migration.sql").write_text("SELECT 1;")
    config = re.sub(r"\b(schema|migrations):", rf"{quote}\1{quote}:", CONFIG % said)
    (app_web.parent / "prisma.config.ts").write_text(config)
    (app_web / "of_another_client.prisma").write_text(SCHEMA)
    assert run(target, app_web) == 0
    assert [each.name for each in read_migrations(target)] == ["1_first"]


@pytest.mark.parametrize("name", ["prisma.config.mjs", ".config/prisma.ts", "database/prisma.config.ts"])
async def test_what_other_tools_make_comes_before_the_migrations(
    app_web: Path, target: Path, name: str, empty: str, postgres: EmbeddedPostgres
) -> None:
    folder = app_web / "migrations" / "00000000000000_init"
    folder.mkdir(parents=True)
    (folder / "migration.sql").write_text(TABLES)
    config = app_web.parent / name
    config.parent.mkdir(exist_ok=True)
    config.write_text(CONFIG % f"path: `migrations`, initShadowDb: `{OF_OTHERS}\\n-- \\`it\\``")
    if "/" not in name or name.startswith("."):
        config.write_text(config.read_text().replace("`migrations`", "`database/migrations`"))
    assert run(target, app_web) == 0
    assert script(target) == f"{OF_OTHERS}\n-- `it`"
    assert await migrate(postgres, empty, read_migrations(target)) == [BASELINE, "00000000000000_init"]
    config.unlink()
    assert run(target, app_web) == 0
    assert [each.name for each in read_migrations(target)] == ["00000000000000_init"]


def test_the_configuration_of_another_folder_says_nothing_here(app_web: Path, target: Path) -> None:
    for folder in (app_web / "migrations" / "1_own", app_web.parent / "others" / "1_anothers"):
        folder.mkdir(parents=True)
        (folder / "migration.sql").write_text("SELECT 1;")
    config = (CONFIG % "path: 'others', initShadowDb: 'SELECT 2;'").replace(
        "database/schema", "prisma/schema"
    )
    (app_web.parent / "prisma.config.ts").write_text(config)
    assert run(target, app_web) == 0
    assert [each.name for each in read_migrations(target)] == ["1_own"]


@pytest.mark.parametrize(
    "computed",
    [
        "initShadowDb: `${sql}`",
        "initShadowDb: readFileSync('x', 'utf8')",
        "path: `${root}/migrations`",
        "path: root",
    ],
)
def test_what_is_computed_is_not_guessed(app_web: Path, target: Path, computed: str) -> None:
    folder = app_web / "migrations" / "1_first"
    folder.mkdir(parents=True)
    (folder / "migration.sql").write_text("SELECT 1;")
    (app_web.parent / "prisma.config.ts").write_text(CONFIG % computed)
    assert run(target, app_web) == 0
    assert [each.name for each in read_migrations(target)] == ["1_first"]
