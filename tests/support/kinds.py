"""A resource of the tests' own, with a column of every type that Prisma has: alone, and in a list."""

import datetime as dt
from decimal import Decimal as Number
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from service.core.http.query import ListQuery
from service.core.resources.conditions import everybody
from service.core.resources.controller import CrudController
from service.core.resources.filters import at_or_after, before, equals, holds_all, one_of
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import (
    BigInt,
    Binary,
    Clock,
    Date,
    Decimal,
    JsonText,
    Payload,
    Resource,
    TimeOfDay,
    Timestamp,
)
from service.prisma.enums import PrismaEnum, stored_values
from service.prisma.types import AsText, ExactDecimal, ExactMoney, ScalarList, UtcTimestamp
from tests.support.own_base import OwnBase


class KindColor(PrismaEnum):
    RED = "RED"
    DARK_BLUE = "DARK_BLUE", "dark-blue"


def _color() -> sa.Enum:
    return sa.Enum(KindColor, name="TestKindColor", values_callable=stored_values)


class KindBase(OwnBase):
    """Apart from the mirrored schema, with which the database is compared."""

    __abstract__ = True
    metadata = sa.MetaData()


class KindRow(KindBase):
    __tablename__ = "TestKind"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    text: Mapped[str | None] = mapped_column(sa.Text)
    fixed: Mapped[str | None] = mapped_column(sa.CHAR(4))
    flag: Mapped[bool | None] = mapped_column(sa.Boolean)
    number: Mapped[int | None] = mapped_column(sa.Integer)
    small: Mapped[int | None] = mapped_column(sa.SmallInteger)
    oid: Mapped[int | None] = mapped_column(pg.OID)
    big: Mapped[int | None] = mapped_column(sa.BigInteger)
    double: Mapped[float | None] = mapped_column(sa.Double)
    single: Mapped[float | None] = mapped_column(sa.REAL)
    decimal: Mapped[Number | None] = mapped_column(ExactDecimal(30, 10))
    money: Mapped[Number | None] = mapped_column(ExactMoney())
    moment: Mapped[dt.datetime | None] = mapped_column(UtcTimestamp(3))
    instant: Mapped[dt.datetime | None] = mapped_column(UtcTimestamp(6, timezone=True))
    day: Mapped[dt.date | None] = mapped_column(sa.Date)
    clock: Mapped[dt.time | None] = mapped_column(pg.TIME(precision=6))
    document: Mapped[Any] = mapped_column(pg.JSONB(none_as_null=True), nullable=True)
    plain: Mapped[Any] = mapped_column(pg.JSON(none_as_null=True), nullable=True)
    data: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    identity: Mapped[UUID | None] = mapped_column(sa.Uuid)
    version: Mapped[KindColor | None] = mapped_column(_color())
    point: Mapped[str | None] = mapped_column(AsText("point"))
    bits: Mapped[str | None] = mapped_column(AsText("bit(4)"))
    inet: Mapped[str | None] = mapped_column(AsText("inet"))
    texts: Mapped[list[str]] = mapped_column(ScalarList(sa.Text), nullable=True)
    fixeds: Mapped[list[str]] = mapped_column(ScalarList(sa.CHAR(4)), nullable=True)
    flags: Mapped[list[bool]] = mapped_column(ScalarList(sa.Boolean), nullable=True)
    numbers: Mapped[list[int]] = mapped_column(ScalarList(sa.Integer), nullable=True)
    smalls: Mapped[list[int]] = mapped_column(ScalarList(sa.SmallInteger), nullable=True)
    oids: Mapped[list[int]] = mapped_column(ScalarList(pg.OID), nullable=True)
    bigs: Mapped[list[int]] = mapped_column(ScalarList(sa.BigInteger), nullable=True)
    doubles: Mapped[list[float]] = mapped_column(ScalarList(sa.Double), nullable=True)
    singles: Mapped[list[float]] = mapped_column(ScalarList(sa.REAL), nullable=True)
    decimals: Mapped[list[Number]] = mapped_column(ScalarList(ExactDecimal(30, 10)), nullable=True)
    moneys: Mapped[list[Number]] = mapped_column(ScalarList(ExactMoney()), nullable=True)
    moments: Mapped[list[dt.datetime]] = mapped_column(ScalarList(UtcTimestamp(3)), nullable=True)
    instants: Mapped[list[dt.datetime]] = mapped_column(
        ScalarList(UtcTimestamp(6, timezone=True)), nullable=True
    )
    days: Mapped[list[dt.date]] = mapped_column(ScalarList(sa.Date), nullable=True)
    clocks: Mapped[list[dt.time]] = mapped_column(ScalarList(pg.TIME(precision=6)), nullable=True)
    documents: Mapped[list[Any]] = mapped_column(ScalarList(pg.JSONB), nullable=True)
    plains: Mapped[list[Any]] = mapped_column(ScalarList(pg.JSON), nullable=True)
    datas: Mapped[list[bytes]] = mapped_column(ScalarList(sa.LargeBinary), nullable=True)
    identities: Mapped[list[UUID]] = mapped_column(ScalarList(sa.Uuid), nullable=True)
    colors: Mapped[list[KindColor]] = mapped_column(ScalarList(_color()), nullable=True)
    points: Mapped[list[str]] = mapped_column(ScalarList(AsText("point")), nullable=True)
    bitses: Mapped[list[str]] = mapped_column(ScalarList(AsText("bit(4)")), nullable=True)
    inets: Mapped[list[str]] = mapped_column(ScalarList(AsText("inet")), nullable=True)


