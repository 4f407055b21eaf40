"""How often the database is compared with the models, and what happens while it is away."""

from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Enum, MetaData, Table, Text, event, text
from sqlalchemy.dialects.postgresql import CITEXT

from service.core.database import Database
from service.core.errors import Unavailable
from service.core.lifecycle.drift import DriftWatch
from service.core.lifecycle.needed_columns import needed_columns
from service.core.lifecycle.readiness import Readiness
from service.core.lifecycle.shutdown import Shutdown
from service.core.resources.controller import repositories_of
from service.dev.postgres import EmbeddedPostgres
from service.prisma.drift import NOTHING, find_drift, same_words, type_name
from service.prisma.enums import CrossedEnum, PrismaEnum
from service.prisma.live import read_live_tables
from service.prisma.migrations import read_migrations
from service.prisma.types import ScalarList
from service.prisma.url import parse_database_url
from tests.support.database import execute, transaction_on
from tests.support.lens import LENS
from tests.support.serve import RESOURCES

NEEDED = needed_columns(repositories_of(RESOURCES))


class Crossed(PrismaEnum):
    ONE = "ONE", "TWO"
    TWO = "TWO", "ONE"


async def test_a_type_that_the_role_does_not_find_is_named_with_what_to_do(postgres_url: str) -> None:
    """Prisma's own migrations put an extension where the tables are, and `CAST(... AS citext)` names no schema."""
    metadata = MetaData()
    kinds = {
        "word": CITEXT,
        "words": ScalarList(CITEXT),
        "kind": Enum("ONE", name="DriftKind", schema="elsewhere"),
        "crossed": CrossedEnum(Crossed, "DriftCrossed", schema="elsewhere"),
        "text": Text,
    }
    table = Table("DriftWord", metadata, *(Column(name, kind) for name, kind in kinds.items()))
    async with transaction_on(postgres_url) as connection:
        for statement in ("CREATE SCHEMA elsewhere", "CREATE EXTENSION citext SCHEMA elsewhere"):
            await connection.execute(text(statement))
        await connection.execute(text("SET LOCAL search_path = public, elsewhere"))
        await connection.run_sync(metadata.create_all)
        await connection.execute(text("SET LOCAL search_path = public"))
        live = await connection.run_sync(read_live_tables, [table])
    assert find_drift([table], live, set(), NOTHING).differences == tuple(
        f"DriftWord.{name} is elsewhere.{kind}, and statements with it fail until this role's search_path "
        "leads there: ALTER ROLE ... SET search_path = public, elsewhere"
        for name, kind in (("word", "citext"), ("words", "citext[]"))
    )


@pytest.mark.parametrize(
    ("name", "found"), [("interval", "interval"), ("position", '"position"'), ("Kind", '"Kind"')]
)
def test_an_enum_is_known_by_whatever_word_it_is_called(name: str, found: str) -> None:
    """SQLAlchemy takes some for types of PostgreSQL's, and quotes others than it does."""
    assert type_name(Enum("ONE", name=name)) == same_words(f"public.{found}") == same_words(found)


@pytest.fixture
async def database(postgres_url: str) -> AsyncGenerator[Database]:
    database = Database(parse_database_url(postgres_url), statement_timeout=5)
    yield database
    await database.dispose()


@pytest.fixture
def catalogue_queries() -> Iterator[list[str]]:
    """Each query of the catalogue, as it is sent."""
    queries: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "pg_attribute" in statement:
            queries.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield queries
    event.remove(Engine, "before_cursor_execute", note)


