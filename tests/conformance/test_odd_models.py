"""Models with keys and rules of every kind: keys that are other rows', words, numbers beyond JavaScript's, and more."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.dev.samples.fill import insert
from service.models import Base
from service.prisma import ids
from service.prisma.enums import CrossedEnum, PrismaEnum, stored_values
from service.prisma.types import AsText, ExactDecimal, ScalarList, UtcTimestamp, literal_sql
from tests.conformance.conftest import NOTE
from tests.conformance.made import resource_of
from tests.conformance.offered import offered
from tests.conformance.payloads import change, units
from tests.conformance.subject import Subject
from tests.conformance.suite import conform
from tests.conformance.writes import a_batch_is_done_as_a_whole
from tests.prisma.support.engines import engine_of
from tests.support.api import serving
from tests.support.database import create_tables, transaction_on
from tests.support.own_base import OwnBase


class OddBase(OwnBase):
    """Has metadata of its own, since the database is compared with that of the mirrored schema."""

    __abstract__ = True
    metadata = sa.MetaData()


class Weekday(PrismaEnum):
    MON = "MON"
    TUE = "TUE", "tuesday"
    WED = "WED"


class Shift(PrismaEnum):
    """Each of its members is stored under another one's name."""

    EARLY = "EARLY", "LATE"
    LATE = "LATE", "NIGHT"
    NIGHT = "NIGHT", "EARLY"


def _weekday() -> sa.Enum:
    return sa.Enum(Weekday, name="OddWeekday", values_callable=stored_values)


class Tenant(OddBase):
    __tablename__ = "OddTenant"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(sa.CHAR(2), unique=True)
    balance: Mapped[Decimal] = mapped_column(ExactDecimal(4, 4))


class Opening(OddBase):
    """Its key is an enum, so that there are three rows at most."""

    __tablename__ = "OddOpening"
    weekday: Mapped[Weekday] = mapped_column(_weekday(), primary_key=True)
    opens: Mapped[dt.time] = mapped_column(pg.TIME(precision=3))


class Duty(OddBase):
    """It has an enum whose members are stored under one another's names: as a value, in a list and in its key."""

    __tablename__ = "OddDuty"
    shift: Mapped[Shift] = mapped_column(CrossedEnum(Shift, "OddShift"), primary_key=True)
    next_shift: Mapped[Shift | None] = mapped_column("nextShift", CrossedEnum(Shift, "OddShift"))
    others: Mapped[list[Shift]] = mapped_column(ScalarList(CrossedEnum(Shift, "OddShift")), nullable=True)


class Region(OddBase):
    """The columns of its key have the names of parameters that handlers take."""

    __tablename__ = "OddRegion"
    state: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    scope: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    payload: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    if_match: Mapped[str] = mapped_column("ifMatch", sa.Text, primary_key=True)
    note: Mapped[str | None] = mapped_column(sa.Text)


class Folder(OddBase):
    """Its parent is of the same tenant: their foreign key and its own key share a column."""

    __tablename__ = "OddFolder"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenantId", "parentId"],
            ["OddFolder.tenantId", "OddFolder.id"],
            name="OddFolder_tenantId_parentId_fkey",
        ),
        sa.Index("OddFolder_parentId_name_key", "tenantId", "name", unique=True),
    )
    tenant_id: Mapped[int] = mapped_column(
        "tenantId", sa.BigInteger, sa.ForeignKey("OddTenant.id"), primary_key=True
    )
    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, default=ids.native_uuid7)
    parent_id: Mapped[UUID | None] = mapped_column("parentId", sa.Uuid)
    name: Mapped[str] = mapped_column(sa.String(12))
    days: Mapped[list[Weekday]] = mapped_column(ScalarList(_weekday()), nullable=True)


class Flow(OddBase):
    """The rows that belong to it hold its tenant, too."""

    __tablename__ = "OddFlow"
    __table_args__ = (sa.UniqueConstraint("id", "tenantId"),)
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    tenant_id: Mapped[int] = mapped_column("tenantId", sa.BigInteger, sa.ForeignKey("OddTenant.id"))


