"""What the counts of authors look like on the wire."""

from enum import StrEnum
from typing import Annotated

from litestar.params import PathParameter
from msgspec import Meta

from service.core.http.query import ListQuery
from service.core.schema import Resource, Timestamp

AuthorId = Annotated[str, PathParameter(description="The id of a user of app-web.")]
Count = Annotated[int, Meta(ge=0, examples=[12])]


class AuthorStats(Resource):
    """Pages, revisions and the last edit, counted for each author."""

    author_id: Annotated[str, Meta(description="The author's id.", examples=["cmh3x2k1v0001a8b4f0d7c3e2"])]
    page_count: Annotated[Count, Meta(description="How many pages there are of theirs.")]
    published_count: Annotated[Count, Meta(description="How many of those are published.")]
    revision_count: Annotated[Count, Meta(description="How often those were edited.")]
    last_edited_at: (
        Annotated[Timestamp, Meta(description="When one of those last changed; null without pages.")] | None
    )


class AuthorStatsSort(StrEnum):
    """The field to sort by; a minus turns the order round."""

    AUTHOR = "authorId"
    AUTHOR_DESCENDING = "-authorId"
    MOST_PAGES = "-pageCount"
    FEWEST_PAGES = "pageCount"
    EDITED_LAST = "-lastEditedAt"
    EDITED_FIRST = "lastEditedAt"


class AuthorStatsQuery(ListQuery):
    """Which authors, in which order."""

    sort: Annotated[AuthorStatsSort, Meta(description="The order; `authorId` unless told.")] | None = None
