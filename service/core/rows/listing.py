"""Lists: filters, a total order, offset pages with an exact total, keyset pages by cursor; one round trip each."""

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

from service.core.database import Database
from service.core.errors import FieldError, ValidationFailed
from service.core.http.query import Count, ListQuery
from service.core.rows.cursor import CursorSigner, Position, digest
from service.core.rows.filters import Column, Filter
from service.core.rows.list_sql import ListSql, Shape
from service.core.rows.projection import Projection
from service.core.schema import Listing, Resource

DtoT = TypeVar("DtoT", bound=Resource)

_PAGING = frozenset(field.name for field in msgspec.structs.fields(ListQuery)) | {"sort"}


class ListReader(Generic[DtoT]):
    """Reads the list of one resource. `sorts` maps what `sort` accepts, without its minus, to columns."""

    def __init__(
        self,
        projection: Projection[DtoT],
        identity: Column,
        *,
        filters: Mapping[str, Filter],
        sorts: Mapping[str, Column],
    ) -> None:
        self.projection = projection
        self.identity = identity
        self.scope = projection.dto.__name__
        self.filters = filters
        self.sql = ListSql(columns=projection.columns, identity=identity, filters=filters, sorts=sorts)

    async def read(
        self,
        database: Database,
        signer: CursorSigner,
        query: ListQuery,
        *,
        sort: str,
        within: Mapping[str, object],
    ) -> Listing[DtoT]:
        """One page, in the order `sort` where there is no cursor, which carries its own.

        `within` holds filters that the path sets, on top of those of the query.
        """
        given = self._given(query) | {name: (value,) for name, value in within.items()}
        filters = digest(given)
        after = self._position(signer, query, filters)
        shape = Shape(
            scope=self.scope,
            filters=tuple((name, len(values)) for name, values in given.items()),
            sort=after.sort if after else sort,
            counted=query.count is Count.EXACT and after is None,
            after=after is not None,
            after_null=after is not None and after.key is None,
        )
        values: dict[str, object] = {"limit": query.limit + 1, "offset": query.offset}
        for name, items in given.items():
            prepare = self.filters[name].prepare
            values.update({f"{name}_{index}": prepare(item) for index, item in enumerate(items)})
        if after:
            values |= {"after_key": after.key, "after_id": after.id}
        rows = await database.fetch(shape, lambda: self.sql.rows(shape), values)
        total = await self._total(database, shape, values, rows)
        return Listing(
            items=[self.projection.to_dto(row) for row in rows[: query.limit]],
            total=total,
            limit=query.limit,
            offset=query.offset,
            next_cursor=self._next_cursor(signer, query.limit, shape, filters, rows),
        )

    def _position(self, signer: CursorSigner, query: ListQuery, filters: str) -> Position | None:
        if query.cursor is None:
            return None
        if query.offset:
            message = "cannot be combined with `cursor`"
            raise ValidationFailed("A page is asked for twice.", errors=(FieldError("offset", message),))
        position = signer.decode(query.cursor, self.scope)
        asked = getattr(query, "sort", None)
        if asked is not None and asked != position.sort:
            message = f"must be {position.sort}, as in the page before, or be left out"
            raise ValidationFailed("The cursor has another order.", errors=(FieldError("sort", message),))
        if filters != position.filters:
            message = "comes from a page with other filters; send it with the same ones"
            raise ValidationFailed("The cursor has other filters.", errors=(FieldError("cursor", message),))
        return position

    def _given(self, query: ListQuery) -> dict[str, Sequence[object]]:
        """The filters that the query sets, each with its values."""
        given: dict[str, Sequence[object]] = {}
        for name in query.__struct_fields__:
            value = None if name in _PAGING else getattr(query, name)
            if isinstance(value, tuple | list):
                if value:
                    given[name] = value
            elif value is not None:
                given[name] = (value,)
        return given

    async def _total(
        self, database: Database, shape: Shape, values: dict[str, object], rows: Sequence[Sequence[object]]
    ) -> int | None:
        """The exact total comes with the rows; a page past the end has none, and asks on its own."""
        if not shape.counted:
            return None
        if not rows:
            rows = await database.fetch(("count", shape), lambda: self.sql.count(shape), values)
        total = rows[0][-1]
        assert isinstance(total, int)  # noqa: S101  # count(*)
        return total

    def _next_cursor(
        self,
        signer: CursorSigner,
        limit: int,
        shape: Shape,
        filters: str,
        rows: Sequence[Sequence[object]],
    ) -> str | None:
        if len(rows) <= limit:
            return None
        last = rows[limit - 1]
        key = last[self.projection.width]
        position = Position(
            scope=self.scope,
            filters=filters,
            sort=shape.sort,
            key=None if key is None else str(key),
            id=str(last[self.projection.identity]),
        )
        return signer.encode(position)
