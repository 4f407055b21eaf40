"""What the counts of authors look like on the wire."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from service.core.query import ListQuery
from service.core.schema import Resource, Timestamp

Count = Annotated[int, Meta(ge=0)]


class AuthorStats(Resource):
    """Pages, revisions and the last edit, counted for each author."""

    author_id: str
    page_count: Count
    published_count: Count
    revision_count: Count
    last_edited_at: Timestamp | None


class AuthorStatsSort(StrEnum):
    AUTHOR = "authorId"
    AUTHOR_DESCENDING = "-authorId"
    MOST_PAGES = "-pageCount"
    FEWEST_PAGES = "pageCount"
    EDITED_LAST = "-lastEditedAt"
    EDITED_FIRST = "lastEditedAt"


class AuthorStatsQuery(ListQuery):
    """Which authors, in which order."""

    sort: Annotated[AuthorStatsSort, Meta(description="The order; `authorId` unless told.")] | None = None
