"""What pages look like on the wire."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field

from service.core.query import ListQuery
from service.core.schema import BigInt, Decimal, JsonObject, Payload, Resource, Timestamp
from service.models import PageStatus

Slug = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=200,
        description="The last segment of the page's URL: lower-case words joined by hyphens.",
        examples=["hello-world"],
    ),
]
Title = Annotated[
    str, Meta(min_length=1, max_length=200, description="The title.", examples=["Hello, world"])
]
Summary = Annotated[str, Meta(max_length=500, description="A few sentences for lists and search results.")]
Tag = Annotated[str, Meta(min_length=1, max_length=64, examples=["news"])]
Tags = Annotated[list[Tag], Meta(max_length=50, description="Labels, in their order.")]
Position = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1, description="The place among its siblings.")]
Rating = Annotated[
    str,
    Meta(pattern=r"^-?[0-9](\.[0-9]{1,2})?$", description="A decimal number as text.", examples=["4.50"]),
]
NewId = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9-]{20,36}$",
        description="An id of the caller's own, so that a repeated call cannot make two.",
        examples=["cmh3x2k1v0000a8b4c6d2e9f1"],
    ),
]
UserId = Annotated[str, Meta(min_length=1, max_length=64, description="The id of a user of app-web.")]
ParentId = Annotated[str, Meta(min_length=1, max_length=64, description="The page that this one lies under.")]
Content = Annotated[JsonObject, Meta(description='The editor\'s document: {"blocks": [{"type": ..., ...}]}.')]
Metadata = Annotated[JsonObject, Meta(description="Free-form SEO and layout hints.")]


class Page(Resource):
    """A page of the site. A PUBLISHED page always has a publishedAt."""

    id: str
    slug: Slug
    title: Title
    summary: Summary | None
    content: Content
    metadata: Metadata | None
    status: PageStatus
    tags: Tags
    position: Position
    view_count: Annotated[BigInt, Meta(description="How often it was seen; app-web counts.")]
    rating: Decimal | None
    author_id: str
    last_editor_id: str | None
    parent_id: str | None
    published_at: Annotated[Timestamp, Meta(description="When it was first published.")] | None
    created_at: Timestamp
    updated_at: Timestamp


class PageText(Payload, kw_only=True):
    """What a page says, its slug apart."""

    title: Title
    summary: Summary | None = None
    content: Content = field(default_factory=dict[str, Any])
    metadata: Metadata | None = None
    tags: Tags = field(default_factory=list[str])
    position: Position = 0
    rating: Rating | None = None
    parent_id: ParentId | None = None


class PageReplace(PageText, kw_only=True):
    """All that a page says. What is left out goes back to its default."""

    slug: Slug


class PageCreate(PageText, kw_only=True):
    """A new page; it begins as a DRAFT."""

    slug: Slug | UnsetType = UNSET
    id: NewId | UnsetType = UNSET
    author_id: UserId | UnsetType = UNSET


class PageUpdate(Payload):
    """What to change. What is left out stays; null empties a field that can be empty."""

    slug: Slug | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    summary: Summary | UnsetType | None = UNSET
    content: Content | UnsetType = UNSET
    metadata: Metadata | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    rating: Rating | UnsetType | None = UNSET
    parent_id: ParentId | UnsetType | None = UNSET


class PageSort(StrEnum):
    NEWEST = "-createdAt"
    OLDEST = "createdAt"
    UPDATED_LAST = "-updatedAt"
    UPDATED_FIRST = "updatedAt"
    PUBLISHED_LAST = "-publishedAt"
    PUBLISHED_FIRST = "publishedAt"
    TITLE = "title"
    TITLE_DESCENDING = "-title"
    POSITION = "position"
    POSITION_DESCENDING = "-position"


class PageQuery(ListQuery):
    """Which pages, in which order."""

    status: Annotated[tuple[PageStatus, ...], Meta(description="Pages in any of these.")] = ()
    author_id: UserId | None = None
    parent_id: Annotated[ParentId, Meta(description="The children of this page, by position.")] | None = None
    tag: Annotated[tuple[Tag, ...], Meta(max_length=10, description="Pages that carry all of these.")] = ()
    created_after: Annotated[datetime, Meta(tz=True, description="Created then or later.")] | None = None
    created_before: Annotated[datetime, Meta(tz=True, description="Created earlier.")] | None = None
    q: (
        Annotated[str, Meta(min_length=1, max_length=200, description="Text in title, summary or slug.")]
        | None
    ) = None
    sort: Annotated[PageSort, Meta(description="The order; `-createdAt` unless told.")] | None = None


class PageRevision(Resource):
    """What a page said before an edit. Numbered from 1 within its page."""

    number: Annotated[int, Meta(ge=1)]
    title: Title
    content: Content
    editor_id: Annotated[str, Meta(description="Who made the edit.")] | None
    created_at: Timestamp


class PageRevisionSort(StrEnum):
    LATEST = "-number"
    FIRST = "number"


class PageRevisionQuery(ListQuery):
    sort: Annotated[PageRevisionSort, Meta(description="The order; the latest first unless told.")] | None = (
        None
    )


class PageTopic(Struct, rename="camel"):
    """A topic of a page."""

    id: int
    name: str


class PageTopics(Resource):
    """The topics of one page, by name."""

    items: list[PageTopic]


class PageTopicsReplace(Payload):
    """All the topics that the page is to have."""

    topic_ids: Annotated[list[Annotated[int, Meta(ge=1, le=2**31 - 1)]], Meta(max_length=100)]
