"""Which rows an answer shows, in the names of cache groups."""

from collections.abc import Iterable, Sequence
from typing import Any, get_args, get_origin

from sqlalchemy import Column
from sqlalchemy.orm import MANYTOONE, RelationshipProperty
from sqlalchemy.sql.visitors import iterate

from service.core.http.cache_groups import EVERYTHING, Groups, all_of, all_sets_of, any_of
from service.core.resources.mapping import Mapping
from service.core.schema import Listing, Resource
from service.models import ViewBase


class Shown:
    """What a DTO shows: a row of its model, the rows that this refers to, and those that are shown within."""

    def __init__(self, mapping: Mapping[Any, Any]) -> None:
        self.model = mapping.model.__name__
        fields = set(mapping.dto.__struct_fields__)
        key = [column.key for column in mapping.key]
        self._key = key if fields.issuperset(key) else None
        self._has_sets = any(field.is_set for field in mapping.given.values())
        self._related = [(name, Shown(shown)) for name, shown in mapping.related.items()]
        # Also of a row that the caller may not read: its key stands in the foreign key.
        self._references = [
            (referred, names)
            for relation in mapping.model.__mapper__.relationships
            if (names := _foreign_key(relation)) and fields.issuperset(names)
            for referred in [relation.mapper.class_.__name__]
        ]
        self._models = {self.model}.union(
            *(shown._models for _, shown in self._related),  # noqa: SLF001  # its own class
            [
                field.relation.property.mapper.class_.__name__
                for field in mapping.given.values()
                if field.relation is not None
            ],
        )

    def listed(self, answer: Resource | Listing[Any]) -> str:
        """The value of `Cache-Groups`. Rows beyond what it may hold are named as their lists are."""
        groups = Groups()
        groups.names.add(EVERYTHING)
        groups.names.update(any_of(model) for model in self._models)
        if isinstance(answer, Resource):
            self._add(answer, groups)
        else:
            groups.names.add(all_of(self.model))
            if self._has_sets:
                groups.names.add(all_sets_of(self.model))
            for item in answer.items:
                self._add_related(item, groups)
        return groups.listed(lambda model: (all_of(model), all_sets_of(model)))

    def _add(self, dto: Resource, groups: Groups) -> None:
        if self._key is None:
            groups.names.update((all_of(self.model), all_sets_of(self.model)))
        else:
            key = [getattr(dto, name) for name in self._key]
            groups.add_row(self.model, key)
            if self._has_sets:
                groups.add_sets_of_row(self.model, key)
        self._add_related(dto, groups)

    def _add_related(self, dto: Resource, groups: Groups) -> None:
        for model, names in self._references:
            key = [getattr(dto, name) for name in names]
            if None not in key:
                groups.add_row(model, key)
        for name, shown in self._related:
            value: Resource | list[Resource] | None = getattr(dto, name)
            rows = value if isinstance(value, list) else [] if value is None else [value]
            for row in rows:
                shown._add(row, groups)  # noqa: SLF001  # its own class


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


def _foreign_key(relation: RelationshipProperty[Any]) -> Sequence[str]:
    """The attributes that hold the key of the row that a row belongs to; none where they hold something else."""
    pairs = {remote: local for local, remote in relation.local_remote_pairs or ()}
    key = relation.mapper.primary_key
    if relation.direction is not MANYTOONE or pairs.keys() != set(key):
        return ()
    return [relation.parent.get_property_by_column(pairs[column]).key for column in key]
