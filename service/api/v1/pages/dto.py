"""What pages look like on the wire."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from service.api.v1.pages.fields import (
    Content,
    ContentText,
    FixedAuthorId,
    FixedStatus,
    Metadata,
    MetadataText,
    NewId,
    PageId,
    PageSlug,
    PageTitle,
    ParentId,
    Position,
    Rating,
    Slug,
    Status,
    StoredParentId,
    StoredTopicId,
    StoredTopicIds,
    StoredUserId,
    Summary,
    Tags,
    Title,
    TopicIds,
    UserId,
)
from service.core.schema import (
    BigInt,
    Decimal,
    Int,
    Payload,
    Resource,
    RowCount,
    Timestamp,
)


class PageAuthor(Resource):
    """Who wrote a page."""

    id: StoredUserId
    name: Annotated[str, Meta(description="The name that is shown.", examples=["Ada Lovelace"])] | None


class PageTopic(Resource):
    """A topic of a page."""

    id: StoredTopicId
    name: Annotated[str, Meta(description="The topic's name.", examples=["Grammar"])]


class PageLink(Resource):
    """What a link to a page needs."""

    id: PageId
    slug: PageSlug
    title: PageTitle
    status: Status


class PageItem(Resource):
    """A page in a list: without its content, its metadata, and the pages above and below it."""

    id: PageId
    slug: PageSlug
    title: PageTitle
    summary: Summary | None
    status: Status
    tags: Annotated[list[str], Meta(description="Labels, in their order.", examples=[["news", "été"]])]
    position: Position
    view_count: Annotated[
        BigInt, Meta(description="How often it was seen, a 64-bit integer as text; app-web counts.")
    ]
    rating: Annotated[Decimal, Meta(description="A decimal number as text, of two places.")] | None
    author_id: StoredUserId
    author: Annotated[PageAuthor, Meta(description="Who wrote it.")]
    last_editor_id: Annotated[StoredUserId, Meta(description="Who changed it last.")] | None
    parent_id: StoredParentId | None
    topics: Annotated[
        list[PageTopic], Meta(max_length=100, description="What it is about, by name; 100 at most.")
    ]
    published_at: Annotated[Timestamp, Meta(description="When it was first published.")] | None
    created_at: Annotated[Timestamp, Meta(description="When it was created.")]
    updated_at: Annotated[Timestamp, Meta(description="When it was last changed.")]


class Page(PageItem):
    """A page of the site. A PUBLISHED page always has a publishedAt."""

    content: ContentText
    metadata: MetadataText | None
    topic_ids: StoredTopicIds
    ancestors: Annotated[
        list[PageLink],
        Meta(max_length=20, description="The pages above it, the root first; the nearest 20 at most."),
    ]
    children: Annotated[
        list[PageLink],
        Meta(max_length=100, description="The pages below it, by position; the first 100 at most."),
    ]
    child_count: Annotated[RowCount, Meta(description="How many pages lie below it.", examples=[3])]


class PageText(Payload, kw_only=True):
    """What a page says, its slug apart."""

    title: Title
    summary: Summary | None = None
    content: Content = {}
    metadata: Metadata | None = None
    tags: Tags = []
    position: Position = 0
    rating: Rating | None = None
    parent_id: ParentId | None = None
    topic_ids: TopicIds = []


class PageReplace(PageText, kw_only=True):
    """All fields of a page. Those that are left out go back to their defaults."""

    slug: Slug
    status: FixedStatus | UnsetType = UNSET
    author_id: FixedAuthorId | UnsetType = UNSET


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
    """What to change. Fields that are left out stay as they are; null empties a field that can be empty."""

    slug: Slug | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    summary: Summary | UnsetType | None = UNSET
    content: Content | UnsetType = UNSET
    metadata: Metadata | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    rating: Rating | UnsetType | None = UNSET
    parent_id: ParentId | UnsetType | None = UNSET
    topic_ids: TopicIds | UnsetType = UNSET
    status: FixedStatus | UnsetType = UNSET
    author_id: FixedAuthorId | UnsetType = UNSET


class PageRevision(Resource):
    """What a page said before an edit. Numbered from 1 within its page."""

    number: Annotated[Int, Meta(description="Its number within the page.", examples=[1])]
    title: Annotated[str, Meta(max_length=200, description="The title before the edit.", examples=["Hello"])]
    content: ContentText
    editor_id: Annotated[StoredUserId, Meta(description="Who made the edit.")] | None
    created_at: Annotated[Timestamp, Meta(description="When the edit was made.")]


class PageTopics(Resource):
    """The topics of one page, by name."""

    topic_ids: StoredTopicIds
    items: Annotated[list[PageTopic], Meta(description="The topics, by name.")]


class PageTopicsReplace(Payload):
    """All the topics that the page is to have."""

    topic_ids: TopicIds
