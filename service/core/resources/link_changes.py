"""Changes of a row's links: how the stored ones differ from the wanted ones, and the statements that write this."""

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
    """The stored keys of a link by their canonical forms, and the canonical forms of the wanted ones."""

    link: Link
    stored: Values[object, object]
    wanted: Sequence[object]


async def changed_links(
    repository: ReadRepository[Any, Any],
    session: AsyncSession,
    own: object,
    links: Values[str, Sequence[object]],
) -> list[LinkChange]:
    """The links whose stored keys, of the row with the key `own`, differ from the wanted ones."""
    changes: list[LinkChange] = []
    for name, wanted in links.items():
        link = repository.mapping.links[name]
        stored = link.by_form((await repository.execute(session, link.stored(own), {})).scalars())
        if stored.keys() != set(wanted):
            changes.append(LinkChange(link, stored, wanted))
    return changes


async def write_links(
    repository: ReadRepository[Any, Any], session: AsyncSession, own: object, changes: Sequence[LinkChange]
) -> None:
    """Store changed links. Raises `ValidationFailed` that names each new key with no row that the caller may read."""
    errors: list[FieldError] = []
    found: list[Values[object, object]] = []
    for link, stored, wanted in changes:
        new = set(wanted) - stored.keys()
        known = (await repository.execute(session, link.known(new), {})).scalars() if new else ()
        found.append(link.by_form(known))
        errors += link.refused(wanted, new - found[-1].keys())
    if errors:
        raise ValidationFailed("It refers to something that does not exist.", errors=errors)
    for (link, stored, wanted), new in zip(changes, found, strict=True):
        if gone := [stored[form] for form in stored.keys() - set(wanted)]:
            await session.execute(link.remove(own, gone))
        if new:
            await session.execute(link.add(), [link.row(own, key) for key in new.values()])
        invalidate_links(link.key.class_, [*gone, *new.values()])
        invalidate_links(repository.mapping.model, [own])