class Run(OddBase):
    """It belongs to a flow by more columns than that one's primary key."""

    __tablename__ = "OddRun"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["flowId", "tenantId"], ["OddFlow.id", "OddFlow.tenantId"], onupdate="CASCADE"
        ),
    )
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    flow_id: Mapped[int] = mapped_column("flowId", sa.Integer)
    tenant_id: Mapped[int] = mapped_column("tenantId", sa.BigInteger)


class Notice(OddBase):
    """It has a unique list, and its foreign key to a tenant is a generated column."""

    __tablename__ = "OddNotice"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    steps: Mapped[list[Any]] = mapped_column(ScalarList(pg.JSONB), unique=True)
    about: Mapped[str] = mapped_column(sa.Text)
    about_id: Mapped[int | None] = mapped_column("aboutId", sa.BigInteger)
    tenant_id: Mapped[int | None] = mapped_column(
        "tenantId",
        sa.BigInteger,
        sa.ForeignKey("OddTenant.id"),
        sa.Computed(literal_sql("""CASE WHEN "about" = 'tenant' THEN "aboutId" END"""), persisted=True),
    )


class Follow(OddBase):
    """All of its columns are its key, and a CHECK says that no tenant follows itself."""

    __tablename__ = "OddFollow"
    __table_args__ = (sa.CheckConstraint('"followerId" <> "followedId"'),)
    follower_id: Mapped[int] = mapped_column(
        "followerId", sa.BigInteger, sa.ForeignKey("OddTenant.id"), primary_key=True
    )
    followed_id: Mapped[int] = mapped_column(
        "followedId", sa.BigInteger, sa.ForeignKey("OddTenant.id"), primary_key=True
    )


class Profile(OddBase):
    """A tenant has one, whose key is the tenant's id."""

    __tablename__ = "OddProfile"
    tenant_id: Mapped[int] = mapped_column(
        "tenantId", sa.BigInteger, sa.ForeignKey("OddTenant.id"), primary_key=True, autoincrement=False
    )
    email: Mapped[str] = mapped_column(pg.CITEXT, unique=True)
    settings: Mapped[Any] = mapped_column(pg.JSONB, server_default=literal_sql("'{}'::jsonb"), nullable=False)
    day: Mapped[dt.date | None] = mapped_column(sa.Date, unique=True)
    seen: Mapped[dt.datetime] = mapped_column(
        UtcTimestamp(3), server_default=literal_sql("CURRENT_TIMESTAMP")
    )


class Price(OddBase):
    """It has CHECKs, one of which only some of the made-up values fulfil."""

    __tablename__ = "OddPrice"
    __table_args__ = (
        sa.CheckConstraint("amount < 4.6", name="OddPrice_amount"),
        sa.CheckConstraint("note IS NOT NULL", name="OddPrice_note"),
    )
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    amount: Mapped[Decimal] = mapped_column(ExactDecimal(10, 2))
    note: Mapped[str | None] = mapped_column(sa.Text)
    place: Mapped[str | None] = mapped_column(AsText("point"))
    address: Mapped[str | None] = mapped_column(AsText("inet"))
    vector: Mapped[str | None] = mapped_column(AsText("tsvector"))
    tenant_id: Mapped[int | None] = mapped_column("tenantId", sa.BigInteger, sa.ForeignKey("OddTenant.id"))
    tenant: Mapped[Tenant | None] = relationship()


class Shape(OddBase):
    __tablename__ = "OddShape"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    outline: Mapped[str] = mapped_column(AsText("box"))


class Event(OddBase):
    """It has a CHECK over two columns, which every second row breaks, and a unique index on rows without a zone."""

    __tablename__ = "OddEvent"
    __table_args__ = (
        sa.CheckConstraint('NOT "allDay" OR "timeZone" IS NULL', name="OddEvent_floating"),
        sa.Index(
            "OddEvent_place_key", "place", unique=True, postgresql_where=literal_sql('"timeZone" IS NULL')
        ),
    )
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    uid: Mapped[str] = mapped_column(sa.Text, unique=True)
    time_zone: Mapped[str | None] = mapped_column("timeZone", sa.Text)
    place: Mapped[str | None] = mapped_column(sa.Text)
    all_day: Mapped[bool] = mapped_column("allDay", sa.Boolean, server_default=literal_sql("false"))


