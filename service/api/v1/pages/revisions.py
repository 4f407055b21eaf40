"""What pages said before, in the database."""

from service.api.v1.pages.dto import PageRevision, PageRevisionQuery
from service.core.repository import ReadRepository
from service.core.rows.filters import equals
from service.core.rows.listing import ListReader
from service.core.rows.projection import Projection
from service.core.schema import Listing
from service.models import tables


class PageRevisionRepository(ReadRepository[PageRevision]):
    """Reads the revisions of a page; changing the page writes them."""

    default_sort = "-number"
    reader = ListReader(
        Projection(PageRevision, tables.PageRevision, identity="number"),
        tables.PageRevision.number,
        filters={"page_id": equals(tables.PageRevision.page_id)},
        sorts={"number": tables.PageRevision.number},
    )

    async def read_of(self, page_id: str, query: PageRevisionQuery) -> Listing[PageRevision]:
        return await self.read_list(query, page_id=page_id)
