"""Counts of authors, out of a view."""

from service.api.v1.author_stats.dto import AuthorStats
from service.core.repository import ReadRepository
from service.core.rows.listing import ListReader
from service.core.rows.projection import Projection
from service.models import views


class AuthorStatsRepository(ReadRepository[AuthorStats]):
    """Reads the counts; nobody writes them."""

    default_sort = "authorId"
    reader = ListReader(
        Projection(AuthorStats, views.AuthorStats, identity="author_id"),
        views.AuthorStats.author_id,
        filters={},
        sorts={
            "authorId": views.AuthorStats.author_id,
            "pageCount": views.AuthorStats.page_count,
            "lastEditedAt": views.AuthorStats.last_edited_at,
        },
    )
