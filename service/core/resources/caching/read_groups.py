"""Which rows an answer shows, told by the names of cache groups."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Values
from functools import cache
from operator import attrgetter
from typing import Any, get_args, get_origin

from sqlalchemy import Column
from sqlalchemy.orm import MANYTOONE, Mapper, RelationshipProperty
from sqlalchemy.sql.visitors import iterate

from service.core.http.cache_groups import (
    EVERYTHING,
    MEMBERS,
    ROWS,
    Groups,
    Header,
    RowGroup,
    any_row_of,
    lists_of,
    member_lists_of,
    one_key,
)
from service.core.http.reply import OK
from service.core.resources.mapping import Mapping
from service.core.schema import Listing, Resource
from service.prisma.base import ViewBase


class ReadGroups:
    """The groups of answers that show a DTO: of its row, of the rows that it refers to, and of the rows within it."""

    def __init__(self, mapping: Mapping[Any, Any]) -> None:
        self.model = mapping.model.__name__
        self._rows = _Rows(mapping)
        self._of_one = {EVERYTHING, *self._rows.names, *map(any_row_of, self._rows.models)}
        self._of_list = self._of_one | {lists_of(self.model)}
        if _counts_rows(mapping):
            self._of_list.add(member_lists_of(self.model))

    def header(self, answer: Resource | Listing[Any] | None, status: int) -> Header | None:
        """`Cache-Groups` of an answer. Where it cannot hold all rows, the groups of their model's lists stand for them.

        None for an answer that nobody may cache, such as one that shows more models than the header can hold.
        """
        if status != OK or answer is None:
            return None
        if isinstance(answer, Resource):
            groups = Groups(self._of_one)
            self._rows.name([answer], groups)
        else:
            groups = Groups(self._of_list)
            # The list's own rows need no names: the group of its model's lists covers them.
            self._rows.name(answer.items, groups, own=False)
        value = groups.header_value(_instead)
        return None if value is None else (b"cache-groups", value.encode())


class _Rows:
    """The groups of rows of one mapping that an answer shows, and of the rows shown within them."""

    def __init__(self, mapping: Mapping[Any, Any]) -> None:
        model = mapping.model.__name__
        fields = set(mapping.dto.__struct_fields__)
        # These include rows that the caller may not read: the foreign key that is shown holds their key.
        named = {
            relation: names
            for relation, names in _foreign_keys(mapping.model.__mapper__).items()
            if fields.issuperset(names)
        }
        self._references = [
            ((relation.mapper.class_.__name__, ROWS), _reader(names)) for relation, names in named.items()
        ]
        self._own: list[tuple[RowGroup, Callable[[Any], object]]] = []
        self.names = set[str]()
        """The names that all these rows have in common."""
        if mapping.shows_key:
            read = _reader([column.key for column in mapping.key])
            self._own = [
                ((model, each), read) for each in ([ROWS, MEMBERS] if _counts_rows(mapping) else [ROWS])
            ]
        else:
            self.names = {lists_of(model), member_lists_of(model)}
        self.models = {model}
        """The models whose rows decide what these rows show."""
        for field in mapping.extra_fields.values():
            if field.relation is not None:
                relation = field.relation.property
                self.models.add(relation.mapper.class_.__name__)
                if relation not in named and _may_come_later(relation):
                    self.names.add(lists_of(relation.mapper.class_.__name__))
        self._within = [(attrgetter(name), _Rows(shown)) for name, shown in mapping.related.items()]
        for _, rows in self._within:
            self.names |= rows.names
            self.models |= rows.models

    def name(self, rows: Sequence[Any], groups: Groups, *, own: bool = True) -> None:
        """Add the groups of rows, of rows they refer to and rows within them; without `own`, not the rows' own."""
        # Column by column, by `map`, which runs in C: going row by row took ten times as long for a list of 20.
        for group, key_of in [*self._references, *self._own] if own else self._references:
            groups.add(group, map(key_of, rows))
        for value_of, shown in self._within:
            inner: list[Any] = []
            for value in map(value_of, rows):
                if isinstance(value, list):
                    inner += value
                elif value is not None:
                    inner.append(value)
            if inner:
                shown.name(inner, groups)


def _counts_rows(mapping: Mapping[Any, Any]) -> bool:
    """Whether a row shows which rows belong to it, or how many."""
    return any(field.is_collection for field in mapping.extra_fields.values())


def _instead(model: str) -> tuple[str, str]:
    return lists_of(model), member_lists_of(model)


def read_groups_of(answer: Any, mappings: Values[type, Mapping[Any, Any]]) -> ReadGroups | None:
    """The groups of an operation that answers with this type: a DTO, or a list of DTOs.

    None where no write could tell that the answer is stale: the type has no mapping, or one of a view, or one that shows
    or counts rows of a view, or one with SQL of its own over other tables.
    """
    dto = get_args(answer)[0] if get_origin(answer) is Listing else answer
    found = mappings.get(dto) if isinstance(dto, type) else None
    return ReadGroups(found) if found and _is_known(found) else None


def _is_known(mapping: Mapping[Any, Any]) -> bool:
    models = {
        field.relation.property.mapper.class_ for field in mapping.extra_fields.values() if field.relation
    }
    tables = {
        each.table
        for field in mapping.extra_fields.values()
        if field.relation is None
        for each in iterate(field.sql)
        if isinstance(each, Column)
    }
    return (
        not any(issubclass(model, ViewBase) for model in (mapping.model, *models))
        and tables <= {mapping.table}
        and all(_is_known(shown) for shown in mapping.related.values())
    )


def _reader(names: Sequence[str]) -> Callable[[Any], object]:
    """A function that returns the key which a DTO holds in these fields; None where one of them is None."""
    values = attrgetter(*names)
    if len(names) == 1:
        return values

    def read(dto: Any) -> object:
        key: Sequence[object] = values(dto)
        return None if None in key else one_key(key)

    return read


@cache
def _foreign_keys(model: Mapper[Any]) -> Values[RelationshipProperty[Any], Sequence[str]]:
    """The relations of a model by a foreign key to a primary key, each with the attributes that hold that key."""
    return {relation: names for relation in model.relationships if (names := _foreign_key(relation))}


def _foreign_key(relation: RelationshipProperty[Any]) -> Sequence[str]:
    """The attributes that hold the primary key of the related row; empty where the relation goes by other columns."""
    if relation.direction is not MANYTOONE:
        return ()
    pairs = {remote: local for local, remote in relation.local_remote_pairs or ()}
    key = relation.mapper.primary_key
    if pairs.keys() != set(key):
        return ()
    return [relation.parent.get_property_by_column(pairs[column]).key for column in key]


def _may_come_later(relation: RelationshipProperty[Any]) -> bool:
    """Whether a row may refer to one that is created after it, since no foreign key of the database forbids that."""
    return relation.direction is MANYTOONE and not all(
        local.foreign_keys for local, _ in relation.local_remote_pairs or ()
    )
