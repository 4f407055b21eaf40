"""Made-up rows: parents first, what is unique kept so, and what cannot be is named."""

import datetime as dt
from collections import Counter
from unittest.mock import Mock

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship, remote

from service.dev.samples import fill as filling
from service.dev.samples.checked import Form
from service.dev.samples.fill import Filled, fill, fill_with, tables_of
from service.dev.samples.listed import sample_of
from service.dev.samples.order import order_of
from service.dev.samples.rows import Samples
from service.dev.samples.texts import NAMES, text_of
from service.dev.samples.values import NATIVE, NoSampleError, sample_value
from service.models import Base
from service.prisma import ids
from service.prisma.types import AsText, literal_sql
from service.prisma.url import parse_database_url
from tests.prisma.support.engines import engine_of
from tests.sqlite.portable import portable
from tests.support.own_base import OwnBase

ROWS = 4


class SampleBase(OwnBase):
    """Apart from the mirrored schema, with which the database is compared."""

    __abstract__ = True
    metadata = sa.MetaData()


class Tenant(SampleBase):
    __tablename__ = "SampleTenant"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(sa.CHAR(2), unique=True)


class Folder(SampleBase):
    """A row belongs to one of its own kind, of the same tenant."""

    __tablename__ = "SampleFolder"
    __table_args__ = (
        sa.ForeignKeyConstraint(["tenantId", "parentId"], ["SampleFolder.tenantId", "SampleFolder.id"]),
        sa.CheckConstraint("id <> 2", name="SampleFolder_no_two"),
    )
    tenant_id: Mapped[int] = mapped_column(
        "tenantId", sa.BigInteger, sa.ForeignKey("SampleTenant.id"), primary_key=True
    )
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    parent_id: Mapped[int | None] = mapped_column("parentId", sa.Integer)
    owner_id: Mapped[int | None] = mapped_column("ownerId", sa.BigInteger)


class Follow(SampleBase):
    __tablename__ = "SampleFollow"
    __table_args__ = (sa.CheckConstraint('"followerId" <> "followedId"'),)
    follower_id: Mapped[int] = mapped_column(
        "followerId", sa.BigInteger, sa.ForeignKey("SampleTenant.id"), primary_key=True
    )
    followed_id: Mapped[int] = mapped_column(
        "followedId", sa.BigInteger, sa.ForeignKey("SampleTenant.id"), primary_key=True
    )


class Hen(SampleBase):
    __tablename__ = "SampleHen"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    egg_id: Mapped[int] = mapped_column(sa.ForeignKey("SampleEgg.id", use_alter=True, name="of_an_egg"))


class Egg(SampleBase):
    __tablename__ = "SampleEgg"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    hen_id: Mapped[int] = mapped_column(sa.ForeignKey("SampleHen.id"))


class Nest(SampleBase):
    __tablename__ = "SampleNest"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    hen_id: Mapped[int] = mapped_column(sa.ForeignKey("SampleHen.id"))


class Basket(SampleBase):
    """It belongs to at most one row of each, to which no other belongs."""

    __tablename__ = "SampleBasket"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    tenant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("SampleTenant.id"), unique=True)
    kind_id: Mapped[int | None] = mapped_column(sa.ForeignKey("SampleKind.id"), unique=True)
    other_id: Mapped[int | None] = mapped_column(sa.ForeignKey("SampleKind.id"), unique=True)


class Shape(SampleBase):
    __tablename__ = "SampleShape"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    outline: Mapped[str] = mapped_column(AsText("geometry"))


class Kind(SampleBase):
    """A migration put rows here, with keys of its own."""

    __tablename__ = "SampleKind"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    name: Mapped[str]


class Lamp(SampleBase):
    """There are no more rows than states."""

    __tablename__ = "SampleLamp"
    state: Mapped[str] = mapped_column(sa.Enum("on", "off", name="SampleLampState"), primary_key=True)


class Bulb(SampleBase):
    """It needs a lamp."""

    __tablename__ = "SampleBulb"
    id: Mapped[int] = mapped_column(primary_key=True)
    lamp: Mapped[str] = mapped_column(sa.ForeignKey("SampleLamp.state"))


