"""Lists: filters, a total order, offset pages with an exact total, keyset pages by cursor; one round trip each."""

from collections.abc import Mapping as Values
from collections.abc import Sequence
from typing import Generic

import msgspec

from service.core.database import Database
from service.core.errors import FieldError, ValidationFailed
from service.core.http.query import Count, ListQuery
from service.core.resources.cursor import CursorSigner, Position, digest, of_filters, unusable
from service.core.resources.filters import Filter
from service.core.resources.list_sql import DESCENDING, ListSql, Shape
from service.core.resources.mapping import Column, DtoT, Mapping, ModelT
from service.core.schema import Listing
from service.prisma.names import camel

_PAGING = frozenset(field.name for field in msgspec.structs.fields(ListQuery)) | {"sort"}


class ListReader(Generic[ModelT, DtoT]):
    """Reads the list of one resource.

    `sorts` maps what `sort` accepts, without its minus, to columns. The list is in the order `default_sort`, which is
    the first of them unless told, where its query gives none.
    """

    def __init__(
        self,
        mapping: Mapping[ModelT, DtoT],
        *,
        filters: Values[str, Filter],
        sorts: Values[str, Column],
        default_sort: str | None = None,
    ) -> None:
        self.mapping = mapping
        self.filters = filters
        self.default_sort = default_sort or next(iter(sorts))
        self.sql = ListSql(mapping, filters, sorts)
        places = {sort: [str(column.type) for column in self.sql.order(sort)] for sort in sorts}
        self.scope = digest(mapping.model.__tablename__, mapping.dto.__qualname__, places)
        """Which cursors fit: those of this table's list whose orders are of the same columns' types."""

    async def read(
        self,
        database: Database,
        signer: CursorSigner,
        query: ListQuery,
        *,
        sort: str,
        within: Values[str, object],
    ) -> Listing[DtoT]:
        """One page, in the order `sort` where there is no cursor, which carries its own.

        `within` holds filters that the path sets, on top of those of the query.
        """
        given = self._given(query) | dict(within)
        filters = of_filters(given)
        after = self._position(signer, query, filters)
        shape = Shape(
            filters=tuple(given),
            sort=after.sort if after else sort,
            counted=query.count is Count.EXACT and after is None,
            after=after is not None,
            after_null=after is not None and after.place[0] is None,
        )
        values: dict[str, object] = {
            "limit": query.limit + 1,
            "offset": query.offset,
            **self._prepared(given, query),
        }
        if after:
            values |= {f"after_{index}": text for index, text in enumerate(after.place)}
        rows = await database.fetch((self, shape), lambda: self.sql.rows(shape), values)
        total = await self._total(database, shape, values, rows)
        return Listing(
            items=[self.mapping.to_dto(row) for row in rows[: query.limit]],
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
        if position.sort.removeprefix(DESCENDING) not in self.sql.sorts:
            raise unusable()
        asked = getattr(query, "sort", None)
        if asked is not None and asked != position.sort:
            message = f"must be {position.sort}, as in the page before, or be left out"
            raise ValidationFailed("The cursor has another order.", errors=(FieldError("sort", message),))
        if filters != position.filters:
            message = "comes from a page with other filters; send it with the same ones"
            raise ValidationFailed("The cursor has other filters.", errors=(FieldError("cursor", message),))
        return position

    def _given(self, query: ListQuery) -> dict[str, object]:
        """The filters that the query sets, each with its value."""
        values = {name: getattr(query, name) for name in query.__struct_fields__ if name not in _PAGING}
        return {name: value for name, value in values.items() if value is not None and value != ()}

    def _prepared(self, given: Values[str, object], query: ListQuery) -> dict[str, object]:
        """The values as their columns bind them. Raises `ValidationFailed` for those that a column cannot hold."""
        names = dict(zip(query.__struct_fields__, query.__struct_encode_fields__, strict=True))
        values: dict[str, object] = {}
        errors: list[FieldError] = []
        for name, value in given.items():
            try:
                values[name] = self.filters[name].prepare(value)
            except ValueError as error:
                errors.append(FieldError(names.get(name, camel(name)), str(error)))
        if errors:
            raise ValidationFailed("A query parameter is wrong.", errors=tuple(errors))
        return values

    async def _total(
        self, database: Database, shape: Shape, values: dict[str, object], rows: Sequence[Sequence[object]]
    ) -> int | None:
        """The exact total comes with the rows; a page past the end has none, and asks on its own."""
        if not shape.counted:
            return None
        if not rows:
            rows = await database.fetch((self, "count", shape), lambda: self.sql.count(shape), values)
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
        place = rows[limit - 1][self.mapping.width : -1]
        position = Position(
            scope=self.scope,
            filters=filters,
            sort=shape.sort,
            place=tuple(None if text is None else str(text) for text in place),
        )
        return signer.encode(position)
