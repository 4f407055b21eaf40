"""The query parameters of the lists of pages and of their revisions."""

from typing import Annotated, Literal

from msgspec import Meta

from service.api.v1.pages.fields import (
    PageId,
    ParentId,
    Tag,
    TopicId,
    UserId,
)
from service.core.http.query import ListQuery
from service.core.schema import (
    After,
    Before,
    Search,
)
from service.models import PageStatus


class PageQuery(ListQuery):
    """Which pages, in which order."""

    id: Annotated[
        tuple[Annotated[PageId, Meta(max_length=64)], ...],
        Meta(max_length=100, description="These pages, in this order; `limit` is then their number."),
    ] = ()
    status: Annotated[tuple[PageStatus, ...], Meta(max_length=100, description="Pages in any of these.")] = ()
    author_id: UserId | None = None
    parent_id: (
        Annotated[
            ParentId, Meta(description="The children of this page, by position unless `sort` is given.")
        ]
        | None
    ) = None
    has_parent: (
        Annotated[
            bool, Meta(description="`false`: the roots of the tree; `true`: all that lie under a page.")
        ]
        | None
    ) = None
    tag: Annotated[tuple[Tag, ...], Meta(max_length=10, description="Pages that carry all of these.")] = ()
    topic_id: Annotated[
        tuple[TopicId, ...], Meta(max_length=100, description="Pages about any of these topics.")
    ] = ()
    created_after: After | None = None
    created_before: Before | None = None
    updated_after: After | None = None
    updated_before: Before | None = None
    published_after: After | None = None
    published_before: Before | None = None
    q: Search | None = None
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
                "viewCount",
                "-viewCount",
            ],
            Meta(
                description="The order of the items; by default `-createdAt`, and `position` with `parentId`."
            ),
        ]
        | None
    ) = None


class PageRevisionQuery(ListQuery):
    """Which order the revisions come in."""

    sort: (
        Annotated[
            Literal["-number", "number"],
            Meta(description="The order of the items; by default the latest first."),
        ]
        | None
    ) = None
