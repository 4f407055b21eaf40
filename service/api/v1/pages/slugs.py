"""Slugs of pages in SQL."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.api.v1.pages import rules
from service.models import Page

SLUGS_AT_ONCE = 50
"""How many numbered slugs one query checks."""


async def free_slug(session: AsyncSession, slug: str) -> str:
    """The first numbered form of a slug that no page has. Another page may still take it before the caller does."""
    first = 2
    while True:
        slugs = [rules.numbered(slug, number) for number in range(first, first + SLUGS_AT_ONCE)]
        taken = set(await session.scalars(select(Page.slug).where(Page.slug.in_(slugs))))
        if free := next((each for each in slugs if each not in taken), None):
            return free
        first += SLUGS_AT_ONCE
