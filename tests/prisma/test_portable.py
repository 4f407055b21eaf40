"""PostgreSQL's schema on SQLite."""

import sqlite3
from collections.abc import Generator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.exc import IntegrityError

from service.dev.deploy import connect
from service.dev.postgres import EmbeddedPostgres
from service.prisma.types import AsText, ExactDecimal, ScalarList, UtcTimestamp, literal_sql
from service.prisma.url import parse_database_url
from tests.prisma.support.engines import engine_of
from tests.sqlite.connection import Connection
from tests.sqlite.portable import portable
from tests.sqlite.portable_defaults import portable_default
from tests.support.database import execute

REFLECTED = """
CREATE EXTENSION IF NOT EXISTS citext;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE parent (id bigserial PRIMARY KEY, name citext UNIQUE, n positive);
CREATE TABLE child (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number serial NOT NULL,
    parent_id bigint NOT NULL REFERENCES parent ON DELETE CASCADE,
    tags text[] DEFAULT ARRAY['a''b', 'c,d'],
    moods mood[] DEFAULT '{sad,ok}',
    mood mood NOT NULL DEFAULT 'ok',
    price numeric(20, 10) DEFAULT 1.5,
    body jsonb NOT NULL DEFAULT '{"a": "b:c"}',
    at timestamp(3) NOT NULL DEFAULT now(),
    later timestamptz NOT NULL DEFAULT (now() + '1 day'::interval),
    address inet,
    flag boolean NOT NULL DEFAULT true,
    deleted timestamp,
    search tsvector GENERATED ALWAYS AS (to_tsvector('simple', coalesce(tags[1], ''))) STORED,
    CHECK (price > 0)
);
CREATE UNIQUE INDEX live ON child (parent_id) WHERE deleted IS NULL;
CREATE INDEX lowered ON parent (lower(name::text));
CREATE INDEX found ON child USING gin (search);
"""


@pytest.fixture
async def reflected(postgres: EmbeddedPostgres) -> sa.MetaData:
    url = await postgres.create_database("portable")
    connection = await connect(parse_database_url(url))
    if await connection.fetchval("SELECT to_regclass('child')") is None:
        await connection.execute(REFLECTED)
    await connection.close()
    engine = engine_of(url)
    metadata = sa.MetaData()
    async with engine.connect() as reflecting:
        await reflecting.run_sync(metadata.reflect)
    await engine.dispose()
    return metadata


@pytest.fixture
def connection(reflected: sa.MetaData, tmp_path: Path) -> Generator[sqlite3.Connection]:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'test.db'}")
    portable(reflected).create_all(engine)
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "test.db", factory=Connection)) as opened:
        yield opened


def test_reflected_tables_take_rows(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO parent (name) VALUES ('A')")
    connection.execute("INSERT INTO child (id, parent_id) VALUES ('1', 1), ('2', 2)")
    row = connection.execute(
        "SELECT number, tags, moods, mood, price, body, flag FROM child ORDER BY number"
    ).fetchone()
    assert row == (1, '["a\'b", "c,d"]', '["sad", "ok"]', "ok", "1.5", '{"a": "b:c"}', 1)
    assert connection.execute("SELECT number FROM child ORDER BY 1").fetchall() == [(1,), (2,)]
    counted = connection.execute("INSERT INTO child (id, parent_id) VALUES ('3', 3) RETURNING number")
    assert counted.fetchall() == [(3,)]


def test_citext_compares_without_case(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO parent (name) VALUES ('Ann')")
    assert connection.execute("SELECT name FROM parent WHERE name = 'aNN'").fetchall() == [("Ann",)]
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        connection.execute("INSERT INTO parent (name) VALUES ('ANN')")


def test_a_partial_unique_index_stays_partial(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO child (id, parent_id, deleted) VALUES ('1', 1, NULL), ('2', 1, 'x'), ('3', 1, 'x')"
    )
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        connection.execute("INSERT INTO child (id, parent_id) VALUES ('4', 1)")


def test_what_only_postgresql_can_do_is_left_out(connection: sqlite3.Connection) -> None:
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert "live" in names
    assert not names & {"lowered", "found"}
    connection.execute("INSERT INTO child (id, parent_id, price) VALUES ('1', 1, '-1')")


def test_the_original_is_left_as_it_was(reflected: sa.MetaData) -> None:
    before = repr(reflected.tables["child"])
    portable(reflected)
    assert repr(reflected.tables["child"]) == before


def test_values_survive_without_loss(tmp_path: Path) -> None:
    metadata = sa.MetaData()
    table = sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("exact", ExactDecimal(30, 10)),
        sa.Column("decimals", ScalarList(ExactDecimal(30, 10))),
        sa.Column("uuids", ScalarList(sa.Uuid)),
        sa.Column("texts", ScalarList(sa.Text), nullable=True),
        sa.Column("blobs", ScalarList(sa.LargeBinary)),
        sa.Column("point", AsText("point")),
        sa.Column("at", UtcTimestamp(3), server_default=literal_sql("CURRENT_TIMESTAMP")),
    )
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'test.db'}")
    portable(metadata).create_all(engine)
    exact = Decimal("12345678901234567890.0123456789")
    identity = UUID("7f1c1c4e-2f0b-4c57-9a67-2f9d6a1a0001")
    with engine.begin() as connection:
        values = {
            "exact": exact,
            "decimals": [exact],
            "uuids": [identity],
            "blobs": [b"\x00\xff"],
            "point": "(1,2)",
        }
        connection.execute(sa.insert(table), values)
        row = connection.execute(sa.select(table)).one()
    engine.dispose()
    assert (row.id, row.exact, row.decimals, row.uuids) == (1, exact, [exact], [identity])
    assert (row.texts, row.blobs, row.point) == ([], [b"\x00\xff"], "(1,2)")
    assert row.at.tzinfo is not None


