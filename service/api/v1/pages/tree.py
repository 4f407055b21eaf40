"""The tree of pages in SQL."""

from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.api.v1.pages import rules
from service.core.database import Session
from service.core.resources.locking_repository import LockingRepository
from service.models import Page

Pages: TypeAlias = LockingRepository[Any, Any, Any]
"""The pages of a caller."""


async def ancestry(session: Session, page_id: str) -> set[str]:
    """The page and all above it; empty where there is no such page.

    Their rows stay locked until the transaction ends, so that two moves at once cannot close a circle.
    """
    start = select(Page.id, Page.parent_id).where(Page.id == page_id).cte("above", recursive=True)
    above = start.union(select(Page.id, Page.parent_id).join(start, Page.id == start.c.parent_id))
    await session.execute(
        select(Page.id).where(Page.id.in_(select(above.c.id))).order_by(Page.id).with_for_update()
    )
    return set(await session.scalars(select(above.c.id)))


async def check_parent(pages: Pages, session: AsyncSession, page_id: str, parent_id: object) -> None:
    """Raises `ValidationFailed` where the page cannot lie there; anything lies under None."""
    if isinstance(parent_id, str):
        is_there = await pages.readable(session, Page.id, [parent_id])
        rules.check_parent(page_id, parent_id, await ancestry(session, parent_id) if is_there else set())
