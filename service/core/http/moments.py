"""Cuts moments and times of day to microseconds: msgspec would round the last ones of a day up to the next day."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from msgspec import inspect

from service.core.http.strict_json import Json
from service.core.type_info import FieldsType, bare, below

_FINER = re.compile(r"(:\d\d\.\d{6})\d+")


def cut_moment(text: str) -> str:
    """The text of a moment or a time of day, cut to microseconds."""
    return _FINER.sub(r"\1", text)


def cut_moments(document: Json, body: bytes, kind: Any) -> Json:
    """The document of a body, with the text of each moment and time of day cut to microseconds.

    It is walked only where the body holds digits finer than that, which most do not.
    """
    return (
        _cut(document, inspect.type_info(kind))
        if holds_moments(kind) and _FINER.search(body.decode())
        else document
    )


@cache
def holds_moments(kind: Any) -> bool:
    """Whether a value of this type may be, or hold, a moment or a time of day."""
    return any(isinstance(each, inspect.DateTimeType | inspect.TimeType) for each in below(kind))


def _cut(value: Json, node: inspect.Type) -> Json:
    node = bare(node)
    match node, value:
        case inspect.UnionType(), _:
            # Only one member of a union is written as a text, so that no other text than a moment's is cut.
            for member in node.types:
                value = _cut(value, member)
            return value
        case ((inspect.DateTimeType() | inspect.TimeType()), str()):
            return cut_moment(value)
        case inspect.CollectionType(), list():
            return [_cut(item, node.item_type) for item in value]
        case inspect.TupleType(), list():
            return _cut_places(value, node.item_types)
        case inspect.DictType(), dict():
            return {str(_cut(key, node.key_type)): _cut(item, node.value_type) for key, item in value.items()}
        case _, (dict() | list()) if isinstance(node, FieldsType):
            return _cut_fields(value, node)
        case _:
            return value


def _cut_fields(value: dict[str, Json] | list[Json], node: FieldsType) -> Json:
    """The value of a type that has fields, which stand by name or, in a list, by place."""
    tag, tag_field = (node.tag, node.tag_field) if isinstance(node, inspect.StructType) else (None, None)
    if isinstance(value, list):
        tags: list[Json] = [] if tag_field is None else [tag]
        start = len(tags)
        if value[:start] != tags:
            return value  # of another member of a union
        return tags + _cut_places(value[start:], [field.type for field in node.fields])
    if tag_field is not None and value.get(tag_field) != tag:
        return value  # of another member of a union
    types = {field.encode_name: field.type for field in node.fields}
    return {name: _cut(item, types[name]) if name in types else item for name, item in value.items()}


def _cut_places(value: list[Json], types: Sequence[inspect.Type]) -> list[Json]:
    return [*map(_cut, value, types), *value[len(types) :]]