def test_two_schemas_lie_in_two_files(tmp_path: Path) -> None:
    metadata = sa.MetaData()
    for schema in (None, "shop"):
        sa.Table("users", metadata, sa.Column("id", sa.Text, primary_key=True), schema=schema)
    reference = sa.ForeignKey("shop.users.id")
    table = sa.Table(
        "items", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("u", sa.Text, reference)
    )
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'main.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ATTACH '{tmp_path / 'shop.db'}' AS shop")
        portable(metadata).create_all(connection)
        connection.execute(sa.insert(table), {"u": "x"})
        assert connection.exec_driver_sql("SELECT count(*) FROM shop.users").scalar_one() == 0
    engine.dispose()


def test_foreign_keys_hold(tmp_path: Path) -> None:
    metadata = sa.MetaData()
    sa.Table("a", metadata, sa.Column("id", sa.Text, primary_key=True))
    table = sa.Table("b", metadata, sa.Column("id", sa.Text, sa.ForeignKey("a.id"), primary_key=True))
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'test.db'}")
    portable(metadata).create_all(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        with pytest.raises(IntegrityError):
            connection.execute(sa.insert(table), {"id": "x"})
    engine.dispose()


@pytest.mark.parametrize(
    ("postgres_sql", "kind", "sqlite_sql"),
    [
        ("'DRAFT'::\"PageStatus\"", sa.Text(), "('DRAFT')"),
        ("'a::b'::character varying", sa.Text(), "('a::b')"),
        ("'it''s'::text", sa.Text(), "('it''s')"),
        ("'-1'::integer", sa.Integer(), "('-1')"),
        ("true", sa.Boolean(), "(1)"),
        ("ARRAY[]::text[]", ScalarList(sa.Text), "'[]'"),
        ("'{}'::text[]", ScalarList(sa.Text), "'[]'"),
        ("ARRAY['a'::text, 'b,c'::text]", ScalarList(sa.Text), '\'["a", "b,c"]\''),
        ('\'{RED,"dark, blue"}\'::"Color"[]', ScalarList(sa.Text), '\'["RED", "dark, blue"]\''),
        ("'{}'::jsonb", pg.JSONB(), "('{}')"),
        ("'[\"a\", 1]'::jsonb", pg.JSONB(), "('[\"a\", 1]')"),
        ("CURRENT_TIMESTAMP", UtcTimestamp(3), "(strftime('%Y-%m-%d %H:%M:%f000', 'now'))"),
        ("CURRENT_TIMESTAMP", sa.Date(), "CURRENT_DATE"),
        ("CURRENT_TIMESTAMP", sa.Time(), "CURRENT_TIME"),
        ("(now() AT TIME ZONE 'utc'::text)", UtcTimestamp(3), "(strftime('%Y-%m-%d %H:%M:%f000', 'now'))"),
        ("clock_timestamp()", sa.Text(), "CURRENT_TIMESTAMP"),
        ("gen_random_uuid()", sa.Uuid(), "(lower(hex(randomblob(16))))"),
        ("nextval('seq'::regclass)", sa.Integer(), None),
        ("(now() + '1 day'::interval)", UtcTimestamp(3), None),
        ("encode(gen_random_bytes(16), 'hex'::text)", sa.Text(), None),
    ],
)
def test_defaults_are_translated_or_dropped(
    postgres_sql: str, kind: sa.types.TypeEngine[object], sqlite_sql: str | None
) -> None:
    assert portable_default(postgres_sql, kind) == sqlite_sql


DEFAULTS = """
CREATE TYPE "tone" AS ENUM ('light', 'dark-blue');
CREATE TABLE agreeing (
    id integer PRIMARY KEY,
    nested jsonb NOT NULL DEFAULT '{"blocks": [], "tags": ["a"]}',
    listed jsonb NOT NULL DEFAULT '[]',
    plain json NOT NULL DEFAULT '{"a": [{}]}',
    texts text[] DEFAULT ARRAY['a''b', 'c,d', NULL],
    numbers integer[] DEFAULT ARRAY[1, -2],
    bigs bigint[] DEFAULT '{9007199254740993}',
    halves double precision[] DEFAULT ARRAY[0.5, 1],
    flags boolean[] DEFAULT ARRAY[true, false],
    tones tone[] DEFAULT ARRAY['dark-blue'::tone],
    documents jsonb[] DEFAULT ARRAY['{"a": [1, "b,c"]}'::jsonb, '2'::jsonb],
    known uuid NOT NULL DEFAULT '7f1c1c4e-2f0b-4c57-9a67-2f9d6a1a0001',
    knowns uuid[] DEFAULT ARRAY['7f1c1c4e-2f0b-4c57-9a67-2f9d6a1a0001'::uuid],
    began timestamp(3) NOT NULL DEFAULT '2026-01-31 12:00:00',
    begun timestamp(3)[] DEFAULT ARRAY['2026-01-31 12:00:00.5'::timestamp],
    bytes bytea NOT NULL DEFAULT '\\x00ff',
    blobs bytea[] DEFAULT ARRAY['\\x00ff'::bytea],
    price numeric(10, 2) NOT NULL DEFAULT 1.5,
    prices numeric(10, 2)[] DEFAULT ARRAY[1.5, 2]
)"""


async def test_defaults_agree(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    url = await postgres.create_database("agreeing")
    await execute(url, DEFAULTS)
    metadata = sa.MetaData()
    engine = engine_of(url)
    async with engine.begin() as there:
        await there.run_sync(metadata.reflect)
        table = metadata.tables["agreeing"]
        # As generated models have them.
        table.c.price.type = ExactDecimal(10, 2)
        table.c.prices.type = ScalarList(ExactDecimal(10, 2))
        await there.execute(sa.insert(table), {"id": 1})
        expected = (await there.execute(sa.select(table))).mappings().one()
    await engine.dispose()
    await postgres.drop_database("agreeing")
    copy = portable(metadata)
    here = sa.create_engine(f"sqlite:///{tmp_path / 'test.db'}")
    with here.begin() as connected:
        copy.create_all(connected)
        connected.execute(sa.insert(copy.tables["agreeing"]), {"id": 1})
        found = connected.execute(sa.select(copy.tables["agreeing"])).mappings().one()
    here.dispose()
    assert found == expected


async def test_what_a_function_of_the_database_fills_is_never_empty(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    url = await postgres.create_database("filling")
    await execute(
        url,
        """
        CREATE FUNCTION made() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
        CREATE TABLE filling (
            id integer PRIMARY KEY, token text NOT NULL DEFAULT made(), code char(4) NOT NULL DEFAULT made(),
            owner uuid NOT NULL DEFAULT md5(made())::uuid, until timestamp NOT NULL DEFAULT now() + '1 day'::interval,
            day date NOT NULL DEFAULT current_date + 1, number int NOT NULL DEFAULT length(made()),
            flag boolean NOT NULL DEFAULT made() = 'x', body jsonb NOT NULL DEFAULT jsonb_build_object('a', 1),
            words text[] NOT NULL DEFAULT string_to_array('a b', ' '), maybe text DEFAULT made()
        )""",
    )
    metadata = sa.MetaData()
    engine = engine_of(url)
    async with engine.connect() as there:
        await there.run_sync(metadata.reflect)
    await engine.dispose()
    await postgres.drop_database("filling")
    copy = portable(metadata).tables["filling"]
    here = sa.create_engine(f"sqlite:///{tmp_path / 'test.db'}")
    with here.begin() as connected:
        copy.metadata.create_all(connected)
        connected.execute(sa.insert(copy), {"id": 1})
        row = connected.execute(sa.select(copy)).mappings().one()
    here.dispose()
    assert [name for name, value in row.items() if value is None] == ["maybe"]
