"""What the counts of authors look like on the wire."""

from typing import Annotated, Literal

from msgspec import Meta

from service.core.http.query import ListQuery
from service.core.schema import Resource, Timestamp

Count = Annotated[int, Meta(ge=0, le=2**31 - 1, examples=[12])]


class AuthorStats(Resource):
    """Pages, revisions and the last edit, counted for each author."""

    author_id: Annotated[str, Meta(description="The author's id.", examples=["cmh3x2k1v0001a8b4f0d7c3e2"])]
    page_count: Annotated[Count, Meta(description="How many pages there are of theirs.")]
    published_count: Annotated[Count, Meta(description="How many of those are published.")]
    revision_count: Annotated[Count, Meta(description="How often those were edited.")]
    last_edited_at: (
        Annotated[Timestamp, Meta(description="When one of those last changed; null without pages.")] | None
    )


class AuthorStatsQuery(ListQuery):
    """Which authors, in which order."""

    author_id: Annotated[
        tuple[Annotated[str, Meta(max_length=64)], ...],
        Meta(max_length=100, description="These authors, in this order; `limit` is then their number."),
    ] = ()
    sort: (
        Annotated[
            Literal["authorId", "-authorId", "-pageCount", "pageCount", "-lastEditedAt", "lastEditedAt"],
            Meta(description="The order of the items; `authorId` by default."),
        ]
        | None
    ) = None
