"""Plans what a row shows of the rows that belong to it, and of those that it belongs to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import RelationshipProperty

from service.core.resources.links import link_of
from service.dev.adopt.plan.columns import ColumnPlan
from service.dev.adopt.plan.labels import label_of
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.names import wire_of
from service.dev.adopt.plan.plurals import singular
from service.prisma.names import api_name

MAX_COUNTS = 20
"""How many counts one answer holds at most: each is a subquery of the statement."""
MAX_LINKED = 100
"""How many rows of a many-to-many relation a single row shows."""
ALL_LINKED = 10_000
"""How many keys of linked rows a single row shows, and a payload takes: a client that sends all of them back must have
been shown all of them."""


@dataclass(frozen=True)
class RelationPlan:
    """One relation of a model, and what its target is shown as."""

    name: str
    """The attribute of the model."""
    wire: str
    beside: str
    """The field that holds the rows' keys, or their count."""
    target: Source
    key: tuple[ColumnPlan, ...]
    """The columns of the target's key."""
    label: tuple[ColumnPlan, ...]
    """The columns by which people know the target's rows."""
    is_optional: bool
    is_one: bool
    """Whether there is one row at most."""
    local: tuple[str, ...]
    """The attributes of this model that hold the target's key, where a row belongs to one of the target."""
    is_written: bool
    """Whether payloads hold the keys of the rows."""


def relations_of(
    source: Source,
    relations: Iterable[RelationshipProperty[Any]],
    served: Mapping[type[Any], tuple[Source, tuple[ColumnPlan, ...]]],
) -> Iterator[RelationPlan]:
    """Plans for those of the relations of `source` that lead to models that are served too.

    Those that `@ignore` keeps out of Prisma's client are not among them.
    """
    beside = names_beside(source)
    for relation in relations:
        found = served.get(relation.mapper.class_)
        field = source.prisma.field(api_name(relation.class_attribute))
        is_ignored = field is not None and field.is_ignored
        if found and not is_ignored:
            yield _plan(source, relation, beside[relation.key], *found)


def names_beside(source: Source) -> dict[str, str]:
    """The name of the field that holds the keys or the count of each relation's rows, by relation.

    Relations to models that are not served have one, too, so that no name depends on what else is served. Where a
    column has that name, as where a model keeps a count of its own, or another relation's field has it, as with `reply`
    and `replies`, it ends in `_linked`.
    """
    taken = {name for each in source.mapper.attrs for name in (each.key, api_name(each.class_attribute))}
    names: dict[str, str] = {}
    for relation in source.mapper.relationships:
        ending = "count" if relation.secondary is None else "ids"
        name = f"{singular(relation.key)}_{ending}"
        while not taken.isdisjoint({name, wire_of(name)}):
            name += "_linked"
        if relation.uselist:
            taken |= {name, wire_of(name)}
        names[relation.key] = name
    return names


def _plan(
    source: Source,
    relation: RelationshipProperty[Any],
    beside: str,
    target: Source,
    columns: tuple[ColumnPlan, ...],
) -> RelationPlan:
    texts = {
        column.wire: column
        for column in columns
        if column.is_text and not column.hidden and not column.doubt and not column.is_key
    }
    key = tuple(column for column in columns if column.is_key)
    attribute = getattr(target.mapper.class_, key[0].name)
    return RelationPlan(
        name=relation.key,
        wire=api_name(relation.class_attribute),
        beside=beside,
        target=target,
        key=key,
        label=tuple(texts[field] for field in label_of(texts, target.name)),
        is_optional=any(column.nullable for column in relation.local_columns),
        is_one=relation.uselist is False,
        local=tuple(map(source.attribute, relation.local_columns)),
        is_written=link_of(relation.class_attribute, attribute) is not None,
    )
