"""Whether a row that was written must be read again to be shown as it is now."""

from typing import Any

from service.core.resources.mapping import Mapping


def is_read_after_write(mapping: Mapping[Any, Any]) -> bool:
    """Whether rows that a row shows may show it in their turn: its RETURNING has them show it as it was before the write."""
    return mapping.shows_key and any(_shows(each, mapping.model) for each in mapping.related.values())


def _shows(mapping: Mapping[Any, Any], model: type[Any]) -> bool:
    fields = mapping.extra_fields.values()
    return any(
        (field.relation is not None and field.relation.property.mapper.class_ is model)
        or (field.shows is not None and _shows(field.shows, model))
        for field in fields
    )
