"""Counts of what authors wrote."""

from litestar import get

from service.api.v1.author_stats.dto import AuthorStats, AuthorStatsQuery
from service.api.v1.author_stats.repository import AuthorStatsRepository
from service.core.auth import CallerRequest
from service.core.resources.controller import ReadController
from service.core.schema import Listing, Query


class AuthorStatsController(ReadController[AuthorStatsRepository, AuthorStats, AuthorStatsQuery]):
    """What authors wrote, counted."""

    path = "/author-stats"

    @get("/", operation_id="listAuthorStats")
    async def list_author_stats(
        self, criteria: Query[AuthorStatsQuery], request: CallerRequest
    ) -> Listing[AuthorStats]:
        """List the counts of all authors."""
        return await self.repository.for_caller(request.user).read_list(criteria)