async def test_a_good_database_is_asked_once_a_minute(
    database: Database, catalogue_queries: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = DriftWatch(database, NEEDED)
    seconds = iter(range(1000, 9999))
    clock = SimpleNamespace(monotonic=lambda: next(seconds))
    monkeypatch.setattr("service.core.lifecycle.drift.time", clock)
    for _ in range(58):
        await watch.look()
    assert len(catalogue_queries) == 1
    monkeypatch.undo()
    monkeypatch.setattr("service.core.lifecycle.drift.time", SimpleNamespace(monotonic=lambda: 1062))
    await Readiness(database, watch, Shutdown()).check()
    assert len(catalogue_queries) == 2


async def test_what_is_lost_while_it_serves_is_seen_and_its_return_at_once(
    database: Database, postgres_url: str
) -> None:
    watch = DriftWatch(database, NEEDED, every=0)
    assert (await watch.look()).missing == ()
    await execute(postgres_url, 'ALTER TABLE "TestNote" RENAME COLUMN title TO headline')
    for _ in range(2):
        with pytest.raises(Unavailable, match=r"needs: TestNote\.title\. "):
            await Readiness(database, watch, Shutdown()).check()
    await execute(postgres_url, 'ALTER TABLE "TestNote" RENAME COLUMN headline TO title')
    await Readiness(database, watch, Shutdown()).check()


async def test_a_database_that_is_away_is_asked_again(
    database: Database, postgres: EmbeddedPostgres, postgres_url: str
) -> None:
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    watch = DriftWatch(database, NEEDED)
    await postgres.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    async with watch.begun():
        with pytest.raises(Exception, match="not currently accepting connections"):
            await watch.look()
    await postgres.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    await Readiness(database, watch, Shutdown()).check()
    assert (await watch.look()).missing == ()


async def test_migrations_that_may_not_be_read_are_said(database: Database, postgres_url: str) -> None:
    await execute(
        postgres_url,
        "DO $$ BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
        'GRANT SELECT ON "TestNote" TO reader',
    )
    async with database.servers[0].engine.connect() as connection:
        await connection.exec_driver_sql("SET LOCAL ROLE reader")
        found = await DriftWatch(database, NEEDED).read(connection)
    assert found.differences == ("migrations were not compared: this role may not read _prisma_migrations",)


async def test_row_level_security_that_hides_rows_from_the_role_is_said(
    database: Database, postgres_url: str
) -> None:
    await execute(
        postgres_url,
        "DO $$ BEGIN CREATE ROLE filtered; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
        'GRANT SELECT ON "TestNote", "TestLabel", _prisma_migrations TO filtered;'
        'ALTER TABLE "TestNote" ENABLE ROW LEVEL SECURITY;'
        'ALTER TABLE "TestLabel" ENABLE ROW LEVEL SECURITY;'
        "ALTER TABLE _prisma_migrations ENABLE ROW LEVEL SECURITY;"
        """CREATE POLICY own ON "TestNote" USING (id = current_setting('app.id', true));"""
        'CREATE POLICY everything ON "TestLabel" TO filtered USING (true) WITH CHECK (true);',
    )
    async with database.servers[0].engine.connect() as connection:
        await connection.exec_driver_sql("SET LOCAL ROLE filtered")
        found = await DriftWatch(database, NEEDED).read(connection)
    hidden, migrations = found.differences
    assert hidden.startswith(
        "row-level security hides rows from this role, and may refuse its writes, in TestNote: "
    )
    assert (
        migrations
        == "migrations were not compared: row-level security hides _prisma_migrations from this role"
    )
    assert (await DriftWatch(database, NEEDED).look()).differences == (), "a superuser sees all rows"


async def test_a_schema_of_its_own_is_looked_at(database: Database, postgres_url: str) -> None:
    await execute(postgres_url, f"ALTER SCHEMA {LENS.schema} RENAME TO app; CREATE SCHEMA {LENS.schema}")
    url = replace(parse_database_url(postgres_url), schema="app")
    elsewhere = Database(url, statement_timeout=5)
    found = await DriftWatch(elsewhere, NEEDED).look()
    await elsewhere.dispose()
    assert (found.missing, found.differences, len(found.migrations.applied)) == (
        (),
        (),
        len(read_migrations()),
    )
    assert "TestNote" in (await DriftWatch(database, NEEDED).look()).missing
