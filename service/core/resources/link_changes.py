"""The links of a row as they are stored, and the statements that make of them what they shall be."""

from collections.abc import Mapping as Values
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.errors import ValidationFailed
from service.core.field_errors import FieldError
from service.core.resources.caching.invalidation import invalidate_links
from service.core.resources.links import Link
from service.core.resources.read_repository import ReadRepository


class LinkChange(NamedTuple):
    """The keys that a link has, by their form, and the forms of those that it shall have."""

    link: Link
    stored: Values[object, object]
    wanted: Sequence[object]


async def changed_links(
    rows: ReadRepository[Any, Any], session: AsyncSession, own: object, links: Values[str, Sequence[object]]
) -> list[LinkChange]:
    """Those of the row of the key `own` that are others than they shall be."""
    changes: list[LinkChange] = []
    for name, wanted in links.items():
        link = rows.mapping.links[name]
        stored = link.by_form((await rows.execute(session, link.stored(own), {})).scalars())
        if stored.keys() != set(wanted):
            changes.append(LinkChange(link, stored, wanted))
    return changes


async def write_links(
    rows: ReadRepository[Any, Any], session: AsyncSession, own: object, changes: Sequence[LinkChange]
) -> None:
    """Raises `ValidationFailed` that names each key of no row that the caller may read."""
    errors: list[FieldError] = []
    found: list[Values[object, object]] = []
    for link, stored, wanted in changes:
        new = set(wanted) - stored.keys()
        found.append(link.by_form(await rows.readable(session, link.key, new)) if new else {})
        errors += link.refused(wanted, new - found[-1].keys())
    if errors:
        raise ValidationFailed("It refers to something that does not exist.", errors=errors)
    for (link, stored, wanted), new in zip(changes, found, strict=True):
        if gone := [stored[form] for form in stored.keys() - set(wanted)]:
            await session.execute(link.remove(own, gone))
        if new:
            await session.execute(link.add(), [link.row(own, key) for key in new.values()])
        invalidate_links(link.key.class_, [*gone, *new.values()])
        invalidate_links(rows.mapping.model, [own])
