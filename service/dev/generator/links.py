"""The relations that schema.prisma declares, each field paired with its other side."""

from dataclasses import dataclass
from enum import Enum, auto

from service.dev.schema import Field, Model, Schema
from service.dev.schema.nodes import kept


class Side(Enum):
    """On which side of a relation a field stands."""

    OWNER = auto()
    """Its model holds the foreign key."""
    INVERSE = auto()
    """The other model holds the foreign key."""
    JOIN_A = auto()
    """Column A of a hidden join table refers to its model."""
    JOIN_B = auto()


@dataclass(frozen=True)
class Link:
    """One relation field."""

    model: Model
    field: Field
    target: Model
    opposite: Field | None
    side: Side

    @property
    def join_table(self) -> str:
        """The name of the hidden join table."""
        first, second = sorted((self.model.name, self.target.name))
        return kept(f"_{self.field.relation.name or f'{first}To{second}'}")

    @property
    def join_owner(self) -> Model:
        """The model that column A refers to; the join table lies in its schema."""
        return self.model if self.side is Side.JOIN_A else self.target


def find_links(schema: Schema) -> list[Link]:
    """Every relation field, in the order of the file."""
    models = {model.name: model for model in schema.models}
    return [
        _link(schema, model, field, models[field.type])
        for model in schema.models
        for field in model.fields
        if field.is_relation
    ]


def _link(schema: Schema, model: Model, field: Field, target: Model) -> Link:
    opposite = schema.opposite(model, field)
    if field.relation.fields:
        side = Side.OWNER
    elif opposite is None or opposite.relation.fields or "list" not in (field.arity, opposite.arity):
        side = Side.INVERSE
    elif (model.name, field.name) < (target.name, opposite.name):
        side = Side.JOIN_A
    else:
        side = Side.JOIN_B
    return Link(model, field, target, opposite, side)
