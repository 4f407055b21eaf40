"""Whose rows: the way from each model to the model of tenants."""

import re
from collections.abc import Iterable, Mapping

from service.dev.adopt.models import Source

CLAIM = "tenant"
"""The claim of the token that names the tenant."""


_CLAIMED = re.compile(rf'\.(\w+) == §claim\("{CLAIM}"\)')


def claimed(condition: str | None) -> str | None:
    """The attribute that a new row gets from the token, by its condition as source."""
    found = _CLAIMED.search(condition or "")
    return found and found[1]


def readable(sources: Iterable[Source], tenant: str | None) -> Mapping[str, str]:
    """The condition of each model with a required way to the tenant, as source; the shortest way is taken.

    A condition over a column of the row itself comes before one over its parents'.
    """
    if tenant is None:
        return {}
    sources = list(sources)
    by_class = {source.mapper.class_: source for source in sources}
    root = next(source for source in sources if source.name == tenant)
    (key,) = root.mapper.primary_key
    attribute = root.mapper.get_property_by_column(key).key
    found = {tenant: f'{root.reference}.{attribute} == §claim("{CLAIM}")'}
    for source in sources:
        for relation in source.mapper.relationships:
            if relation.direction.name != "MANYTOONE" or relation.mapper is not root.mapper:
                continue
            for local, remote in relation.local_remote_pairs or ():
                if remote is key and not local.nullable and source.name not in found:
                    name = source.mapper.get_property_by_column(local).key
                    found[source.name] = f'{source.reference}.{name} == §claim("{CLAIM}")'
    while True:
        # Breadth first: who is one step further than those before.
        step: dict[str, str] = {}
        for source in sources:
            if source.name in found or source.is_view:
                continue
            for relation in source.mapper.relationships:
                parent = by_class.get(relation.mapper.class_)
                is_required = relation.direction.name == "MANYTOONE" and not any(
                    column.nullable for column in relation.local_columns
                )
                if is_required and parent and parent.name in found and source.name not in step:
                    step[source.name] = f"§through({source.reference}.{relation.key})"
        if not step:
            return found
        found |= step
