"""What pages said before, in the database."""

from service.api.v1.pages.dto import PageRevision, PageRevisionQuery
from service.core.resources.filters import equals
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import ReadRepository
from service.core.schema import Listing
from service.models import tables


class PageRevisionRepository(ReadRepository[tables.PageRevision, PageRevision]):
    """Reads the revisions of a page; changing the page writes them."""

    reader = ListReader(
        Mapping(PageRevision, tables.PageRevision),
        filters={"page_id": equals(tables.PageRevision.page_id)},
        sorts={"number": tables.PageRevision.number},
        default_sort="-number",
    )

    async def read_of(self, page_id: str, query: PageRevisionQuery) -> Listing[PageRevision]:
        return await self.read_list(query, page_id=page_id)

    async def read_number(self, page_id: str, number: int) -> PageRevision:
        """Raises `NotFound`."""
        return await self.read_by({tables.PageRevision.page_id: page_id, tables.PageRevision.number: number})