class Ticket(SampleBase):
    """CHECKs hold its columns against each other, so that neither all of them nor the required ones alone make a row.

    Seats, of which there are two, are used up by rows that are refused.
    """

    __tablename__ = "SampleTicket"
    __table_args__ = (
        sa.CheckConstraint('num_nonnulls("tenantId", "guest") = 1'),
        sa.CheckConstraint("""("opensAt" < "closesAt") AND ("until" IS NULL OR "until" <> 'guest'::text)"""),
        sa.CheckConstraint('"place" >= 1 AND "place" <= 3'),
        sa.CheckConstraint('("seat" IS NULL) OR ("tenantId" IS NOT NULL)'),
    )
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    tenant_id: Mapped[int | None] = mapped_column("tenantId", sa.BigInteger, sa.ForeignKey("SampleTenant.id"))
    seat: Mapped[bool | None] = mapped_column(sa.Boolean, unique=True)
    guest: Mapped[str | None]
    until: Mapped[str | None]
    opens_at: Mapped[dt.datetime] = mapped_column("opensAt", sa.DateTime(timezone=True))
    closes_at: Mapped[dt.datetime] = mapped_column("closesAt", sa.DateTime(timezone=True))
    place: Mapped[int]


class Notice(SampleBase):
    """The database itself works out whether a row belongs to a tenant."""

    __tablename__ = "SampleNotice"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    about: Mapped[str]
    about_id: Mapped[int | None] = mapped_column("aboutId", sa.BigInteger)
    tenant_id: Mapped[int | None] = mapped_column(
        "tenantId",
        sa.BigInteger,
        sa.ForeignKey("SampleTenant.id"),
        sa.Computed("""CASE WHEN "about" = 'tenant' THEN "aboutId" END""", persisted=True),
    )


class Mark(SampleBase):
    """What a default fills."""

    __tablename__ = "SampleMark"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text, server_default=literal_sql("''::text"))
    language: Mapped[str] = mapped_column(sa.Text, server_default=literal_sql("'en'::text"))
    state: Mapped[str] = mapped_column(
        sa.Enum("new", "old", name="SampleState"), server_default=literal_sql("'new'")
    )


loose_join = sa.Table(
    "_SampleLooseToSampleTag",
    SampleBase.metadata,
    sa.Column("A", sa.Integer, primary_key=True),
    sa.Column("B", sa.Text, primary_key=True),
)


class Tag(SampleBase):
    __tablename__ = "SampleTag"
    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=ids.cuid)


class Loose(SampleBase):
    """No foreign key holds its relations, as `relationMode = "prisma"` leaves them."""

    __tablename__ = "SampleLoose"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    first_id: Mapped[str] = mapped_column("firstId", sa.Text)
    above_id: Mapped[int | None] = mapped_column("aboveId", sa.Integer)
    first: Mapped[Tag | None] = relationship(
        primaryjoin=lambda: foreign(Loose.first_id) == Tag.id, viewonly=True
    )
    above: Mapped["Loose | None"] = relationship(
        primaryjoin=lambda: foreign(Loose.above_id) == remote(Loose.id), viewonly=True
    )
    tags: Mapped[list[Tag]] = relationship(
        secondary=loose_join,
        primaryjoin=lambda: Loose.id == foreign(loose_join.c.A),
        secondaryjoin=lambda: Tag.id == foreign(loose_join.c.B),
        viewonly=True,
    )


MODELS = (Follow, Notice, Nest, Egg, Hen, Folder, Shape, Tenant)


async def test_rows_of_any_models(database_url: str) -> None:
    engine = engine_of(database_url)
    is_sqlite = database_url.startswith("sqlite")
    metadata = portable(SampleBase.metadata) if is_sqlite else SampleBase.metadata
    possible = [metadata.tables[f"Sample{name}"] for name in ("Tenant", "Folder", "Follow", "Notice")]
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: metadata.create_all(sync, possible))
        filled = await fill_with(connection, Samples(), tables_of(MODELS), rows=ROWS)
    await engine.dispose()
    assert filled.rows == dict.fromkeys(
        ("SampleTenant", "SampleFolder", "SampleFollow", "SampleNotice"), ROWS
    )
    assert not filled.refused, "what a CHECK refused once is of no concern where there are enough rows"
    assert filled.impossible.keys() == {"SampleHen", "SampleEgg", "SampleNest", "SampleShape"}
    assert "only the database knows the type geometry" in filled.impossible["SampleShape"]
    assert "SampleHen" in filled.impossible["SampleEgg"]
    assert filled.impossible["SampleNest"] == "needs a SampleHen, of which there is none"


async def test_rows_are_found_that_checks_over_several_columns_allow(postgres_url: str) -> None:
    engine, tables = engine_of(postgres_url), SampleBase.metadata.tables
    async with engine.begin() as connection:
        wanted = [tables["SampleTenant"], tables["SampleTicket"]]
        await connection.run_sync(lambda sync: SampleBase.metadata.create_all(sync, wanted))
        filled = await fill_with(connection, Samples(), wanted, rows=ROWS)
    await engine.dispose()
    assert filled.rows == {"SampleTenant": ROWS, "SampleTicket": ROWS}
    assert not filled.lines


