"""Revisions of pages, which are what pages said before, in the database."""

from typing import Any

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.api.v1.pages.dto import PageRevision
from service.api.v1.pages.query import PageRevisionQuery
from service.core.resources.caching.invalidation import invalidate_lists
from service.core.resources.conditions import signed_in, through
from service.core.resources.filters import equals
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.read_repository import ReadRepository
from service.core.schema import Listing
from service.models import tables


class PageRevisionRepository(ReadRepository[tables.PageRevision, PageRevision]):
    """Reads the revisions of a page; changing the page writes them."""

    reader = ListReader(
        Mapping(
            PageRevision,
            tables.PageRevision,
            # The path says which page the revisions belong to.
            hidden=[tables.PageRevision.page_id],
            readable=through(tables.PageRevision.page) & signed_in(),
        ),
        filters={"page_id": equals(tables.PageRevision.page_id)},
        sorts={"number": tables.PageRevision.number},
        default_sort="-number",
    )

    async def read_of(self, page_id: str, query: PageRevisionQuery) -> Listing[PageRevision]:
        return await self.read_list(query, page_id=page_id)

    async def read_number(self, page_id: str, number: int) -> PageRevision:
        """The revision of this number. Raises `NotFound`."""
        return await self.read_by({tables.PageRevision.page_id: page_id, tables.PageRevision.number: number})


class RevisionRows(SQLAlchemyAsyncRepository[tables.PageRevision]):
    """The repository by which a unit of work adds revisions."""

    model_type = tables.PageRevision


async def keep_revision(
    session: AsyncSession, page_id: str, title: str, content: dict[str, Any], *, editor_id: str | None
) -> None:
    """Keep what a page said as a revision.

    The numbers have no gap and no double, since the caller has locked the page's row.
    """
    last = await session.scalar(
        select(func.max(tables.PageRevision.number)).where(tables.PageRevision.page_id == page_id)
    )
    await RevisionRows(session=session).add(
        tables.PageRevision(
            page_id=page_id, number=(last or 0) + 1, title=title, content=content, editor_id=editor_id
        )
    )
    invalidate_lists(tables.PageRevision)
