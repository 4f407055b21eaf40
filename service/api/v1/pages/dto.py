"""What pages look like on the wire."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from service.api.v1.pages.fields import (
    Content,
    ContentText,
    Metadata,
    MetadataText,
    NewId,
    PageId,
    ParentId,
    Position,
    Rating,
    Slug,
    Summary,
    Tag,
    Tags,
    Title,
    UserId,
)
from service.core.http.query import ListQuery
from service.core.schema import BigInt, Decimal, Payload, Resource, Timestamp
from service.models import PageStatus


class Page(Resource):
    """A page of the site. A PUBLISHED page always has a publishedAt."""

    id: PageId
    slug: Annotated[str, Meta(description="The last segment of the page's URL.", examples=["hello-world"])]
    title: Annotated[str, Meta(max_length=200, description="The title.", examples=["Hello, world"])]
    summary: Summary | None
    content: ContentText
    metadata: MetadataText | None
    status: Annotated[PageStatus, Meta(description="Where it is on its way from draft to archive.")]
    tags: Annotated[list[str], Meta(description="Labels, in their order.", examples=[["news", "été"]])]
    position: Position
    view_count: Annotated[BigInt, Meta(description="How often it was seen; app-web counts.")]
    rating: Annotated[Decimal, Meta(description="A decimal number as text, of two places.")] | None
    author_id: UserId
    last_editor_id: Annotated[UserId, Meta(description="Who changed it last.")] | None
    parent_id: ParentId | None
    published_at: Annotated[Timestamp, Meta(description="When it was first published.")] | None
    created_at: Annotated[Timestamp, Meta(description="When it was created.")]
    updated_at: Annotated[Timestamp, Meta(description="When it was last changed.")]


class PageText(Payload, kw_only=True):
    """What a page says, its slug apart."""

    title: Title
    summary: Summary | None = None
    content: Content = {}  # noqa: RUF012  # msgspec copies an empty default
    metadata: Metadata | None = None
    tags: Tags = []  # noqa: RUF012  # msgspec copies an empty default
    position: Position = 0
    rating: Rating | None = None
    parent_id: ParentId | None = None


class PageReplace(PageText, kw_only=True):
    """All that a page says. What is left out goes back to its default."""

    slug: Slug


class PageCreate(PageText, kw_only=True):
    """A new page; it begins as a DRAFT."""

    slug: Annotated[Slug, Meta(description="Made of the title where it is left out.")] | UnsetType = UNSET
    id: NewId | UnsetType = UNSET
    author_id: (
        Annotated[
            UserId,
            Meta(description="The user of the token, whom it may leave out; required without a token."),
        ]
        | UnsetType
    ) = UNSET


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


class PageQuery(ListQuery):
    """Which pages, in which order."""

    status: Annotated[tuple[PageStatus, ...], Meta(description="Pages in any of these.")] = ()
    author_id: UserId | None = None
    parent_id: (
        Annotated[
            ParentId, Meta(description="The children of this page, by position unless `sort` is given.")
        ]
        | None
    ) = None
    tag: Annotated[tuple[Tag, ...], Meta(max_length=10, description="Pages that carry all of these.")] = ()
    created_after: (
        Annotated[datetime, Meta(tz=True, description="Created then or later: RFC 3339 with an offset.")]
        | None
    ) = None
    created_before: (
        Annotated[datetime, Meta(tz=True, description="Created earlier: RFC 3339 with an offset.")] | None
    ) = None
    q: (
        Annotated[str, Meta(min_length=1, max_length=200, description="Text in title, summary or slug.")]
        | None
    ) = None
    sort: (
        Annotated[
            Literal[
                "-createdAt",
                "createdAt",
                "-updatedAt",
                "updatedAt",
                "-publishedAt",
                "publishedAt",
                "title",
                "-title",
                "position",
                "-position",
            ],
            Meta(description="The order; `-createdAt` unless told, `position` with `parentId`."),
        ]
        | None
    ) = None


class PageRevision(Resource):
    """What a page said before an edit. Numbered from 1 within its page."""

    number: Annotated[int, Meta(ge=1, le=2**31 - 1, description="Its number within the page.", examples=[1])]
    title: Annotated[str, Meta(max_length=200, description="The title before the edit.", examples=["Hello"])]
    content: ContentText
    editor_id: Annotated[UserId, Meta(description="Who made the edit.")] | None
    created_at: Annotated[Timestamp, Meta(description="When the edit was made.")]


class PageRevisionQuery(ListQuery):
    """Which order the revisions come in."""

    sort: (
        Annotated[Literal["-number", "number"], Meta(description="The order; the latest first unless told.")]
        | None
    ) = None


class PageTopic(Struct, rename="camel"):
    """A topic of a page."""

    id: Annotated[int, Meta(ge=1, le=2**31 - 1, description="The topic's number.", examples=[7])]
    name: Annotated[str, Meta(description="The topic's name.", examples=["Grammar"])]


class PageTopics(Resource):
    """The topics of one page, by name."""

    items: Annotated[list[PageTopic], Meta(description="The topics, by name.")]


class PageTopicsReplace(Payload):
    """All the topics that the page is to have."""

    topic_ids: Annotated[
        list[Annotated[int, Meta(ge=1, le=2**31 - 1)]],
        Meta(max_length=100, description="The topics' numbers.", examples=[[7, 8]]),
    ]
