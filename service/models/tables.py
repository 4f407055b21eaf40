"""Temporary."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from sqlalchemy import BigInteger, Column, Enum, ForeignKey, Integer, String, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column
from service.prisma.base import Base
from service.prisma.ids import cuid, now
from service.prisma.types import ExactDecimal, ScalarList, UtcTimestamp

Json = JSONB().with_variant(JSON(), "sqlite")


class PageStatus(StrEnum):
    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    ARCHIVED = "ARCHIVED"


class UserRole(StrEnum):
    MEMBER = "MEMBER"
    EDITOR = "EDITOR"
    ADMIN = "ADMIN"


t_page_to_topic = Table(
    "_PageToTopic",
    Base.metadata,
    Column("A", Text, ForeignKey("Page.id", ondelete="CASCADE"), primary_key=True),
    Column("B", Integer, ForeignKey("Topic.id", ondelete="CASCADE"), primary_key=True),
)


class User(Base):
    __tablename__ = "User"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=cuid)
    name: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text, unique=True)
    role: Mapped[UserRole] = mapped_column(Enum(UserRole, name="UserRole"), server_default=text("'MEMBER'"))
    created_at: Mapped[datetime] = mapped_column(
        "createdAt", UtcTimestamp(), server_default=text("CURRENT_TIMESTAMP")
    )
    updated_at: Mapped[datetime] = mapped_column("updatedAt", UtcTimestamp(), default=now, onupdate=now)


class Page(Base):
    __tablename__ = "Page"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=cuid)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str | None] = mapped_column(String(500))
    content: Mapped[dict[str, Any]] = mapped_column(Json, server_default=text("'{}'"))
    metadata_: Mapped[dict[str, Any] | None] = mapped_column("metadata", Json)
    status: Mapped[PageStatus] = mapped_column(
        Enum(PageStatus, name="PageStatus"), server_default=text("'DRAFT'")
    )
    tags: Mapped[list[str]] = mapped_column(ScalarList(Text()), default=list)
    position: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    view_count: Mapped[int] = mapped_column("viewCount", BigInteger, server_default=text("0"))
    rating: Mapped[Decimal | None] = mapped_column(ExactDecimal(3, 2))
    author_id: Mapped[str] = mapped_column("authorId", ForeignKey("User.id"))
    last_editor_id: Mapped[str | None] = mapped_column(
        "lastEditorId", ForeignKey("User.id", ondelete="SET NULL")
    )
    parent_id: Mapped[str | None] = mapped_column("parentId", ForeignKey("Page.id", ondelete="SET NULL"))
    published_at: Mapped[datetime | None] = mapped_column("publishedAt", UtcTimestamp())
    created_at: Mapped[datetime] = mapped_column(
        "createdAt", UtcTimestamp(), server_default=text("CURRENT_TIMESTAMP")
    )
    updated_at: Mapped[datetime] = mapped_column("updatedAt", UtcTimestamp(), default=now, onupdate=now)


class Topic(Base):
    __tablename__ = "Topic"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)


class PageRevision(Base):
    __tablename__ = "PageRevision"
    page_id: Mapped[str] = mapped_column(
        "pageId", ForeignKey("Page.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    editor_id: Mapped[str | None] = mapped_column("editorId", Text)
    created_at: Mapped[datetime] = mapped_column(
        "createdAt", UtcTimestamp(), server_default=text("CURRENT_TIMESTAMP")
    )
