"""Which answers a write of a row makes stale, told by the names of cache groups."""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Values
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKeyConstraint, FromClause
from sqlalchemy.orm import MANYTOMANY, ONETOMANY, InstrumentedAttribute

from service.core.http.cache_groups import (
    MEMBERS,
    ROWS,
    Groups,
    any_row_of,
    lists_of,
    member_lists_of,
    one_key,
)
from service.core.resources.access.rights import columns_in
from service.core.resources.conditions import Condition, Model, Through, every_part_of
from service.core.resources.mapping import Field, Mapping, Relation
from service.core.resources.nested import values_of
from service.core.resources.rows.related import Related

MAX_OWNERS = 33
"""How many owners of a row are read: one more than a header holds, at which all are named together."""
CASCADE = "CASCADE"
CASCADING = frozenset({CASCADE, "SET NULL", "SET DEFAULT"})
"""The ON DELETE actions of a foreign key that delete or change the rows that hold it."""

Mappings = Sequence[Mapping[Any, Any]]
References = Values[FromClause, Sequence[tuple[Model, ForeignKeyConstraint]]]
"""By table, the foreign keys to it that delete or change rows of a model when a row of the table is deleted."""


class Owner:
    """A model whose answers list or count rows of another model, and how such a row tells to which owner it belongs."""

    def __init__(self, relation: Relation) -> None:
        prop = relation.property
        key = prop.parent.primary_key
        self.model: str = prop.parent.class_.__name__
        self.foreign_key: Sequence[str] = ()
        """The attributes of the row that hold the owner's key."""
        self.links: Field | None = None
        """The keys of the row's owners, where a join table between the two models holds them."""
        pairs: dict[Any, Any] = dict(prop.local_remote_pairs or ())
        if prop.direction is ONETOMANY and pairs.keys() == set(key):
            self.foreign_key = [prop.mapper.get_property_by_column(pairs[column]).key for column in key]
        elif prop.direction is MANYTOMANY and prop.back_populates and len(key) == 1:
            owner: InstrumentedAttribute[Any] = getattr(
                prop.parent.class_, prop.parent.get_property_by_column(key[0]).key
            )
            self.links = values_of(getattr(prop.mapper.class_, prop.back_populates), owner, most=MAX_OWNERS)

    def add_to(self, groups: Groups, key: Sequence[object] | None) -> None:
        """Name what shows which rows belong to the owner with this key; to any owner, where the key is not known."""
        groups.names.add(member_lists_of(self.model))
        if key is None or None not in key:
            add_row(groups, self.model, key, MEMBERS)


def effects_of(mappings: Mappings) -> dict[Model, "Effect"]:
    """What writes make stale, for each model that has a mapping."""
    sets: dict[Model, list[Relation]] = {}
    for relation in _sets(mappings):
        sets.setdefault(relation.property.mapper.class_, []).append(relation)
    references: dict[FromClause, list[tuple[Model, ForeignKeyConstraint]]] = {}
    models = dict.fromkeys(mapping.model for mapping in mappings)
    for model in models:
        for key in model.__table__.foreign_key_constraints:
            if key.ondelete in CASCADING:
                references.setdefault(key.referred_table, []).append((model, key))
    return {model: Effect(model, sets.get(model, ()), references, mappings) for model in models}


