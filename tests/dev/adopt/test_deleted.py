"""Rows that are there and count as deleted: a DELETE of this service knows nothing of it, which a team is told."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.dev.adopt.adopted import KeptSlice
from service.dev.adopt.options import Options
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.plans import plan
from service.dev.adopt.report.planned import report_of
from service.dev.schema import parse_schema
from tests.support.own_base import OwnBase

SCHEMA = """
model Parcel {
  id             Int       @id
  deletedAt      DateTime?
  isDeleted      Boolean
  deleted        String
  mediaDeletedAt DateTime?
  canDelete      Boolean
}
"""


class DeletedBase(OwnBase):
    __abstract__ = True
    metadata = sa.MetaData()


class Parcel(DeletedBase):
    __tablename__ = "Parcel"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    deleted_at: Mapped[datetime | None] = mapped_column("deletedAt", sa.DateTime)
    is_deleted: Mapped[bool] = mapped_column("isDeleted", sa.Boolean)
    deleted: Mapped[str] = mapped_column(sa.Text)
    media_deleted_at: Mapped[datetime | None] = mapped_column("mediaDeletedAt", sa.DateTime)
    can_delete: Mapped[bool] = mapped_column("canDelete", sa.Boolean)


def _marks(options: Options, *known: str) -> list[str]:
    source = Source(sa.inspect(Parcel), DeletedBase.metadata.tables["Parcel"], parse_schema(SCHEMA).models[0])
    (line,) = report_of(plan([source], options, {}), {name: KeptSlice("parcels") for name in known}).resources
    return line.marks


def test_columns_that_mark_rows_as_deleted_are_told() -> None:
    assert _marks(Options()) == ["deletedAt", "isDeleted"]


def test_they_are_told_once() -> None:
    assert _marks(Options(), "Parcel") == []


def test_where_nobody_writes_there_is_nothing_to_tell() -> None:
    assert _marks(Options(read_only=["Parcel"])) == []
