"""The source code of the arguments that tell SQLAlchemy how two classes are joined."""

import sqlalchemy as sa
from sqlacodegen.models import ModelClass, RelationshipType

from service.dev.generator.links import Side
from service.dev.generator.plan import Plan
from service.dev.generator.relations import Relationship


def relationship_arguments(plan: Plan, relationship: Relationship) -> dict[str, str]:
    """The keyword arguments of `relationship`, as source."""
    arguments: dict[str, str] = {}
    views = [plan.is_view(model.table) for model in (relationship.source, relationship.target)]
    if relationship.association_table:
        arguments |= _through(relationship)
    else:
        arguments |= _direct(plan, relationship)
        if relationship.type is RelationshipType.ONE_TO_ONE:
            arguments["uselist"] = "False"
        if others := _overlaps(plan, relationship):
            arguments["overlaps"] = repr(",".join(others))
    if relationship.backref:
        arguments["back_populates"] = repr(relationship.backref.name)
    if any(views):
        arguments["viewonly"] = "True"
        arguments["sync_backref"] = "False"
    elif relationship.association_table:
        arguments["passive_deletes"] = "True"
    elif relationship.type is not RelationshipType.MANY_TO_ONE:
        # The database does its ON DELETE itself; without this, SQLAlchemy would load the rows to do that work.
        arguments["passive_deletes"] = "'all'"
    arguments["lazy"] = "'raise'"
    return arguments


def _direct(plan: Plan, relationship: Relationship) -> dict[str, str]:
    owner, other = _owner_and_other(relationship)
    local = [owner.get_column_attribute(column.name).name for column in relationship.local]
    remote = [other.get_column_attribute(column.name).name for column in relationship.remote]
    paths = _foreign_keys_between(owner.table, other.table)
    own = [path for path in paths if path == _pairs(relationship)]
    views = [plan.is_view(model.table) for model in (relationship.source, relationship.target)]
    join = _join(relationship, owner, other, local, remote)
    if views == [False, True]:
        # A string that SQLAlchemy resolves later, because the module of the tables imports no view.
        return {"primaryjoin": repr(join.replace("sa.and_", "and_"))}
    if any(views) or not own or (len(paths) > 1 and len(local) > 1):
        return {"primaryjoin": f"lambda: {join}"}
    arguments: dict[str, str] = {}
    if len(paths) > 1:
        arguments["foreign_keys"] = repr(f"{owner.name}.{local[0]}")
    if owner is other:
        side = remote if relationship.type is RelationshipType.MANY_TO_ONE else local
        names = ", ".join(f"{owner.name}.{name}" for name in side)
        if len(side) > 1:
            return {"primaryjoin": f"lambda: {join}"}
        arguments["remote_side"] = repr(names)
    return arguments


def _join(
    relationship: Relationship, owner: ModelClass, other: ModelClass, local: list[str], remote: list[str]
) -> str:
    """The condition of a join: `foreign` marks the foreign key's columns, `remote` one side of a class and itself."""
    terms: list[str] = []
    for ours, theirs in zip(local, remote, strict=True):
        left, right = f"foreign({owner.name}.{ours})", f"{other.name}.{theirs}"
        if owner is other and relationship.type is RelationshipType.MANY_TO_ONE:
            right = f"remote({right})"
        elif owner is other:
            left = f"remote({left})"
        terms.append(f"{left} == {right}")
    return f"sa.and_({', '.join(terms)})" if len(terms) > 1 else terms[0]


def _through(relationship: Relationship) -> dict[str, str]:
    table = relationship.association_table
    if table is None or relationship.link is None:
        return {}
    arguments = {"secondary": table.name}
    has_keys = {element.parent.name for element in table.table.foreign_keys} == {"A", "B"}
    if relationship.source is relationship.target or not has_keys:
        here, there = ("A", "B") if relationship.link.side is Side.JOIN_A else ("B", "A")
        source = f"{relationship.source.name}.{relationship.source.get_column_attribute(relationship.local[0].name).name}"
        target = f"{relationship.target.name}.{relationship.target.get_column_attribute(relationship.remote[0].name).name}"
        arguments["primaryjoin"] = f"lambda: {source} == foreign({table.name}.c.{here})"
        arguments["secondaryjoin"] = f"lambda: {target} == foreign({table.name}.c.{there})"
    return arguments


def _owner_and_other(relationship: Relationship) -> tuple[ModelClass, ModelClass]:
    if relationship.type is RelationshipType.MANY_TO_ONE:
        return relationship.source, relationship.target
    return relationship.target, relationship.source


Pairs = frozenset[tuple[str, str]]


def _pairs(relationship: Relationship) -> tuple[str, Pairs]:
    owner, _ = _owner_and_other(relationship)
    names = zip(relationship.local, relationship.remote, strict=True)
    return owner.table.key, frozenset((ours.name, theirs.name) for ours, theirs in names)


def _foreign_keys_between(first: sa.Table, second: sa.Table) -> list[tuple[str, Pairs]]:
    """Each foreign key between two tables, in either direction: the table that holds it, and its pairs of columns."""
    found = {
        constraint
        for here, there in ((first, second), (second, first))
        for constraint in here.foreign_key_constraints
        if constraint.elements[0].target_fullname.rpartition(".")[0] == there.key
    }
    return [
        (
            constraint.table.key,
            frozenset(
                (item.parent.name, item.target_fullname.rpartition(".")[2]) for item in constraint.elements
            ),
        )
        for constraint in found
    ]


def _overlaps(plan: Plan, relationship: Relationship) -> list[str]:
    """The other relationships that write one of this one's columns: SQLAlchemy wants each of them named."""
    written = {(column.table.key, column.name) for column in relationship.local}
    return sorted(
        {
            other.name
            for model in plan.classes.values()
            for other in model.relationships
            if isinstance(other, Relationship)
            if other is not relationship and other is not relationship.backref and not other.association_table
            if written & {(column.table.key, column.name) for column in other.local}
        }
    )
