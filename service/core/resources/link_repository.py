"""Writes of one row together with its links, in one transaction."""

from collections.abc import Mapping as Values
from collections.abc import Sequence
from typing import Any, Generic, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.errors import ValidationFailed
from service.core.field_errors import FieldError
from service.core.http.etag import guards_in
from service.core.resources.caching.invalidation import invalidate_links
from service.core.resources.links import Link
from service.core.resources.locking_repository import TableT
from service.core.resources.mapping import DtoT, ItemT
from service.core.resources.row_repository import RowRepository


class _Change(NamedTuple):
    """The keys that a link has, by their form, and the forms of those that it shall have."""

    link: Link
    stored: Values[object, object]
    wanted: Sequence[object]


class LinkRepository(RowRepository[TableT, DtoT, ItemT], Generic[TableT, DtoT, ItemT]):
    """Writes of one row, among whose values are keys of other rows by the name of the field that shows them.

    Each key of no row that the caller may read is named. Links to such rows stay as they are. Without keys among the
    values a write is the row's alone: where it waits while a link moves, its tag is compared with the links as they were
    when it came, which it leaves alone.
    """

    async def insert(self, values: Values[str, object]) -> DtoT:
        links = self._links_in(values)
        row = {name: value for name, value in values.items() if name not in links} if links else values
        if not any(links.values()):
            return await super().insert(row)

        async def work(session: AsyncSession) -> DtoT:
            rows = self.within(session)
            key = self.mapping.key_of(await rows.insert(row))
            new = [_Change(self.mapping.links[name], {}, wanted) for name, wanted in links.items()]
            (own,) = self.mapping.key_values(key) or key
            await rows.write_links(session, own, new)
            return await rows.read(*key)

        return await self.database.transaction(work)

    async def update(self, *key: object, if_match: str | None, changes: Values[str, object]) -> DtoT:
        links = self._links_in(changes)
        if not links:
            return await super().update(*key, if_match=if_match, changes=changes)
        columns = {name: value for name, value in changes.items() if name not in links}

        async def work(session: AsyncSession) -> DtoT:
            rows = self.within(session)
            row = await rows.lock(session, *key, columns=self.mapping.key)
            # As it is stored: the database may find a row by another form of its key.
            own = getattr(row, self.mapping.key[0].key)
            moved = await rows.changed_links(session, own, links)
            if moved:
                await rows.check_match(session, *key, if_match=if_match)
                await rows.write_links(session, own, moved)
                # A link that moves is a change of the row, which says when it was and by whom.
                touched = self.writes.touched({**self.from_token(), **columns})
                return await rows.update(*key, if_match=None, changes=touched)
            if columns:
                return await rows.update(*key, if_match=if_match, changes=columns)
            return await rows.read(*key)

        return await self.database.transaction(work)

    async def delete(self, *key: object, if_match: str | None) -> None:
        if not self._is_about_links(if_match):
            return await super().delete(*key, if_match=if_match)

        async def work(session: AsyncSession) -> None:
            rows = self.within(session)
            await rows.lock(session, *key, columns=self.mapping.key, to_delete=True)
            await super(LinkRepository, rows).delete(*key, if_match=if_match)

        return await self.database.transaction(work)

    async def stored_alike(self, values: Values[str, object]) -> DtoT | None:
        links = self._links_in(values)
        stored = await super().stored_alike(
            {name: value for name, value in values.items() if name not in links}
        )
        is_alike = stored is not None and all(
            set(self.mapping.links[name].keys(getattr(stored, name), [])) == set(wanted)
            for name, wanted in links.items()
        )
        return stored if is_alike else None

    async def changed_links(
        self, session: AsyncSession, own: object, links: Values[str, Sequence[object]]
    ) -> list[_Change]:
        """Those of the row of the key `own` that are others than they shall be."""
        changes: list[_Change] = []
        for name, wanted in links.items():
            link = self.mapping.links[name]
            stored = link.by_form((await self.execute(session, link.stored(own), {})).scalars())
            if stored.keys() != set(wanted):
                changes.append(_Change(link, stored, wanted))
        return changes

    async def write_links(self, session: AsyncSession, own: object, changes: Sequence[_Change]) -> None:
        """Raises `ValidationFailed` that names each key of no row that the caller may read."""
        errors: list[FieldError] = []
        found: list[Values[object, object]] = []
        for link, stored, wanted in changes:
            new = set(wanted) - stored.keys()
            found.append(link.by_form(await self.readable(session, link.key, new)) if new else {})
            errors += link.refused(wanted, new - found[-1].keys())
        if errors:
            raise ValidationFailed("It refers to something that does not exist.", errors=errors)
        for (link, stored, wanted), new in zip(changes, found, strict=True):
            if gone := [stored[form] for form in stored.keys() - set(wanted)]:
                await session.execute(link.remove(own, gone))
            if new:
                await session.execute(link.add(), [link.row(own, key) for key in new.values()])
            invalidate_links(link.key.class_, [*gone, *new.values()])
            invalidate_links(self.mapping.model, [own])

    def _is_about_links(self, if_match: str | None) -> bool:
        """Whether a tag stands for what other tables hold: of those a statement that waits for its row sees the old."""
        guarded = self.mapping.guarded or ()
        return bool(guards_in(if_match)) and not self.mapping.extra_fields.keys().isdisjoint(guarded)

    def _links_in(self, values: Values[str, Any]) -> dict[str, Sequence[object]]:
        return {name: values[name] for name in self.mapping.links if name in values}
