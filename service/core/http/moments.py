"""Cuts moments and times of day to microseconds: msgspec would round the last ones of a day up to the next day."""

import re
from datetime import datetime, time
from functools import cache
from typing import Any, get_args

import msgspec

from service.core.http.strict_json import Json
from service.core.type_info import below, fields_of, tagged, unwrapped

_FINER = re.compile(r"(:\d\d\.\d{6})\d+")


def cut_moment(text: str) -> str:
    """The text of a moment or a time of day, cut to microseconds."""
    return _FINER.sub(r"\1", text)


def cut_moments(document: Json, body: bytes, kind: Any) -> Json:
    """The document of a body, with the text of each moment and time of day cut to microseconds.

    It is walked only where the body holds digits finer than that, which most do not.
    """
    return _cut(document, kind) if _holds_moments(kind) and _FINER.search(body.decode()) else document


@cache
def _holds_moments(kind: Any) -> bool:
    return any(
        isinstance(each, msgspec.inspect.DateTimeType | msgspec.inspect.TimeType) for each in below(kind)
    )


def _cut(value: Json, kind: Any) -> Json:
    kind = unwrapped(kind)
    if isinstance(value, str):
        return cut_moment(value) if kind is datetime or kind is time else value
    if isinstance(value, list):
        items = get_args(kind)
        return [_cut(each, items[0]) for each in value] if items else value
    if not isinstance(value, dict):
        return value
    for tag, each in tagged(kind).items():
        if value.get(str(each.__struct_config__.tag_field)) == tag:
            kind = each
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return value
    kinds = {field.encode_name: field.type for field in fields_of(kind)}
    return {name: _cut(member, kinds.get(name)) for name, member in value.items()}
