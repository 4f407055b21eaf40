"""Lists: filters, a total order, offset pages with an exact total, keyset pages by cursor.

A page is one round trip; two where it is empty and its total is asked for.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Values
from functools import cached_property, partial
from typing import Any, Generic

from msgspec.inspect import LiteralType

from service.core.database.statement import Fetch
from service.core.errors import ValidationFailed
from service.core.field_errors import FieldError
from service.core.http.cursor import CursorSigner, Position, digest, of_filters, unusable
from service.core.http.query import Count, ListQuery
from service.core.resources.columns.exact import canonical
from service.core.resources.filters import Filter
from service.core.resources.list_sql import DESCENDING, ListShape, ListSql
from service.core.resources.mapping import Attribute, DtoT, Mapping, MappingError, ModelT
from service.core.schema import Listing
from service.core.type_info import below, fields_of
from service.prisma.names import camel

_EMPTY = (tuple, list, set, frozenset, str)
"""Types whose false values are empty and set no filter; a false value of another type, such as 0, sets one."""
_PAGING = frozenset(field.name for field in fields_of(ListQuery)) | {"sort"}


class ListReader(Generic[ModelT, DtoT]):
    """Reads the list of one resource.

    `filters` go by the attributes of the query (`author_id`). `sorts` maps what `sort` accepts (`createdAt`), without its
    minus, to columns. `default_sort` is the order of a query without one: the first of `sorts`, if left out.
    """

    def __init__(
        self,
        mapping: Mapping[ModelT, DtoT],
        *,
        filters: Values[str, Filter],
        sorts: Values[str, Attribute],
        default_sort: str | None = None,
    ) -> None:
        self.mapping = mapping
        self.filters = filters
        self.sql = ListSql(mapping, filters, sorts)
        self.default_sort = default_sort or next(iter(sorts))
        self._refuse_unknown(
            f"the list of {mapping.dto.__qualname__}", "default_sort", [self.default_sort], sorts
        )
        self._key = _key_parameter(mapping, filters)

    def refuse_unanswered(self, query: type[ListQuery]) -> None:
        """Raises `MappingError` for a parameter of the query without a filter, and for an order without a column."""
        for field in fields_of(query):
            if field.name == "sort":
                orders = [
                    each
                    for node in below(field.type)
                    if isinstance(node, LiteralType)
                    for each in node.values
                    if each is not None
                ]
                self._refuse_unknown(query.__qualname__, "sort", map(str, orders), self.sql.sorts)
            elif field.name not in _PAGING and field.name not in self.filters:
                raise MappingError(
                    f"{query.__qualname__} takes `{field.encode_name}`, and the list of {self.mapping.dto.__qualname__} has no "
                    f"filter {field.name!r}: give it one, or take the parameter out"
                )

    @staticmethod
    def _refuse_unknown(owner: str, name: str, orders: Iterable[str], sorts: Values[str, Attribute]) -> None:
        for order in orders:
            if order.removeprefix(DESCENDING) not in sorts:
                raise MappingError(
                    f"{owner}: `{name}` names the order {order!r}, which `sorts` does not have: {', '.join(sorts)}"
                )

    @cached_property
    def identity(self) -> str:
        """A digest in cursors, which fit only a list of the same table, DTO, and types of the columns in its orders."""
        places = {sort: [str(column.type) for column in self.sql.order(sort)] for sort in self.sql.sorts}
        return digest(self.mapping.model.__tablename__, self.mapping.dto.__qualname__, places)

    async def read(
        self,
        fetch: Fetch,
        signer: CursorSigner,
        query: ListQuery,
        *,
        sort: str,
        within: Values[str, object],
    ) -> Listing[DtoT]:
        """One page, in the order `sort`, or in the order that the query's cursor carries.

        `within` holds filters that the path sets, in addition to those of the query.
        """
        given = self._given(query) | dict(within)
        if self._key and self._key in given and self._key not in within:
            return await self._read_by_keys(fetch, query, given, self._key)
        values = self._prepared(given, query)
        filters = of_filters(values)
        start = self._position(signer, query, filters)
        alone = {
            name: values[name][0] for name in given if self.filters[name].alone and len(values[name]) == 1
        }
        shape = _shape(query, start, filters=tuple(given), alone=frozenset(alone), sort=sort)
        values |= {"limit": query.limit + 1, "offset": query.offset, **alone}
        if start:
            values |= {f"after_{index}": text for index, text in enumerate(start.place)}
        rows = await fetch((self, shape), lambda: self.sql.rows(shape), values)
        total = await self._total(fetch, shape, values, rows)
        page = rows[: query.limit][:: -1 if shape.backwards else 1]
        has_more = len(rows) > query.limit
        # A cursor's own row, and rows that an offset skipped, lie on the side from which the page is read.
        has_next = has_more or shape.backwards
        has_previous = has_more if shape.backwards else shape.from_row or shape.skips
        cursor = partial(self._cursor, signer, filters, shape.sort)
        return Listing(
            items=self.mapping.to_dtos(page),
            total=total,
            limit=query.limit,
            offset=query.offset,
            next_cursor=cursor(page[-1], before=False) if page and has_next else None,
            previous_cursor=cursor(page[0], before=True) if page and has_previous else None,
        )

    async def _read_by_keys(
        self, fetch: Fetch, query: ListQuery, given: Values[str, object], key: str
    ) -> Listing[DtoT]:
        """The rows of the keys that the query names, in the order of these keys and each once."""
        for name, differs in (("cursor", query.cursor is not None), ("offset", query.offset > 0)):
            if differs:
                message = f"cannot be combined with `{camel(key)}`, which names the rows"
                raise ValidationFailed(
                    "More than one parameter says which page this is.", errors=(FieldError.of(name, message),)
                )
        values = self._prepared(given, query)
        asked: Sequence[object] = values[key]
        (column,), (write,) = self.mapping.key, self.mapping.key_writes
        form = canonical(column.type)
        wanted = list(dict.fromkeys(map(form, asked)))
        shape = ListShape(filters=tuple(given), sort=self.default_sort)
        values["limit"] = len(wanted)
        rows = await fetch((self, "by keys", shape), lambda: self.sql.by_keys(shape), values)
        shown = self.mapping.to_dtos(rows)
        keys = [getattr(dto, column.key) for dto in shown]
        found = dict(zip(map(form, map(write, keys)), shown, strict=True))
        items = [found[each] for each in wanted if each in found]
        return Listing(
            items=items,
            total=None if query.count is Count.NONE else len(items),
            limit=len(wanted),
            offset=0,
            next_cursor=None,
            previous_cursor=None,
        )

    def _cursor(
        self, signer: CursorSigner, filters: str, sort: str, row: Sequence[object], *, before: bool
    ) -> str:
        place = tuple(None if text is None else str(text) for text in row[self.mapping.width : -1])
        return signer.encode(Position(self.identity, filters, sort, place, before))

    def _position(self, signer: CursorSigner, query: ListQuery, filters: str) -> Position | None:
        if query.cursor is None:
            return None
        if query.offset:
            message = "cannot be combined with `cursor`"
            raise ValidationFailed(
                "More than one parameter says which page this is.", errors=(FieldError.of("offset", message),)
            )
        position = signer.decode(query.cursor, self.identity)
        if position.sort.removeprefix(DESCENDING) not in self.sql.sorts:
            raise unusable()
        asked = getattr(query, "sort", None)
        if asked is not None and asked != position.sort:
            message = f"must be {position.sort}, as in the page before, or be left out"
            raise ValidationFailed("The cursor has another order.", errors=(FieldError.of("sort", message),))
        if filters != position.filters:
            message = "comes from a page with other filters; send it with the same ones"
            raise ValidationFailed(
                "The cursor has other filters.", errors=(FieldError.of("cursor", message),)
            )
        return position

    def _given(self, query: ListQuery) -> dict[str, object]:
        """The filters that the query sets, each with its value. An empty value, as a default may be, sets none."""
        values = {name: getattr(query, name) for name in query.__struct_fields__ if name not in _PAGING}
        return {
            name: value
            for name, value in values.items()
            if value or not (value is None or isinstance(value, _EMPTY))
        }

    def _prepared(self, given: Values[str, object], query: ListQuery) -> dict[str, Any]:
        """The values as their columns bind them. Raises `ValidationFailed` for those that a column cannot hold."""
        names = dict(zip(query.__struct_fields__, query.__struct_encode_fields__, strict=True))
        values: dict[str, Any] = {}
        errors: list[FieldError] = []
        for name, value in given.items():
            try:
                values[name] = self.filters[name].prepare(value)
            except ValueError as error:
                errors.append(FieldError.of(names.get(name, camel(name)), str(error)))
        if errors:
            raise ValidationFailed("A query parameter is wrong.", errors=tuple(errors))
        return values

    async def _total(
        self, fetch: Fetch, shape: ListShape, values: dict[str, object], rows: Sequence[Sequence[object]]
    ) -> int | None:
        """The exact total, which comes with the rows; a page without rows asks for it by itself. None if not wanted."""
        if not shape.counted:
            return None
        if not rows:
            rows = await fetch((self, "count", shape), lambda: self.sql.count(shape), values)
        total = rows[0][-1]
        assert isinstance(total, int)  # noqa: S101  # count(*)
        return total


def _shape(
    query: ListQuery, start: Position | None, *, filters: tuple[str, ...], alone: frozenset[str], sort: str
) -> ListShape:
    count = query.count or (Count.EXACT if start is None else Count.NONE)
    return ListShape(
        filters=filters,
        sort=start.sort if start else sort,
        alone=alone,
        counted=count is Count.EXACT,
        from_row=start is not None,
        from_null=start is not None and start.place[0] is None,
        backwards=start is not None and start.before,
        skips=query.offset > 0,
    )


def _key_parameter(mapping: Mapping[Any, Any], filters: Values[str, Filter]) -> str | None:
    """The parameter that names rows by their key: for a key of one column, its filter, if that takes many values."""
    if len(mapping.key) != 1:
        return None
    (column,) = mapping.key
    found = filters.get(column.key)
    return column.key if found and found.alone else None