@pytest.mark.parametrize("kind", sorted(NATIVE))
async def test_types_that_prisma_does_not_write_have_values(kind: str, postgres_url: str) -> None:
    engine = engine_of(postgres_url)
    table = sa.Table(
        f"Sample {kind}",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("value", AsText(kind), nullable=False),
    )
    async with engine.begin() as connection:
        await connection.run_sync(table.create)
        filled = await fill_with(connection, Samples(), [table], rows=ROWS)
        stored = set((await connection.scalars(sa.select(table.c.value))).all())
    await engine.dispose()
    assert not filled.lines
    assert stored == {NATIVE[kind](number) for number in range(ROWS)}


async def test_a_table_with_fewer_rows_than_were_asked_for_is_named(database_url: str) -> None:
    engine = engine_of(database_url)
    metadata = portable(SampleBase.metadata) if database_url.startswith("sqlite") else SampleBase.metadata
    table = metadata.tables["SampleLamp"]
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: metadata.create_all(sync, [table]))
        filled = await fill_with(connection, Samples(), [table], rows=ROWS)
    await engine.dispose()
    assert filled.rows == {"SampleLamp": 2}
    assert filled.lines == ["SampleLamp: 2 of 4 rows: no further row would keep the unique columns unique"]


async def test_rows_refer_to_those_that_migrations_inserted_where_there_can_be_no_others(
    database_url: str,
) -> None:
    """Where migrations insert every plan that there is, no user could be made up, nor anything that belongs to one."""
    engine = engine_of(database_url)
    metadata = portable(SampleBase.metadata) if database_url.startswith("sqlite") else SampleBase.metadata
    lamp, bulb = (metadata.tables[name] for name in ("SampleLamp", "SampleBulb"))
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: metadata.create_all(sync, [lamp, bulb]))
        await connection.execute(lamp.insert(), [{"state": "on"}, {"state": "off"}])
        filled = await fill_with(connection, Samples(), [lamp, bulb], rows=2)
        shining = (await connection.scalars(sa.select(bulb.c.lamp))).all()
    await engine.dispose()
    assert filled.rows == {"SampleBulb": 2}
    assert not filled.lines
    assert sorted(shining) == ["off", "on"]


async def test_rows_refer_to_each_other_where_no_foreign_key_asks_for_it(database_url: str) -> None:
    engine = engine_of(database_url)
    metadata = portable(SampleBase.metadata) if database_url.startswith("sqlite") else SampleBase.metadata
    possible = [metadata.tables[name] for name in ("SampleLoose", "SampleTag", loose_join.name)]
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: metadata.create_all(sync, possible))
        await fill_with(connection, Samples(), tables_of([Loose, Tag]), rows=ROWS)
        for refers, fewest in ((Loose.first.has(), ROWS), (Loose.above.has(), 1), (Loose.tags.any(), 1)):
            found = await connection.scalar(sa.select(sa.func.count()).select_from(Loose).where(refers))
            assert (found or 0) >= fewest, refers
    await engine.dispose()


async def test_a_counter_that_is_behind_is_set(database_url: str) -> None:
    """With what SERIAL gives next taken, row after row was refused."""
    engine = engine_of(database_url)
    is_sqlite = database_url.startswith("sqlite")
    metadata = portable(SampleBase.metadata) if is_sqlite else SampleBase.metadata
    table = metadata.tables["SampleKind"]
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: metadata.create_all(sync, [table]))
        await connection.execute(
            table.insert(), [{"id": number, "name": f"kind {number}"} for number in range(43)]
        )
        filled = await fill_with(connection, Samples(), [table], rows=ROWS)
        again = await fill_with(connection, Samples(), [table], rows=ROWS)
    await engine.dispose()
    assert filled.rows == again.rows == {"SampleKind": ROWS}
    assert filled.behind == ([] if is_sqlite else [("SampleKind", "id")])
    assert len(filled.lines) == len(filled.behind)
    assert not again.lines


