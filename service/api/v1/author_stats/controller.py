"""Counts of what authors wrote."""

from litestar import get
from litestar.di import NamedDependency

from service.api.v1.author_stats.dto import AuthorId, AuthorStats, AuthorStatsQuery
from service.api.v1.author_stats.repository import AuthorStatsRepository
from service.core.resources.controller import ResourceController
from service.core.schema import Listing


class AuthorStatsController(ResourceController):
    """What authors wrote, counted."""

    path = "/author-stats"
    tags = ("author-stats",)
    author_stats: AuthorStatsRepository

    @get("/", operation_id="listAuthorStats")
    async def list_author_stats(
        self,
        criteria: NamedDependency[AuthorStatsQuery],
    ) -> Listing[AuthorStats]:
        """List the counts of all authors."""
        return await self.author_stats.read_list(criteria)

    @get("/{author_id:str}", operation_id="getAuthorStats")
    async def get_author_stats(self, author_id: AuthorId) -> AuthorStats:
        """Read the counts of one author."""
        return await self.author_stats.read(author_id)
