"""Relationships named as in schema.prisma, whether or not the database has a foreign key for them."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlacodegen.models import ModelClass, RelationshipAttribute, RelationshipType

from service.dev.generator.enrich import columns_of
from service.dev.generator.links import Link, Side, find_links
from service.dev.generator.names import attribute_name
from service.dev.generator.plan import Plan
from service.dev.schema import Field


@dataclass(eq=False)
class Relationship(RelationshipAttribute):
    """A relationship, and what decides how its join is written."""

    link: Link | None = None
    local: list[sa.Column[object]] = field(default_factory=list["sa.Column[object]"])
    """The columns of the foreign key, on whichever side they are."""
    remote: list[sa.Column[object]] = field(default_factory=list["sa.Column[object]"])


def add_relationships(plan: Plan) -> None:
    """Give each class the relationships of its model. What the database has no columns for is noted and left out."""
    built: dict[tuple[str, str], Relationship] = {}
    for link in find_links(plan.schema):
        relationship = _build(plan, link)
        if relationship is None:
            plan.notes.append(
                f"relation {link.model.name}.{link.field.name} has no columns in the database: left out"
            )
            continue
        built[link.model.name, link.field.name] = relationship
        relationship.source.relationships.append(relationship)
    for relationship in built.values():
        link = relationship.link
        if link and link.opposite:
            relationship.backref = built.get((link.target.name, link.opposite.name))
    for model in plan.classes.values():
        _name(model, {table.name for table in plan.tables.values()})


def _build(plan: Plan, link: Link) -> Relationship | None:
    source, target = plan.class_of(link.model.name), plan.class_of(link.target.name)
    if source is None or target is None:
        return None
    if link.side in (Side.JOIN_A, Side.JOIN_B):
        return _through_join_table(plan, link, source, target)
    owner, owner_field = (link.model, link.field) if link.side is Side.OWNER else (link.target, link.opposite)
    if owner_field is None:
        return None
    other = link.target if link.side is Side.OWNER else link.model
    owner_table, other_table = (
        (source.table, target.table) if link.side is Side.OWNER else (target.table, source.table)
    )
    local = columns_of(owner_table, owner, owner_field.relation.fields)
    remote = columns_of(other_table, other, owner_field.relation.references)
    if not local or len(local) != len(remote):
        return None
    return Relationship(_type(link.side, link.field), source, target, link=link, local=local, remote=remote)


def _through_join_table(
    plan: Plan, link: Link, source: ModelClass, target: ModelClass
) -> Relationship | None:
    schema = plan.reflection.schema_of(link.join_owner.database_schema)
    key = link.join_table if schema == plan.reflection.default_schema else f"{schema}.{link.join_table}"
    table = plan.tables.get(key)
    identity = [
        columns_of(model.table, prisma, prisma.id_fields)
        for model, prisma in ((source, link.model), (target, link.target))
    ]
    if table is None or not all(identity):
        return None
    return Relationship(
        RelationshipType.MANY_TO_MANY,
        source,
        target,
        association_table=table,
        link=link,
        local=identity[0],
        remote=identity[1],
    )


def _type(side: Side, prisma_field: Field) -> RelationshipType:
    if side is Side.OWNER:
        return RelationshipType.MANY_TO_ONE
    return RelationshipType.ONE_TO_MANY if prisma_field.arity == "list" else RelationshipType.ONE_TO_ONE


def _name(model: ModelClass, variables: AbstractSet[str]) -> None:
    taken = {attribute.name for attribute in model.columns} | variables
    links = [item for item in model.relationships if isinstance(item, Relationship) and item.link]
    for relationship in links:
        if relationship.link:
            relationship.name = attribute_name(relationship.link.field.name, taken)
            taken.add(relationship.name)
