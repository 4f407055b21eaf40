"""Whether a statement that writes a row can answer with it as it is after."""

from typing import Any

from service.core.resources.mapping import Mapping


def is_shown_in_turn(mapping: Mapping[Any, Any]) -> bool:
    """Whether related rows that a row shows may show the row: its own statement has them show it as it was before."""
    return mapping.shows_key and any(_shows(each, mapping.model) for each in mapping.related.values())


def _shows(mapping: Mapping[Any, Any], model: type[Any]) -> bool:
    fields = mapping.extra_fields.values()
    return any(
        (field.relation is not None and field.relation.property.mapper.class_ is model)
        or (field.shows is not None and _shows(field.shows, model))
        for field in fields
    )
