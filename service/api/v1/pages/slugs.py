"""Slugs of pages in SQL."""

from sqlalchemy import select

from service.api.v1.pages import rules
from service.core.database.statement import AnySelect, Fetch
from service.core.resources.filters import one_of
from service.models import tables

SLUGS_AT_ONCE = 50
"""How many numbered slugs one statement checks."""


async def free_slug(fetch: Fetch, slug: str) -> str:
    """The first numbered form of a slug that no page has. Another page may still take it before the caller does."""
    first = 2
    while True:
        slugs = [rules.numbered(slug, number) for number in range(first, first + SLUGS_AT_ONCE)]
        taken = {each for (each,) in await fetch("taken slugs", _taken, {"slugs": slugs})}
        if free := next((each for each in slugs if each not in taken), None):
            return free
        first += SLUGS_AT_ONCE


def _taken() -> AnySelect:
    return select(tables.Page.slug).where(one_of(tables.Page.slug).condition("slugs"))
