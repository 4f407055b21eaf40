"""Reads and writes of one resource, by its payloads."""

from collections.abc import Mapping as Values
from collections.abc import Sequence
from typing import Any, Generic

import msgspec
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import TypeVar as DefaultTypeVar

from service.core.errors import AlreadyExists, ValidationFailed
from service.core.http.etag import row_hashes_in
from service.core.http.strict_json import Json
from service.core.resources.link_changes import LinkChange, changed_links, write_links
from service.core.resources.mapping import DtoT, ItemT
from service.core.resources.row_repository import RowRepository, TableT
from service.core.resources.writes.merge_patch import merged, refuse_growth
from service.core.resources.writes.preconditions import refuse_fixed, refuse_other
from service.core.schema import Payload

CreateT = DefaultTypeVar("CreateT", bound=Payload, default=Payload)
ChangeT = DefaultTypeVar("ChangeT", bound=Payload, default=Payload)


class Repository(RowRepository[TableT, DtoT, ItemT], Generic[TableT, DtoT, ItemT, CreateT, ChangeT]):
    """What the operations of a resource do with a row and, in the same transaction, with its links to other rows.

    Where a resource overrides `create` or `change`, the types of its payloads come last.

    Values go by the attributes of the model. The keys of linked rows are among them, under the name of the field that
    shows them. Keys of rows that the caller may not read are refused, each by name; stored links to such rows stay. A
    write without keys of links is one statement: it compares `If-Match` with the links as they were when it began.

    `create` and `change` take payloads, and hold a resource's own rules. `insert` and `update` take values and write links
    too; those that end in `_row` write the row alone.
    """

    async def create(self, payload: CreateT) -> DtoT:
        """Store a new row with the payload's values; a call that is repeated returns the row that is stored already."""
        values = self.mapping.values_of(payload)
        try:
            return await self.insert(values)
        except AlreadyExists:
            if (stored := await self.stored_alike(values)) is None:
                raise
            return stored

    async def change(self, *key: object, payload: ChangeT, if_match: str | None) -> DtoT:
        """Change one row to the payload's values. Raises as `check_fixed` and `update` do."""
        await self.check_fixed(*key, payload=payload, if_match=if_match)
        changes = self.mapping.values_of(payload)
        return await self.update(*key, if_match=if_match, changes=changes)

    async def merge(self, *key: object, payload: ChangeT, if_match: str | None) -> DtoT:
        """`change`, with each JSON document of the payload merged into the stored one."""
        pointers = self.mapping.documents_in(payload)
        if not pointers:
            return await self.change(*key, payload=payload, if_match=if_match)
        columns = {name: self.mapping.attribute(name) for name in pointers}

        async def work(session: AsyncSession) -> DtoT:
            row = await self.lock(session, *key, columns=[*columns.values()])
            documents: dict[str, Json] = {}
            for name, column in columns.items():
                stored = getattr(row, column.key)
                documents[name] = merged(stored, getattr(payload, name))
                try:
                    refuse_growth(stored, documents[name], pointers[name])
                except ValidationFailed:
                    await self.check_match(session, *key, if_match=if_match)
                    raise
            whole = msgspec.structs.replace(payload, **documents)
            return await self.within(session).change(*key, payload=whole, if_match=if_match)

        return await self.database.transaction(work)

    async def check_fixed(self, *key: object, payload: Payload, if_match: str | None) -> None:
        """Raises `ValidationFailed` where the payload holds another value of a `fixed` field than the stored one.

        What `check_writable` raises, and `PreconditionFailed`, take precedence.
        """
        if any(getattr(payload, name, UNSET) is not UNSET for name in self.mapping.fixed):
            await self.check_writable(*key)
            stored = await self.read(*key, primary=True)
            try:
                refuse_fixed(self.mapping.fixed, payload, stored)
            except ValidationFailed:
                refuse_other(stored, if_match)
                raise

    async def insert(self, values: Values[str, object]) -> DtoT:
        """Store a new row with `values`, and with what `from_token` sets."""
        links, row = self._apart(values)
        if not any(links.values()):
            return await self.insert_row(row)

        async def work(session: AsyncSession) -> DtoT:
            bound = self.within(session)
            key = self.mapping.key_of(await bound.insert_row(row))
            new = [LinkChange(self.mapping.links[name], {}, wanted) for name, wanted in links.items()]
            (own,) = self.mapping.key_values(key) or key
            await write_links(bound, session, own, new)
            return await bound.read(*key)

        return await self.database.transaction(work)

    async def update(self, *key: object, if_match: str | None, changes: Values[str, object]) -> DtoT:
        """Apply `changes` to one row and its links. Raises as `update_row` does."""
        links, columns = self._apart(changes)
        if not links:
            return await self.update_row(*key, if_match=if_match, changes=columns)

        async def work(session: AsyncSession) -> DtoT:
            bound = self.within(session)
            row = await bound.lock(session, *key, columns=self.mapping.key)
            # The key as it is stored: the database may have found the row by another spelling of it.
            own = getattr(row, self.mapping.key[0].key)
            moved = await changed_links(bound, session, own, links)
            if moved:
                await bound.check_match(session, *key, if_match=if_match)
                await write_links(bound, session, own, moved)
                # A changed link is a change of the row, which therefore records when it was made and by whom.
                touched = self.writes.touched({**self.from_token(), **columns})
                return await bound.update_row(*key, if_match=None, changes=touched)
            if columns:
                return await bound.update_row(*key, if_match=if_match, changes=columns)
            return await bound.read(*key)

        return await self.database.transaction(work)

    async def delete(self, *key: object, if_match: str | None) -> None:
        """Delete one row. Raises as `update_row` does."""
        if not self._is_about_links(if_match):
            return await self.delete_row(*key, if_match=if_match)

        async def work(session: AsyncSession) -> None:
            bound = self.within(session)
            await bound.lock(session, *key, columns=self.mapping.key, to_delete=True)
            await bound.delete_row(*key, if_match=if_match)

        return await self.database.transaction(work)

    async def stored_alike(self, values: Values[str, object]) -> DtoT | None:
        """The stored row with the key in `values`, where it holds all of them: its creation is repeated. Else None."""
        links, row = self._apart(values)
        stored = await self.stored_row_alike(row)
        is_alike = stored is not None and all(
            set(self.mapping.links[name].keys(getattr(stored, name), [])) == set(wanted)
            for name, wanted in links.items()
        )
        return stored if is_alike else None

    def _is_about_links(self, if_match: str | None) -> bool:
        """Whether `If-Match` also covers what other tables hold, so that the row has to be locked first.

        A statement that has waited for its row sees other tables as they were before.
        """
        hashed = self.mapping.hashed or ()
        return bool(row_hashes_in(if_match)) and not self.mapping.extra_fields.keys().isdisjoint(hashed)

    def _apart(self, values: Values[str, Any]) -> tuple[dict[str, Sequence[object]], Values[str, object]]:
        """The keys of linked rows among these values, and the values of the row itself."""
        links = {name: values[name] for name in self.mapping.links if name in values}
        return links, {name: value for name, value in values.items() if name not in links}
