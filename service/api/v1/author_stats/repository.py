"""Counts of what authors wrote, read from a view."""

from service.api.v1.author_stats.dto import AuthorStats
from service.core.resources.conditions import signed_in
from service.core.resources.filters import one_of
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.read_repository import ReadRepository
from service.models import views


class AuthorStatsRepository(ReadRepository[views.AuthorStats, AuthorStats]):
    """Reads the counts; nobody writes them."""

    reader = ListReader(
        Mapping(AuthorStats, views.AuthorStats, readable=signed_in()),
        filters={"author_id": one_of(views.AuthorStats.author_id)},
        sorts={
            "authorId": views.AuthorStats.author_id,
            "pageCount": views.AuthorStats.page_count,
            "lastEditedAt": views.AuthorStats.last_edited_at,
        },
    )