class Route(OddBase):
    """Its CHECK takes only rows that have no more values than required."""

    __tablename__ = "OddRoute"
    __table_args__ = (sa.CheckConstraint("owner IS NULL AND channel IS NULL", name="OddRoute_owner"),)
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(sa.Text, unique=True)
    owner: Mapped[str | None] = mapped_column(sa.Text)
    channel: Mapped[str | None] = mapped_column(sa.Text)


class Member(OddBase):
    """Unique by a tenant and one of few values, so that a change of one row takes what another would have."""

    __tablename__ = "OddMember"
    __table_args__ = (sa.UniqueConstraint("tenantId", "day"),)
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    tenant_id: Mapped[int] = mapped_column("tenantId", sa.BigInteger, sa.ForeignKey("OddTenant.id"))
    day: Mapped[Weekday] = mapped_column(_weekday(), server_default=literal_sql("'MON'"))


class Rate(OddBase):
    """What is made for Prisma's plain `Decimal`, as a key and in a list too: PostgreSQL writes all its 30 decimals."""

    __tablename__ = "OddRate"
    factor: Mapped[Decimal] = mapped_column(ExactDecimal(65, 30), primary_key=True)
    price: Mapped[Decimal | None] = mapped_column(ExactDecimal(65, 30))
    steps: Mapped[list[Decimal]] = mapped_column(ScalarList(ExactDecimal(65, 30)), nullable=True)


class Stamp(OddBase):
    """Its database refuses some rows, for which it is to be asked with bytes as they are, not as they cross."""

    __tablename__ = "OddStamp"
    __table_args__ = (sa.CheckConstraint("height < 4", name="OddStamp_height"),)
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    image: Mapped[bytes] = mapped_column(sa.LargeBinary)
    height: Mapped[int] = mapped_column(sa.Integer)


class Sheet(OddBase):
    """It has a tenant for itself, and so many columns that a further row is needed for each of many changes."""

    __tablename__ = "OddSheet"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    tenant_id: Mapped[int] = mapped_column(
        "tenantId", sa.BigInteger, sa.ForeignKey("OddTenant.id"), unique=True
    )


for number in range(24):
    setattr(Sheet, f"cell{number}", mapped_column(sa.Text))


class Switch(OddBase):
    """Its key has types, a boolean and an OID, that a path can hold only as text."""

    __tablename__ = "OddSwitch"
    flag: Mapped[bool] = mapped_column(sa.Boolean, primary_key=True)
    number: Mapped[int] = mapped_column(pg.OID, primary_key=True, autoincrement=False)
    note: Mapped[str | None] = mapped_column(sa.Text)


class Tick(OddBase):
    """Its key, a moment, can be written in several ways."""

    __tablename__ = "OddTick"
    at: Mapped[dt.datetime] = mapped_column(UtcTimestamp(3, timezone=True), primary_key=True)
    note: Mapped[str | None] = mapped_column(sa.Text)


class FineTick(OddBase):
    """Its key is finer than the milliseconds that all other fields show."""

    __tablename__ = "OddFineTick"
    at: Mapped[dt.datetime] = mapped_column(UtcTimestamp(6, timezone=True), primary_key=True)
    note: Mapped[str | None] = mapped_column(sa.Text)


class FineEntry(OddBase):
    """Its key is finer than milliseconds, and so is what it refers to."""

    __tablename__ = "OddFineEntry"
    tick_at: Mapped[dt.datetime] = mapped_column(
        "tickAt", UtcTimestamp(6, timezone=True), sa.ForeignKey("OddFineTick.at"), primary_key=True
    )
    o_clock: Mapped[dt.time] = mapped_column("oClock", pg.TIME(), primary_key=True)
    before_at: Mapped[dt.datetime | None] = mapped_column(
        "beforeAt", UtcTimestamp(None, timezone=True), sa.ForeignKey("OddFineTick.at")
    )
    seen_at: Mapped[dt.datetime | None] = mapped_column("seenAt", UtcTimestamp(6))