class Kind(Resource):
    """A value of every type."""

    id: int
    text: str | None
    fixed: str | None
    flag: bool | None
    number: int | None
    small: int | None
    oid: int | None
    big: BigInt | None
    double: float | None
    single: float | None
    decimal: Decimal | None
    money: Decimal | None
    moment: Timestamp | None
    instant: Timestamp | None
    day: Date | None
    clock: TimeOfDay | None
    document: JsonText | None
    plain: JsonText | None
    data: bytes | None
    identity: str | None
    version: KindColor | None
    point: str | None
    bits: str | None
    inet: str | None
    texts: list[str]
    fixeds: list[str]
    flags: list[bool]
    numbers: list[int]
    smalls: list[int]
    oids: list[int]
    bigs: list[BigInt]
    doubles: list[float]
    singles: list[float]
    decimals: list[Decimal]
    moneys: list[Decimal]
    moments: list[Timestamp]
    instants: list[Timestamp]
    days: list[Date]
    clocks: list[TimeOfDay]
    documents: list[JsonText]
    plains: list[JsonText]
    datas: list[bytes]
    identities: list[str]
    colors: list[KindColor]
    points: list[str]
    bitses: list[str]
    inets: list[str]


Moment = Annotated[dt.datetime, Meta(tz=True)]


class KindUpdate(Payload):
    """What to change."""

    text: str | UnsetType | None = UNSET
    fixed: str | UnsetType | None = UNSET
    flag: bool | UnsetType | None = UNSET
    number: int | UnsetType | None = UNSET
    small: int | UnsetType | None = UNSET
    oid: int | UnsetType | None = UNSET
    big: BigInt | UnsetType | None = UNSET
    double: float | UnsetType | None = UNSET
    single: float | UnsetType | None = UNSET
    decimal: Decimal | UnsetType | None = UNSET
    money: Decimal | UnsetType | None = UNSET
    moment: Moment | UnsetType | None = UNSET
    instant: Moment | UnsetType | None = UNSET
    day: dt.date | UnsetType | None = UNSET
    clock: Clock | UnsetType | None = UNSET
    document: Any = UNSET
    plain: Any = UNSET
    data: Binary | UnsetType | None = UNSET
    identity: UUID | UnsetType | None = UNSET
    version: KindColor | UnsetType | None = UNSET
    point: str | UnsetType | None = UNSET
    bits: str | UnsetType | None = UNSET
    inet: str | UnsetType | None = UNSET
    texts: list[str] | UnsetType = UNSET
    fixeds: list[str] | UnsetType = UNSET
    flags: list[bool] | UnsetType = UNSET
    numbers: list[int] | UnsetType = UNSET
    smalls: list[int] | UnsetType = UNSET
    oids: list[int] | UnsetType = UNSET
    bigs: list[BigInt] | UnsetType = UNSET
    doubles: list[float] | UnsetType = UNSET
    singles: list[float] | UnsetType = UNSET
    decimals: list[Decimal] | UnsetType = UNSET
    moneys: list[Decimal] | UnsetType = UNSET
    moments: list[Moment] | UnsetType = UNSET
    instants: list[Moment] | UnsetType = UNSET
    days: list[dt.date] | UnsetType = UNSET
    clocks: list[Clock] | UnsetType = UNSET
    documents: list[Any] | UnsetType = UNSET
    plains: list[Any] | UnsetType = UNSET
    datas: list[Binary] | UnsetType = UNSET
    identities: list[UUID] | UnsetType = UNSET
    colors: list[KindColor] | UnsetType = UNSET
    points: list[str] | UnsetType = UNSET
    bitses: list[str] | UnsetType = UNSET
    inets: list[str] | UnsetType = UNSET


