"""Counts of what authors wrote."""

from service.api.v1.author_stats.dto import AuthorStats, AuthorStatsQuery
from service.api.v1.author_stats.repository import AuthorStatsRepository
from service.core.resources.controller import ReadController


class AuthorStatsController(ReadController[AuthorStatsRepository, AuthorStats, AuthorStatsQuery]):
    """What authors wrote, counted."""

    path = "/author-stats"
    descriptions = {"read_list": "List the counts of all authors."}
