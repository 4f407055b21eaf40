"""The tests' own tables, beside those of the mirrored schema: notes, with a column of each kind, and labels."""

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from service.prisma import ids
from service.prisma.enums import PrismaEnum, stored_values
from service.prisma.types import ExactDecimal, ScalarList, UtcTimestamp, literal_sql
from tests.support.database import create_tables
from tests.support.own_base import OwnBase


class NoteStatus(PrismaEnum):
    DRAFT = "DRAFT"
    ON_HOLD = "ON_HOLD", "on-hold"
    DONE = "DONE"


class Note(OwnBase):
    __tablename__ = "TestNote"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["parentId"],
            ["TestNote.id"],
            ondelete="SET NULL",
            onupdate="CASCADE",
            name="TestNote_parentId_fkey",
        ),
        sa.Index("TestNote_slug_key", "slug", unique=True),
    )

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=ids.cuid)
    slug: Mapped[str | None] = mapped_column(sa.Text)
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str | None] = mapped_column(sa.String(500))
    content: Mapped[Any] = mapped_column(pg.JSONB, server_default=literal_sql("'{}'::jsonb"), nullable=False)
    metadata_: Mapped[Any] = mapped_column("metadata", pg.JSONB(none_as_null=True), nullable=True)
    status: Mapped[NoteStatus] = mapped_column(
        sa.Enum(NoteStatus, name="TestNoteStatus", values_callable=stored_values),
        server_default=literal_sql("'DRAFT'::\"TestNoteStatus\""),
    )
    tags: Mapped[list[str]] = mapped_column(
        ScalarList(sa.Text), server_default=literal_sql("ARRAY[]::text[]"), nullable=True
    )
    position: Mapped[int] = mapped_column(sa.Integer, server_default=literal_sql("0"))
    view_count: Mapped[int] = mapped_column("viewCount", sa.BigInteger, server_default=literal_sql("0"))
    rating: Mapped[Decimal | None] = mapped_column(ExactDecimal(3, 2))
    last_editor_id: Mapped[str | None] = mapped_column("lastEditorId", sa.Text)
    created_at: Mapped[dt.datetime] = mapped_column(
        "createdAt", UtcTimestamp(3), server_default=literal_sql("CURRENT_TIMESTAMP"), default=ids.now
    )
    updated_at: Mapped[dt.datetime] = mapped_column(
        "updatedAt", UtcTimestamp(3), default=ids.now, onupdate=ids.now
    )
    parent_id: Mapped[str | None] = mapped_column("parentId", sa.Text)


class Label(OwnBase):
    __tablename__ = "TestLabel"
    __table_args__ = (sa.Index("TestLabel_name_key", "name", unique=True),)

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(sa.Text)


class Seat(OwnBase):
    __tablename__ = "TestSeat"

    hall: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    guest: Mapped[str | None] = mapped_column(sa.Text)


class Word(OwnBase):
    __tablename__ = "TestWord"

    word: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    meaning: Mapped[str] = mapped_column(sa.Text)


class Unused(OwnBase):
    """No resource is over it."""

    __tablename__ = "TestUnused"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    text: Mapped[str | None] = mapped_column(sa.Text)


async def create_own_tables(url: str) -> None:
    """Create the tests' own tables in a PostgreSQL."""
    await create_tables(
        url, OwnBase.metadata, *(model.__tablename__ for model in (Note, Label, Seat, Word, Unused))
    )
