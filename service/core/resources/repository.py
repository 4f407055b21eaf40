"""Reads and writes of one resource, as its payloads say them."""

from typing import Generic

import msgspec
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import TypeVar as DefaultTypeVar

from service.core.errors import AlreadyExists, ValidationFailed
from service.core.http.strict_json import Json
from service.core.resources.link_repository import LinkRepository
from service.core.resources.locking_repository import TableT
from service.core.resources.mapping import DtoT, ItemT
from service.core.resources.writes.merge_patch import merged, refuse_growth
from service.core.resources.writes.preconditions import refuse_fixed, refuse_other
from service.core.schema import Payload

CreateT = DefaultTypeVar("CreateT", bound=Payload, default=Payload)
ChangeT = DefaultTypeVar("ChangeT", bound=Payload, default=Payload)


class Repository(LinkRepository[TableT, DtoT, ItemT], Generic[TableT, DtoT, ItemT, CreateT, ChangeT]):
    """What the operations of a resource do.

    Where `create` or `change` is a resource's own, its payloads' types come last.
    """

    async def create(self, payload: CreateT) -> DtoT:
        """Store a new row that says what the payload says; a repeated call finds what is stored."""
        values = self.mapping.values_of(payload)
        try:
            return await self.insert(values)
        except AlreadyExists:
            if (stored := await self.stored_alike(values)) is None:
                raise
            return stored

    async def change(self, *key: object, payload: ChangeT, if_match: str | None) -> DtoT:
        """Change one row to what the payload says. Raises as `update` does."""
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
        """Raises `ValidationFailed` where the payload holds another value than the stored one of what cannot change.

        Before it what `check_writable` raises, and `PreconditionFailed`.
        """
        if any(getattr(payload, name, UNSET) is not UNSET for name in self.mapping.fixed):
            await self.check_writable(*key)
            stored = await self.read(*key, primary=True)
            try:
                refuse_fixed(self.mapping.fixed, payload, stored)
            except ValidationFailed:
                refuse_other(stored, if_match)
                raise
