"""Finds the tenant of a model's rows: the way along relations from each model to the tenant's key."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from service.core.resources.access.claims import can_be_claimed
from service.dev.adopt.plan.models import Source

CLAIM = "tenant"
"""The claim of the token that names the tenant."""


_WAY = re.compile(r"\breadable=\s*(?:\w*through\(\s*)?(?:\[[\w.]+\])?(?:\w+\.)?\w+\.(\w+)\b")
_CLAIMED = re.compile(rf'[^()]+\.(\w+) == §claim\("{CLAIM}"\)')


def claimed(condition: str | None) -> str | None:
    """The attribute that a new row gets from the token, according to the source of the model's condition, or None."""
    found = _CLAIMED.fullmatch(condition or "")
    return found and found[1]


def ways_in(repository: str) -> Iterator[str]:
    """The columns or relations by which the conditions in a repository's source lead to the tenant."""
    return (found[1] for found in _WAY.finditer(repository))


def readable(
    sources: Iterable[Source],
    tenant: str | None,
    left_out: Collection[str] = (),
    kept: Mapping[str, Collection[str]] | None = None,
) -> Mapping[str, str]:
    """The source of the condition of each model from which a required way leads to the tenant; the shortest is taken.

    A column of the row itself comes before those of its parents. Where two columns, or two relations to one model, lead
    to the tenant alike, as from a transfer to who gives and to who gets, the model has no condition: a person has to
    say which of them it is. A model that is `left_out` has no repository that states its condition, so that each way
    through it states that in full. `kept` are the ways that were taken before: each is taken again as long as it is
    there, so that a new column does not give rows to other tenants. `tenant` is a model or, where tenants have none here
    since another service keeps them, the required field that holds the tenant's key wherever a row has one.
    """
    if tenant is None:
        return {}
    sources = list(sources)
    by_class = {source.mapper.class_: source for source in sources}
    root = next((source for source in sources if source.name == tenant), None)
    found = {root.name: f'{root.reference}.{root.key[0]} == §claim("{CLAIM}")'} if root else {}
    unclear: set[str] = set()
    parents: dict[str, list[tuple[str, str]]] = {}
    """By model, the relations that may lead to the tenant, each with the model that it refers to."""
    for source in sources:
        columns = set(_columns_to(source, root) if root else _columns_called(source, tenant))
        parents[source.name] = [
            (relation, by_class[parent].name)
            for relation, parent in _parents_of(source)
            if parent in by_class and not source.is_view
        ]
        before = set((kept or {}).get(source.name, ()))
        if columns & before:
            columns &= before
        elif known := [each for each in parents[source.name] if each[0] in before]:
            columns, parents[source.name] = set[str](), known
        if columns:
            unclear |= {source.name} if len(columns) > 1 else set()
            found[source.name] = f'{source.reference}.{min(columns)} == §claim("{CLAIM}")'
    while True:
        # Breadth first: each round finds the models that are one step further away.
        step: dict[str, str] = {}
        for source in sources:
            ways: dict[str, list[str]] = {}
            for relation, parent in parents[source.name] if source.name not in found else ():
                if parent in found and parent not in unclear:
                    ways.setdefault(parent, []).append(relation)
            if ways:
                parent, relations = min(ways.items(), key=lambda way: len(way[1]))
                unclear |= {source.name} if len(relations) > 1 else set()
                inner = f", {found[parent]}" if parent in left_out else ""
                step[source.name] = f"§through({source.reference}.{relations[0]}{inner})"
        if not step:
            return {name: condition for name, condition in found.items() if name not in unclear}
        found |= step


def fields_of_tenants(sources: Iterable[Source]) -> set[str]:
    """The fields that can hold a tenant's key, by their names in schema.prisma: none that is always a row's own key."""
    return {field for source in sources for column, field in _required(source) if [column] != source.key}


def meant_as_field(sources: Collection[Source], tenant: str | None) -> str:
    """A line for a tenant that is no model, which may be a slip; empty for one that is."""
    if tenant is None or any(tenant in {source.name, source.prisma.name} for source in sources):
        return ""
    having = sum(tenant in {field for _, field in _required(source)} for source in sources)
    return f"--tenant {tenant} is a field: {having} of {len(sources)} models have it themselves."


def _columns_called(source: Source, name: str) -> Iterator[str]:
    return (column for column, field in _required(source) if field == name)


def _required(source: Source) -> Iterator[tuple[str, str]]:
    """The columns that hold a value in each row which a claim can be compared with: the attribute, and Prisma's field."""
    for attribute in source.mapper.column_attrs:
        column: sa.Column[Any] = attribute.columns[0]  # pyright: ignore[reportAssignmentType]  # a mapped table has no other
        field = source.prisma.field_of_column(column.name)
        if field and field.arity == "required" and can_be_claimed(column.type):
            yield str(attribute.key), field.name


def _columns_to(source: Source, root: Source) -> Iterator[str]:
    """The required columns that hold the tenant's key."""
    (key,) = root.mapper.primary_key
    if source is root:
        return
    for relation in source.parents:
        if relation.mapper is root.mapper:
            for local, remote in relation.local_remote_pairs or ():
                if remote is key and not local.nullable:
                    yield source.attribute(local)


def _parents_of(source: Source) -> Iterator[tuple[str, type[Any]]]:
    """The relations to parents that every row must have, each with the parent's class."""
    for relation in source.parents:
        if not any(column.nullable for column in relation.local_columns):
            yield relation.key, relation.mapper.class_
