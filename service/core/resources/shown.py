"""Which rows an answer shows, in the names of cache groups."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, get_args, get_origin

from sqlalchemy import Column
from sqlalchemy.orm import MANYTOONE, RelationshipProperty
from sqlalchemy.sql.visitors import iterate

from service.core.http.cache_groups import EVERYTHING, Groups, add_keys, all_of, all_sets_of, any_of, one_key
from service.core.resources.mapping import Mapping
from service.core.schema import Listing, Resource
from service.models import ViewBase


class Shown:
    """What a DTO shows: a row of its model, the rows that this refers to, and those that are shown within."""

    def __init__(self, mapping: Mapping[Any, Any]) -> None:
        self.model = mapping.model.__name__
        fields = set(mapping.dto.__struct_fields__)
        key = [column.key for column in mapping.key]
        self._key = _reader(key) if fields.issuperset(key) else None
        self._has_sets = any(field.is_set for field in mapping.given.values())
        self._related = [(attrgetter(name), Shown(shown)) for name, shown in mapping.related.items()]
        # Also of a row that the caller may not read: its key stands in the foreign key.
        self._references = [
            (relation.mapper.class_.__name__, _reader(names))
            for relation in mapping.model.__mapper__.relationships
            if (names := _foreign_key(relation)) and fields.issuperset(names)
        ]
        self._models = {self.model}.union(
            *(shown._models for _, shown in self._related),  # noqa: SLF001  # its own class
            [
                field.relation.property.mapper.class_.__name__
                for field in mapping.given.values()
                if field.relation is not None
            ],
        )
        self._of_one = {EVERYTHING, *map(any_of, self._models)}
        self._of_list = self._of_one | {all_of(self.model)}
        if self._has_sets:
            self._of_list.add(all_sets_of(self.model))

    def listed(self, answer: Resource | Listing[Any]) -> str:
        """The value of `Cache-Groups`. Rows beyond what it may hold are named as their lists are."""
        if isinstance(answer, Resource):
            groups = Groups(self._of_one)
            self._add([answer], groups)
        else:
            groups = Groups(self._of_list)
            self._add_related(answer.items, groups)
        return groups.listed(lambda model: (all_of(model), all_sets_of(model)))

    def _add(self, rows: list[Any], groups: Groups) -> None:
        if self._key is None:
            groups.names.update((all_of(self.model), all_sets_of(self.model)))
        else:
            add_keys(groups.rows, self.model, map(self._key, rows))
            if self._has_sets:
                add_keys(groups.sets, self.model, map(self._key, rows))
        self._add_related(rows, groups)

    def _add_related(self, rows: list[Any], groups: Groups) -> None:
        # Column by column, by what runs in C: row by row a list of 20 took ten times as long.
        for model, reference in self._references:
            add_keys(groups.rows, model, map(reference, rows))
        for value_of, shown in self._related:
            found: list[Any] = []
            for value in map(value_of, rows):
                if isinstance(value, list):
                    found += value
                elif value is not None:
                    found.append(value)
            if found:
                shown._add(found, groups)  # noqa: SLF001  # its own class


def shown_by(answer: Any, mappings: Iterable[Mapping[Any, Any]]) -> Shown | None:
    """What an operation shows that answers with this type: a DTO, or a list of it.

    None where nothing says when it is stale: it maps no rows, or those of a view, or SQL of its own over other tables.
    """
    dto = get_args(answer)[0] if get_origin(answer) is Listing else answer
    found = next((mapping for mapping in mappings if mapping.dto is dto), None)
    return Shown(found) if found and _is_known(found) else None


def _is_known(mapping: Mapping[Any, Any]) -> bool:
    tables = {
        each.table
        for field in mapping.given.values()
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
    pairs = {remote: local for local, remote in relation.local_remote_pairs or ()}
    key = relation.mapper.primary_key
    if relation.direction is not MANYTOONE or pairs.keys() != set(key):
        return ()
    return [relation.parent.get_property_by_column(pairs[column]).key for column in key]
