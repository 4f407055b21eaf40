"""Tables and what is shown of them, as SQLModel's tutorial for FastAPI declares them."""

import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Optional

from pydantic import NaiveDatetime
from sqlalchemy import ARRAY, Column, Enum, ForeignKey, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Relationship, SQLModel

PageStatus = Enum("DRAFT", "PUBLISHED", "ARCHIVED", name="PageStatus")


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


class PageBase(SQLModel):
    slug: str
    title: str = Field(max_length=200)
    summary: str | None = Field(default=None, max_length=500)
    content: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB))
    tags: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text)))
    authorId: str


class User(SQLModel, table=True):
    __tablename__ = "User"

    id: str = Field(primary_key=True)
    name: str | None = None


class PageTopicLink(SQLModel, table=True):
    __tablename__ = "_PageToTopic"

    page_id: str = Field(sa_column=Column("A", ForeignKey("Page.id"), primary_key=True))
    topic_id: int = Field(sa_column=Column("B", ForeignKey("Topic.id"), primary_key=True))


class Topic(SQLModel, table=True):
    __tablename__ = "Topic"

    id: int = Field(primary_key=True)
    name: str


class Page(PageBase, table=True):
    __tablename__ = "Page"

    id: str = Field(default_factory=lambda: uuid.uuid4().hex, primary_key=True)
    # "metadata" belongs to SQLAlchemy.
    pageMetadata: dict[str, Any] | None = Field(
        default=None, sa_column=Column("metadata", JSONB(none_as_null=True))
    )
    status: str = Field(default="DRAFT", sa_column=Column(PageStatus))
    authorId: str = Field(foreign_key="User.id")
    position: int = 0
    viewCount: int = 0
    rating: Decimal | None = Field(default=None, max_digits=3, decimal_places=2)
    lastEditorId: str | None = None
    parentId: str | None = Field(default=None, foreign_key="Page.id")
    publishedAt: NaiveDatetime | None = None
    createdAt: NaiveDatetime = Field(default_factory=now)
    updatedAt: NaiveDatetime = Field(default_factory=now)
    author: User = Relationship()
    topics: list[Topic] = Relationship(
        link_model=PageTopicLink, sa_relationship_kwargs={"order_by": "Topic.name"}
    )
    parent: Optional["Page"] = Relationship(sa_relationship_kwargs={"remote_side": "Page.id"})


class PagePublic(PageBase):
    id: str
    pageMetadata: dict[str, Any] | None = Field(default=None, serialization_alias="metadata")
    status: str
    position: int
    viewCount: int
    rating: Decimal | None
    lastEditorId: str | None
    parentId: str | None
    publishedAt: NaiveDatetime | None
    createdAt: NaiveDatetime
    updatedAt: NaiveDatetime


class PageList(SQLModel):
    items: list[PagePublic]
    total: int


class Named(SQLModel):
    id: str | int
    name: str | None


class PageLink(SQLModel):
    id: str
    slug: str
    title: str
    status: str


class NestedItem(SQLModel):
    id: str
    slug: str
    title: str
    summary: str | None
    status: str
    tags: list[str]
    position: int
    viewCount: int
    rating: Decimal | None
    authorId: str
    lastEditorId: str | None
    parentId: str | None
    publishedAt: NaiveDatetime | None
    createdAt: NaiveDatetime
    updatedAt: NaiveDatetime
    author: Named
    topics: list[Named]


class NestedPage(PagePublic):
    author: Named
    topics: list[Named]
    ancestors: list[PageLink]


class NestedList(SQLModel):
    items: list[NestedItem]
    total: int


class PageCreate(PageBase):
    pass


class PageUpdate(SQLModel):
    slug: str | None = None
    title: str | None = None
    position: int | None = None