class KindReplace(KindUpdate):
    """The same, for PUT."""


class KindQuery(ListQuery):
    """Which ones."""

    sort: Literal["id", "money", "-money", "moment", "-moment"] | None = None
    text: str | None = None
    text_in: tuple[str, ...] = ()
    text_from: str | None = None
    text_before: str | None = None
    fixed: str | None = None
    fixed_in: tuple[str, ...] = ()
    fixed_from: str | None = None
    fixed_before: str | None = None
    flag: bool | None = None
    flag_in: tuple[bool, ...] = ()
    number: int | None = None
    number_in: tuple[int, ...] = ()
    number_from: int | None = None
    number_before: int | None = None
    oid: int | None = None
    oid_in: tuple[int, ...] = ()
    oid_from: int | None = None
    oid_before: int | None = None
    big: BigInt | None = None
    big_in: tuple[BigInt, ...] = ()
    big_from: BigInt | None = None
    big_before: BigInt | None = None
    double: float | None = None
    double_in: tuple[float, ...] = ()
    double_from: float | None = None
    double_before: float | None = None
    single: float | None = None
    single_in: tuple[float, ...] = ()
    single_from: float | None = None
    single_before: float | None = None
    decimal: Decimal | None = None
    decimal_in: tuple[Decimal, ...] = ()
    decimal_from: Decimal | None = None
    decimal_before: Decimal | None = None
    money: Decimal | None = None
    money_in: tuple[Decimal, ...] = ()
    money_from: Decimal | None = None
    money_before: Decimal | None = None
    moment: Moment | None = None
    moment_in: tuple[Moment, ...] = ()
    moment_from: Moment | None = None
    moment_before: Moment | None = None
    instant: Moment | None = None
    instant_in: tuple[Moment, ...] = ()
    instant_from: Moment | None = None
    instant_before: Moment | None = None
    day: dt.date | None = None
    day_in: tuple[dt.date, ...] = ()
    day_from: dt.date | None = None
    day_before: dt.date | None = None
    clock: Clock | None = None
    clock_in: tuple[Clock, ...] = ()
    clock_from: Clock | None = None
    clock_before: Clock | None = None
    identity: UUID | None = None
    identity_in: tuple[UUID, ...] = ()
    version: KindColor | None = None
    version_in: tuple[KindColor, ...] = ()
    texts_all: tuple[str, ...] = ()
    fixeds_all: tuple[str, ...] = ()
    flags_all: tuple[bool, ...] = ()
    numbers_all: tuple[int, ...] = ()
    oids_all: tuple[int, ...] = ()
    bigs_all: tuple[BigInt, ...] = ()
    doubles_all: tuple[float, ...] = ()
    singles_all: tuple[float, ...] = ()
    decimals_all: tuple[Decimal, ...] = ()
    moneys_all: tuple[Decimal, ...] = ()
    moments_all: tuple[Moment, ...] = ()
    instants_all: tuple[Moment, ...] = ()
    days_all: tuple[dt.date, ...] = ()
    clocks_all: tuple[Clock, ...] = ()
    identities_all: tuple[UUID, ...] = ()
    colors_all: tuple[KindColor, ...] = ()


BUILDERS = {"in": one_of, "from": at_or_after, "before": before, "all": holds_all}
PAGING = {field.name for field in msgspec.structs.fields(ListQuery)} | {"sort"}


def _filters() -> dict[str, Any]:
    """`number` compares, and `number_in`, `number_from` as their endings say."""
    filters: dict[str, Any] = {}
    for field in msgspec.structs.fields(KindQuery):
        if field.name not in PAGING:
            name, _, ending = field.name.partition("_")
            filters[field.name] = BUILDERS.get(ending, equals)(getattr(KindRow, name))
    return filters


class KindRepository(Repository[KindRow, Kind]):
    """Reads and writes them."""

    reader = ListReader(
        Mapping(Kind, KindRow, changed_by=[KindUpdate], readable=everybody("a test")),
        filters=_filters(),
        sorts={"id": KindRow.id, "money": KindRow.money, "moment": KindRow.moment},
    )


class KindController(CrudController[KindRepository, Kind, KindQuery, KindUpdate, KindReplace, KindUpdate]):
    """A value of every type."""

    path = "/kinds"
