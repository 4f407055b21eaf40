"""The tree of pages in SQL."""

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.models import Page

MOVES = 1_885_434_739
"""The key of the advisory lock that moves take in turn: any number that nobody else locks in this database."""


async def lock_move(session: AsyncSession, page_id: str, parent_id: object) -> None:
    """Lock a page that is to lie below another parent, and all pages that will be above it, until the transaction ends.

    Moves take turns, since while one waits for the rows above it, another could put more of them there. Rows are locked
    in the order of their ids, so that other writes wait and do not deadlock. A page that keeps its parent, as most do
    that are sent back whole, locks nothing here.
    """
    if isinstance(parent_id, str):
        page = aliased(Page)
        moves = select(page.id).where(page.id == page_id, page.parent_id.is_distinct_from(parent_id)).exists()
        await session.execute(select(func.pg_advisory_xact_lock(MOVES)).where(moves))
        await _lock(session, or_(Page.id == page_id, Page.id.in_(_ids_above(parent_id))), moves)


async def ancestry(session: AsyncSession, page_id: str) -> set[str]:
    """The ids of a page and of all pages above it.

    Their rows stay locked until the transaction ends, so that two moves at once cannot close a circle.
    """
    above = _ids_above(page_id)
    await _lock(session, Page.id.in_(above))
    return set(await session.scalars(above))


async def _lock(session: AsyncSession, *which: ColumnElement[bool]) -> None:
    rows = select(Page.id).where(*which).order_by(Page.id)
    await session.execute(rows.with_for_update(key_share=True))


def _ids_above(page_id: str) -> Select[str]:
    """Selects the ids of a page and of all pages above it."""
    start = select(Page.id, Page.parent_id).where(Page.id == page_id).cte("above", recursive=True)
    above = start.union(select(Page.id, Page.parent_id).join(start, Page.id == start.c.parent_id))
    return select(above.c.id)