class Case(OddBase):
    """Its columns' names differ in case alone, or by the underscore that Python puts behind the second one."""

    __tablename__ = "ODDCODE"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    upper: Mapped[str | None] = mapped_column("ID", sa.Text)
    mixed: Mapped[str | None] = mapped_column("Id", sa.Text)
    id_: Mapped[str | None] = mapped_column(sa.Text, info={"name": "id_"})
    name: Mapped[str | None] = mapped_column(sa.Text)
    name_: Mapped[str | None] = mapped_column("Name", sa.Text, info={"name": "Name"})


class Code(OddBase):
    """Its key is padded with spaces."""

    __tablename__ = "OddCode"
    code: Mapped[str] = mapped_column(sa.CHAR(40), primary_key=True)
    note: Mapped[str | None] = mapped_column(sa.Text)


class Word(OddBase):
    """Its key is case-insensitive."""

    __tablename__ = "OddWord"
    word: Mapped[str] = mapped_column(pg.CITEXT, primary_key=True)


def _shelf_to(kind: Any, key: str) -> sa.Table:
    return sa.Table(
        f"_OddShelfTo{key.partition('.')[0]}",
        OddBase.metadata,
        sa.Column("A", sa.Integer, sa.ForeignKey("OddShelf.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("B", kind, sa.ForeignKey(key, ondelete="CASCADE"), primary_key=True),
    )


class Shelf(OddBase):
    """It is linked with rows whose keys can be written in several ways."""

    __tablename__ = "OddShelf"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    codes: Mapped[list[Code]] = relationship(secondary=_shelf_to(sa.CHAR(40), "OddCode.code"))
    words: Mapped[list[Word]] = relationship(secondary=_shelf_to(pg.CITEXT, "OddWord.word"))


MODELS = (
    Tenant,
    Opening,
    Duty,
    Region,
    Folder,
    Flow,
    Run,
    Notice,
    Follow,
    Profile,
    Price,
    Shape,
    Event,
    Route,
    Rate,
    Switch,
    Tick,
    FineTick,
    FineEntry,
    Case,
    Code,
    Word,
    Shelf,
)


@pytest.fixture
async def odd_url(database_url: str) -> str:
    if not database_url.startswith("sqlite"):
        async with transaction_on(database_url) as connection:
            # In `public`, where the role's search_path finds it, whatever the schema of the tables is.
            await connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS citext SCHEMA public"))
    await create_tables(database_url, OddBase.metadata)
    return database_url


@pytest.mark.parametrize("model", MODELS)
async def test_conforms(
    model: type[Base], odd_url: str, record_property: Callable[[str, object], None]
) -> None:
    findings = await conform(resource_of(model), odd_url)
    for note in findings.notes:
        record_property(NOTE, note)
    assert not findings.failed, "\n".join(f"{name}: {error}" for name, error in findings.failed.items())


@pytest.mark.parametrize("model", [Route, Sheet])
async def test_rows_that_are_hard_to_come_by_are_judged(model: type[Base], odd_url: str) -> None:
    findings = await conform(resource_of(model), odd_url)
    assert not findings.failed
    assert not [note for note in findings.notes if "not judged" in note]


async def test_a_plain_decimal_has_the_digits_that_it_needs(odd_url: str) -> None:
    sent = {"factor": "9.99", "price": "100", "steps": ["0.5", "-2", "0"]}
    async with serving(odd_url, resources=[resource_of(Rate)], API_DOCS="false") as api:
        made = await api.post("/rate/", json=sent)
        assert (made.status_code, made.json()) == (201, sent)
        assert made.headers["location"].endswith("/rate/9.99")
        read = await api.get("/rate/9.990")
        assert read.json() == sent
        assert (await api.get("/rate/", params={"factor": "9.99"})).json()["items"] == [sent]
        put = {name: value for name, value in sent.items() if name != "factor"}
        again = await api.put("/rate/9.99", json=put, headers={"If-Match": read.headers["etag"]})
        assert (again.status_code, again.headers["etag"]) == (200, read.headers["etag"])


async def test_what_the_database_refuses_is_said_by_it(odd_url: str) -> None:
    if odd_url.startswith("sqlite"):
        pytest.skip("SQLite's copy has no CHECK")
    findings = await conform(resource_of(Stamp), odd_url)
    assert not findings.failed
    assert any("OddStamp_height" in note for note in findings.notes)
    assert not [note for note in findings.notes if "bytes" in note]


async def test_a_batch_names_no_row_by_what_is_no_key(odd_url: str) -> None:
    async with serving(odd_url, resources=[resource_of(Folder)], API_DOCS="false") as api:
        for op in ("delete", "update"):
            item = {"op": op, "tenantId": "", "id": "5"}
            answer = await api.patch("/folder/", json={"items": [item]})
            assert answer.status_code == 422
            assert [error["pointer"] for error in answer.json()["errors"]] == [
                "/items/0/tenantId",
                "/items/0/id",
            ]


async def test_what_is_no_key_by_itself_is_named_with_what_it_is_one_with(odd_url: str) -> None:
    async with serving(
        odd_url, resources=[resource_of(Tenant), resource_of(Folder)], API_DOCS="false"
    ) as api:
        await api.post("/tenant/", json={"id": "1", "code": "t1", "balance": "0.1"})
        folder = {"tenantId": "1", "name": "A"}
        assert (await api.post("/folder/", json=folder)).status_code == 201
        for more, other, words in (
            ({}, "name", "is taken"),
            ({"name": "B", "parentId": str(UUID(int=9))}, "parentId", "names something that does not exist"),
        ):
            answer = await api.post("/folder/", json=folder | more)
            assert {error["pointer"]: error["message"] for error in answer.json()["errors"]} == {
                "/tenantId": f"{words} together with {other}",
                f"/{other}": f"{words} together with tenantId",
            }


async def test_a_key_that_changed_since_it_was_made_up_is_no_fault(odd_url: str) -> None:
    engine = engine_of(odd_url)
    async with serving(odd_url, resources=[resource_of(Run)], API_DOCS="false") as api:
        subject = Subject(api, offered(resource_of(Run), api.application.state.operations), engine)
        await subject.prepare()
        async with engine.begin() as connection:
            await connection.execute(sa.insert(Tenant).values(id=999, code="ZZ", balance=Decimal("0.1")))
            await connection.execute(sa.update(Flow).values(tenant_id=999))
        (unit,) = units(subject, subject.offered.payload("update"))
        assert await change(subject, (await subject.list())[0], unit) is None
    await engine.dispose()


async def test_a_batch_is_tried_again_where_something_else_took_what_was_made_up(
    odd_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_of(odd_url)
    async with serving(odd_url, resources=[resource_of(Member)], API_DOCS="false") as api:
        subject = Subject(api, offered(resource_of(Member), api.application.state.operations), engine)
        await subject.prepare()
        patch, taken = api.patch, list[Any]()

        async def patch_behind_another(path: str, *, json: Any, **more: Any) -> httpx.Response:
            new = json.get("items", [{}])[0]
            if new.get("op") == "create" and not taken:
                taken.append(new)
                async with engine.begin() as connection:
                    await insert(connection, subject.table, subject.values(new, subject.created_by))
            return await patch(path, json=json, **more)

        monkeypatch.setattr(api, "patch", patch_behind_another)
        await a_batch_is_done_as_a_whole(subject)
        assert taken
    await engine.dispose()


async def test_a_link_is_named_by_any_spelling_of_its_key(odd_url: str) -> None:
    resources = [resource_of(model) for model in (Shelf, Code, Word)]
    async with serving(odd_url, resources=resources, API_DOCS="false") as api:
        code = (await api.post("/code/", json={"code": "a b"})).json()["code"]
        word = (await api.post("/word/", json={"word": "Word"})).json()["word"]
        made = await api.post("/shelf/", json={"codesKeys": ["a b"], "wordsKeys": ["wORD"]})
        assert made.status_code == 201, made.text
        shelf = made.json()
        assert (shelf["codesKeys"], shelf["wordsKeys"]) == ([code], [word])
        path = f"/shelf/{shelf['id']}"
        for codes, words in (([code], [word]), (["a b", "a b "], ["word", "WORD"])):
            again = await api.patch(path, json={"codesKeys": codes, "wordsKeys": words})
            assert again.status_code == 200, again.text
            assert again.json() == shelf
        emptied = await api.patch(path, json={"codesKeys": [], "wordsKeys": []})
        assert (emptied.json()["codesKeys"], emptied.json()["wordsKeys"]) == ([], [])
