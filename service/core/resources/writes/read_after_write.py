"""Whether a row must be read again after it is written, to be shown as it is stored."""

from typing import Any

from service.core.resources.mapping import Mapping


def is_read_after_write(mapping: Mapping[Any, Any]) -> bool:
    """Whether the rows that a row shows may in turn show that row.

    In the RETURNING of its write, they would show it as it was before the write.
    """
    return mapping.shows_key and any(_shows(each, mapping.model) for each in mapping.related.values())


def _shows(mapping: Mapping[Any, Any], model: type[Any]) -> bool:
    fields = mapping.extra_fields.values()
    return any(
        (field.relation is not None and field.relation.property.mapper.class_ is model)
        or (field.shows is not None and _shows(field.shows, model))
        for field in fields
    )