@pytest.mark.parametrize(("unreadable", "rows"), [("id > 2", 2), ("id = 2", ROWS)])
async def test_views_that_could_be_read_can_be_read_over_made_up_rows(
    unreadable: str, rows: int, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they refuse is told, though there may be enough rows: no further ones are drawn for it."""
    metadata = sa.MetaData()
    for name in ("SampleLists", "SampleBroken"):
        sa.Table(name, metadata)
    monkeypatch.setattr(filling, "ViewBase", Mock(metadata=metadata))
    engine, table = engine_of(postgres_url), SampleBase.metadata.tables["SampleKind"]
    async with engine.begin() as connection:
        await connection.run_sync(SampleBase.metadata.create_all, tables=[table])
        for sql in (
            f"""CREATE VIEW "SampleLists" AS SELECT id, name::jsonb AS list FROM "SampleKind" WHERE {unreadable}""",
            """CREATE VIEW "SampleBroken" AS SELECT 1 / (count(*) - count(*)) FROM "SampleKind" """,
        ):
            await connection.execute(sa.text(sql))
        filled = await fill_with(connection, Samples(), [table], rows=ROWS)
        assert len((await connection.execute(sa.text('SELECT * FROM "SampleLists"'))).all()) == 0
    await engine.dispose()
    assert filled.rows == {"SampleKind": rows}
    assert {reason for _, reason in filled.refused} == {"invalid input syntax for type json"}


async def test_the_mirrored_models_are_filled(postgres_url: str) -> None:
    url = parse_database_url(postgres_url)
    filled = await fill(url)
    assert not filled.lines
    assert set(filled.rows) == set(Base.metadata.tables)
    assert set(filled.rows.values()) == {5}
    again = await fill(url, rows=1)
    assert not again.lines, "the same values are made each time, and the rows are there"


def test_there_are_rows_when_all_that_one_alone_refers_to_is_taken() -> None:
    tables, samples = SampleBase.metadata.tables, Samples()
    for name in ("SampleTenant", "SampleKind"):
        for number in range(7):
            samples.keep(tables[name], {"id": number})
    rows = [samples.next(tables["SampleBasket"]) for _ in range(9)]
    for name in ("tenant_id", "kind_id", "other_id"):
        referred = [row[name] for row in rows]
        assert sorted(each for each in referred if each is not None) == list(range(7))
        assert referred[7:] == [None, None]


def test_what_a_default_says_is_kept_where_rows_still_differ_by_the_rest() -> None:
    table, samples = SampleBase.metadata.tables["SampleMark"], Samples()
    rows = [samples.next(table) for _ in range(ROWS)]
    assert {name for row in rows for name in row} == {"name", "state"}
    assert {row["state"] for row in rows} == {"new", "old"}
    assert all(row["name"] for row in rows)
    assert samples.next(table, Form.BARE) == {}


def test_what_a_refused_row_had_is_free_again() -> None:
    table, samples = SampleBase.metadata.tables["SampleLamp"], Samples()
    first, _ = samples.next(table), samples.next(table)
    with pytest.raises(NoSampleError):
        samples.next(table)
    samples.release(table, first)
    assert samples.next(table) == first


def test_parents_come_first_and_circles_end() -> None:
    order = order_of(tables_of(MODELS), {})
    names = [table.name for table in order.tables]
    assert names.index("SampleTenant") < names.index("SampleFolder")
    assert {table.name for table in order.impossible} == {"SampleHen", "SampleEgg", "SampleNest"}


def test_of_many_reasons_the_most_frequent_are_said() -> None:
    filled = Filled(refused=Counter({("Wallet", f"no {kind}"): 9 - kind for kind in range(6)}))
    assert filled.lines == [
        "Wallet: 9 refused: no 0",
        "Wallet: 8 refused: no 1",
        "Wallet: 7 refused: no 2",
        "Wallet: 15 refused for 3 other reasons",
    ]


@pytest.mark.parametrize(
    ("check", "values"),
    [
        (
            "state IS NULL OR (state = ANY (ARRAY['it''s on'::text, 'off'::text]))",
            ["it's on", "off", "it's on"],
        ),
        (
            "(state)::text = ANY ((ARRAY['S'::character varying, 'L'::character varying])::text[])",
            ["S", "L", "S"],
        ),
        ("\"state\" <> ALL (ARRAY['new'::text])", None),
    ],
)
def test_what_a_check_lists_is_made_up_of_it(check: str, values: list[str] | None) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("state", sa.Text), sa.CheckConstraint(check))
    made = [sample_of(table.c.state, number) for number in range(3)]
    assert made == (values or [sample_value("state", sa.Text(), number) for number in range(3)])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("firstName", NAMES[3].split()[0]),
        ("last_name", NAMES[3].split()[1]),
        ("lastname", NAMES[3].split()[1]),
        ("timeZone", "America/Toronto"),
        ("userName", "delta4"),
        ("postCode", "10118"),
        ("somethingElse", "Delta"),
    ],
)
def test_a_text_goes_by_its_columns_name_however_that_is_written(name: str, text: str) -> None:
    assert text_of(name, 3) == text
