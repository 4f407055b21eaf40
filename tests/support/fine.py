"""Resources whose columns hold less of a value than callers may send: parts of milliseconds, digits of a number."""

import datetime as dt
from decimal import Decimal as Number

import sqlalchemy as sa
from msgspec import UNSET, UnsetType
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from service.core.http.query import ListQuery
from service.core.resources.conditions import everybody
from service.core.resources.controller import CrudController
from service.core.resources.filters import at_or_after, equals, holds_all, one_of
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import Clock, Decimal, KeyTimeOfDay, Moment, Payload, Resource, TimeOfDay, Timestamp
from service.prisma.types import ExactDecimal, ScalarList, UtcTimestamp
from tests.support.own_base import OwnBase


class FineBase(OwnBase):
    """Apart from the mirrored schema, with which the database is compared."""

    __abstract__ = True
    metadata = sa.MetaData()


class ReadingRow(FineBase):
    __tablename__ = "TestReading"
    __table_args__ = (sa.Index("TestReading_name_key", "name", unique=True),)

    at: Mapped[dt.datetime] = mapped_column(UtcTimestamp(3), primary_key=True)
    name: Mapped[str | None] = mapped_column(sa.Text)
    clock: Mapped[dt.time | None] = mapped_column(pg.TIME(precision=2))
    exact: Mapped[dt.time | None] = mapped_column(pg.TIME())
    code: Mapped[str | None] = mapped_column(sa.String(4))
    filled: Mapped[str | None] = mapped_column(sa.CHAR(4))
    codes: Mapped[list[str]] = mapped_column(ScalarList(sa.String(4)), nullable=True)
    ratio: Mapped[float | None] = mapped_column(sa.REAL)
    amount: Mapped[Number | None] = mapped_column(ExactDecimal(38, 18))


class AlarmRow(FineBase):
    __tablename__ = "TestAlarm"

    at: Mapped[dt.time] = mapped_column(pg.TIME(precision=3), primary_key=True)
    note: Mapped[str | None] = mapped_column(sa.Text)


class Reading(Resource):
    """What was measured at a moment."""

    at: Timestamp
    name: str | None
    clock: TimeOfDay | None
    exact: TimeOfDay | None
    code: str | None
    filled: str | None
    codes: list[str]
    ratio: float | None
    amount: Decimal | None


class ReadingUpdate(Payload):
    """What to change."""

    name: str | UnsetType | None = UNSET
    clock: Clock | UnsetType | None = UNSET
    exact: Clock | UnsetType | None = UNSET
    code: str | UnsetType | None = UNSET
    filled: str | UnsetType | None = UNSET
    codes: list[str] | UnsetType = UNSET
    ratio: float | UnsetType | None = UNSET
    amount: Decimal | UnsetType | None = UNSET


class ReadingReplace(ReadingUpdate):
    """The same, for PUT."""


class ReadingCreate(ReadingUpdate, kw_only=True):
    """What was measured."""

    at: Moment


class ReadingQuery(ListQuery):
    """Which ones."""

    clock: Clock | None = None
    clock_from: Clock | None = None
    at_from: Moment | None = None
    code: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


class ReadingRepository(Repository[ReadingRow, Reading]):
    """Reads and writes them."""

    reader = ListReader(
        Mapping(Reading, ReadingRow, changed_by=[ReadingUpdate], readable=everybody("a test")),
        filters={
            "clock": equals(ReadingRow.clock),
            "clock_from": at_or_after(ReadingRow.clock),
            "at_from": at_or_after(ReadingRow.at),
            "code": one_of(ReadingRow.code),
            "filled": one_of(ReadingRow.filled),
            "codes": holds_all(ReadingRow.codes),
        },
        sorts={"at": ReadingRow.at},
    )


class ReadingController(
    CrudController[ReadingRepository, Reading, ReadingQuery, ReadingCreate, ReadingReplace, ReadingUpdate]
):
    """What was measured."""

    path = "/readings"


class Alarm(Resource):
    """A time of every day."""

    at: KeyTimeOfDay
    note: str | None


class AlarmUpdate(Payload):
    """What to change."""

    note: str | UnsetType | None = UNSET


class AlarmReplace(AlarmUpdate):
    """The same, for PUT."""


class AlarmCreate(AlarmUpdate, kw_only=True):
    """A new one."""

    at: Clock


class AlarmRepository(Repository[AlarmRow, Alarm]):
    """Reads and writes them."""

    reader = ListReader(
        Mapping(Alarm, AlarmRow, changed_by=[AlarmUpdate], readable=everybody("a test")),
        filters={},
        sorts={"at": AlarmRow.at},
    )


class AlarmController(
    CrudController[AlarmRepository, Alarm, ListQuery, AlarmCreate, AlarmReplace, AlarmUpdate]
):
    """A time of every day."""

    path = "/alarms"
