"""What is shown of the rows that belong to a row, or that it belongs to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import RelationshipProperty

from service.dev.adopt.columns import ColumnPlan
from service.dev.adopt.models import Source
from service.prisma.names import api_name

LABELS = ("name", "title", "label", "slug")
"""What people know a row by; never what one reaches a person by."""
MOST_COUNTS = 20
"""How many counts one answer holds at most: each is a query within the statement."""


@dataclass(frozen=True)
class RelationPlan:
    """One relation of a model, and what its target is shown as."""

    name: str
    """The attribute of the model."""
    wire: str
    target: Source
    key: tuple[ColumnPlan, ...]
    """The target's."""
    label: ColumnPlan | None
    is_optional: bool
    local: tuple[str, ...]
    """The attributes of this model that hold the key, where it belongs to one row."""


def relations_of(
    source: Source, served: Mapping[type[Any], tuple[Source, tuple[ColumnPlan, ...]]], direction: str
) -> Iterator[RelationPlan]:
    """The relations in one direction, MANYTOONE, ONETOMANY or MANYTOMANY, to models that are served too."""
    for relation in source.mapper.relationships:
        found = served.get(relation.mapper.class_)
        if relation.direction.name == direction and found:
            yield _plan(source, relation, *found)


def _plan(
    source: Source, relation: RelationshipProperty[Any], target: Source, columns: tuple[ColumnPlan, ...]
) -> RelationPlan:
    labels = {column.name: column for column in columns if column.is_text and not column.hidden}
    locals_ = tuple(
        str(source.mapper.get_property_by_column(column).key) for column in relation.local_columns
    )
    return RelationPlan(
        name=relation.key,
        wire=api_name(relation.class_attribute),
        target=target,
        key=tuple(column for column in columns if column.is_key),
        label=next((labels[name] for name in LABELS if name in labels and not labels[name].is_key), None),
        is_optional=any(column.nullable for column in relation.local_columns),
        local=locals_,
    )
