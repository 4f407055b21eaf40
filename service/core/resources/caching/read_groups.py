"""Which rows an answer shows, in the names of cache groups."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, get_args, get_origin

from sqlalchemy import Column
from sqlalchemy.orm import MANYTOONE, RelationshipProperty
from sqlalchemy.sql.visitors import iterate

from service.core.http.cache_groups import (
    EVERYTHING,
    ROWS,
    SETS,
    Groups,
    Header,
    RowGroup,
    all_of,
    all_sets_of,
    any_of,
    one_key,
)
from service.core.http.reply import OK
from service.core.resources.mapping import Mapping
from service.core.schema import Listing, Resource
from service.prisma.base import ViewBase


class ReadGroups:
    """What a DTO shows: a row of its model, the rows that this refers to, and those that are shown within."""

    def __init__(self, mapping: Mapping[Any, Any]) -> None:
        self.model = mapping.model.__name__
        self._levels = list(_levels(mapping))
        models = {self.model}
        names = {EVERYTHING}
        for level in self._levels:
            models |= level.models
            names |= level.names
        self._of_one = names.union(map(any_of, models))
        self._of_list = self._of_one | {all_of(self.model)}
        if any(field.is_collection for field in mapping.extra_fields.values()):
            self._of_list.add(all_sets_of(self.model))

    def header(self, answer: Resource | Listing[Any] | None, status: int) -> Header | None:
        """`Cache-Groups` of an answer. Rows beyond what it may hold are named as their lists are.

        None for what nobody is to keep: also for what shows more models than it may hold.
        """
        if status != OK or answer is None:
            return None
        is_one = isinstance(answer, Resource)
        groups = Groups(self._of_one if is_one else self._of_list)
        # Level by level and column by column, by what runs in C: row by row a list of 20 took ten times as long.
        shown: list[list[Any]] = []
        for level in self._levels:
            rows: list[Any] = []
            if level.value_of:
                for value in map(level.value_of, shown[level.within]):
                    if isinstance(value, list):
                        rows += value
                    elif value is not None:
                        rows.append(value)
            else:
                rows = [answer] if is_one else answer.items
            shown.append(rows)
            if rows:
                # The rows of a list itself are named as all of it are.
                for group, key_of in level.named if level.value_of or is_one else level.references:
                    groups.add(group, map(key_of, rows))
        value = groups.header_value(_instead)
        return None if value is None else (b"cache-groups", value.encode())


class _Level(NamedTuple):
    """Rows that an answer shows, each within one of another level."""

    within: int
    value_of: Callable[[Any], Any] | None
    """What gives them of a row that they are shown in; None of the answer's own rows."""
    named: Sequence[tuple[RowGroup, Callable[[Any], object]]]
    """The groups of a row, each with what gives its key."""
    references: Sequence[tuple[RowGroup, Callable[[Any], object]]]
    """Those of them that are of the rows it refers to."""
    names: set[str]
    """Names that are the same for all of them."""
    models: set[str]


def _levels(
    mapping: Mapping[Any, Any], at: int = 0, within: int = 0, value_of: Callable[[Any], Any] | None = None
) -> Iterator[_Level]:
    """The level of a mapping's rows, which is number `at`, and those below it."""
    model = mapping.model.__name__
    fields = set(mapping.dto.__struct_fields__)
    key = [column.key for column in mapping.key]
    # Also of a row that the caller may not read: its key stands in the foreign key.
    references = [
        ((relation.mapper.class_.__name__, ROWS), _reader(names))
        for relation in mapping.model.__mapper__.relationships
        if (names := _foreign_key(relation)) and fields.issuperset(names)
    ]
    named, names = list(references), set[str]()
    if mapping.shows_key:
        own = [ROWS, SETS] if any(field.is_collection for field in mapping.extra_fields.values()) else [ROWS]
        named += [((model, each), _reader(key)) for each in own]
    else:
        names = {all_of(model), all_sets_of(model)}
    related = {
        field.relation.property.mapper.class_.__name__
        for field in mapping.extra_fields.values()
        if field.relation is not None
    }
    yield _Level(within, value_of, named, references, names, {model, *related})
    last = at
    for name, shown in mapping.related.items():
        for level in _levels(shown, last + 1, at, attrgetter(name)):
            last += 1
            yield level


def _instead(model: str) -> tuple[str, str]:
    return all_of(model), all_sets_of(model)


def read_groups_of(answer: Any, mappings: Iterable[Mapping[Any, Any]]) -> ReadGroups | None:
    """What an operation shows that answers with this type: a DTO, or a list of it.

    None where nothing says when it is stale: it maps no rows, or those of a view, or SQL of its own over other tables.
    """
    dto = get_args(answer)[0] if get_origin(answer) is Listing else answer
    found = next((mapping for mapping in mappings if mapping.dto is dto), None)
    return ReadGroups(found) if found and _is_known(found) else None


def _is_known(mapping: Mapping[Any, Any]) -> bool:
    tables = {
        each.table
        for field in mapping.extra_fields.values()
        if field.relation is None
        for each in iterate(field.sql)
        if isinstance(each, Column)
    }
    return (
        not issubclass(mapping.model, ViewBase)
        and tables <= {mapping.table}
        and all(_is_known(shown) for shown in mapping.related.values())
    )


def _reader(names: Sequence[str]) -> Callable[[Any], object]:
    """What gives the key that a DTO holds in these fields; None where one of them is empty."""
    values = attrgetter(*names)
    if len(names) == 1:
        return values

    def read(dto: Any) -> object:
        key: Sequence[object] = values(dto)
        return None if None in key else one_key(key)

    return read


def _foreign_key(relation: RelationshipProperty[Any]) -> Sequence[str]:
    """The attributes that hold the key of the row that a row belongs to; none where they hold something else."""
    if relation.direction is not MANYTOONE:
        return ()
    pairs = {remote: local for local, remote in relation.local_remote_pairs or ()}
    key = relation.mapper.primary_key
    if pairs.keys() != set(key):
        return ()
    return [relation.parent.get_property_by_column(pairs[column]).key for column in key]