class Effect:
    """What writes of one model's rows make stale."""

    def __init__(
        self, model: Model, sets: Iterable[Relation], references: References, mappings: Mappings
    ) -> None:
        """`sets` are relations by which others list or count the rows, `references` the foreign keys to each table."""
        self.model: str = model.__name__
        self._lists = (lists_of(self.model), member_lists_of(self.model))
        self.owners = [Owner(relation) for relation in sets]
        self._model = model
        of_model = [mapping for mapping in mappings if mapping.model is model]
        shown = {column.key for mapping in of_model for column in mapping.shown}
        self._told = shown.difference(*(mapping.hidden for mapping in of_model))
        """The columns whose values callers may know: answers show them, and no mapping hides them."""
        self.foreign_keys = {name for owner in self.owners for name in owner.foreign_key}
        self._deciding_columns = {
            model.__mapper__.get_property_by_column(column).key
            for mapping in mappings
            if mapping.policy
            for column in columns_in(mapping.policy.readable)
            if column.table is model.__table__
        }
        self._dependent = _dependent_on(model, mappings)
        self._cascaded, self._unnamed = _cascaded(model, references)

    @cached_property
    def owner_columns(self) -> Sequence[ColumnElement[Any]]:
        """The columns that tell to which owners a row belongs."""
        columns = [getattr(self._model, name).expression for name in sorted(self.foreign_keys)]
        return [*columns, *(owner.links.sql for owner in self.owners if owner.links)]

    def changes_owners(self, changes: Iterable[str]) -> bool:
        """Whether a change can give the row other owners, or change who may read it."""
        return not (self.foreign_keys | self._deciding_columns).isdisjoint(changes)

    def invalidate(
        self,
        groups: Groups,
        key: Sequence[object] | None,
        changes: Values[str, object] | None,
        owners_before: Sequence[Sequence[Any]],
    ) -> None:
        """Name what a write of the row with this key makes stale; None is a key that is not known.

        `changes` are the values that it sets, None where the row is gone. `owners_before` are the row's values in
        `owner_columns` before the write.
        """
        self.invalidate_lists(groups)
        add_row(groups, self.model, key)
        for row in owners_before:
            self._invalidate_owners(groups, row)
        if changes is None:
            for model in self._cascaded:
                groups.names.update((lists_of(model), member_lists_of(model)))
            groups.names.update(map(any_row_of, self._unnamed))
        else:
            self.invalidate_referred(groups, changes)
        # Rows that refer to a deleted row may stay, as without a foreign key, and be hidden from then on.
        if changes is None or not self._deciding_columns.isdisjoint(changes):
            for model in self._dependent:
                groups.names.update((lists_of(model), any_row_of(model)))

    def invalidate_lists(self, groups: Groups) -> None:
        """Name the lists of the model."""
        groups.names.update(self._lists)

    def _invalidate_owners(self, groups: Groups, row: Sequence[Any]) -> None:
        """Name the owners of a row that has these values in `owner_columns`."""
        names = sorted(self.foreign_keys)
        self.invalidate_referred(groups, dict(zip(names, row, strict=False)))
        linked = iter(row[len(names) :])
        for owner in self.owners:
            if owner.links:
                keys = [next(linked)]
                (found,) = owner.links.read(keys) if owner.links.read else keys
                for key in found:
                    owner.add_to(groups, [key])

    def invalidate_referred(self, groups: Groups, values: Values[str, object]) -> None:
        """Name the owners that a row with these values refers to."""
        for owner in self.owners:
            if owner.foreign_key and values.keys() >= set(owner.foreign_key):
                # The owner's key is named only where answers show it: elsewhere it may be a secret.
                is_told = self._told.issuperset(owner.foreign_key)
                owner.add_to(groups, [values[name] for name in owner.foreign_key] if is_told else None)
            elif not owner.foreign_key and not owner.links:
                owner.add_to(groups, None)


def _sets(mappings: Mappings) -> Iterable[Relation]:
    found = {
        str(relation): relation
        for mapping in mappings
        for field in mapping.extra_fields.values()
        if field.is_collection and (relation := field.relation) is not None
    }
    return found.values()


def _dependent_on(model: Model, mappings: Mappings) -> set[str]:
    """The models whose `readable` leads `through` this one, directly or by way of others."""
    found = [model]
    for upper in found:
        found += [
            mapping.model
            for mapping in mappings
            if mapping.policy and mapping.model not in found and upper in _models_in(mapping.policy.readable)
        ]
    return {each.__name__ for each in found[1:]}


def _models_in(condition: Condition) -> Iterable[Model]:
    return (Related(part.relation).model for part in every_part_of(condition) if isinstance(part, Through))


def _cascaded(model: Model, references: References) -> tuple[set[str], set[str]]:
    """The models whose rows are deleted, or lose their reference, when a row of this one is deleted.

    The second set are those of them whose answers may not name the deleted row, so that every answer with their rows is
    stale: deleted rows may also be counted with rows of other models, and rows that refer to these deleted ones name
    them, and not the row that was deleted first.
    """
    gone, found, unnamed = [model], set[str](), set[str]()
    for upper in gone:
        for lower, key in references.get(upper.__table__, ()):
            found.add(lower.__name__)
            is_by_key = {each.column for each in key.elements} == set(upper.__mapper__.primary_key)
            if upper is not model or key.ondelete == CASCADE or not is_by_key:
                unnamed.add(lower.__name__)
            if key.ondelete == CASCADE and lower not in gone:
                gone.append(lower)
    return found, unnamed


def add_row(
    groups: Groups, model: str, key: Sequence[object] | None, ending: str = ROWS, *, is_exact: bool = True
) -> None:
    """Name the row with this key, or every row of the model where the key is not known as answers show it.

    That is so with moments and decimals, which answers show in another form, and where the caller may have written the
    key otherwise than it is stored (not `is_exact`).
    """
    if is_exact and key is not None and all(isinstance(part, str | int | UUID) for part in key):
        groups.add((model, ending), [one_key(key)])
    else:
        groups.names.add(any_row_of(model))
