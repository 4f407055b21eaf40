"""Finds every wrong field of a document, nested ones too, where msgspec stops at the first."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, get_args, get_origin

import msgspec

from service.core.field_errors import FieldCode, FieldError
from service.core.http.strict_json import Json, pointer_token
from service.core.http.validation_messages import explain
from service.core.type_info import fields_of, is_struct, tagged, unwrapped

_LISTS = (list, tuple, set, frozenset)
_MESSAGE = re.compile(r"(.*?)(?: - at `\$([^`]*)`)?", re.DOTALL)
"""Msgspec's message: what is wrong, and where, as in ``Expected `str`, got `int` - at `$.a[0]` ``."""
TRIED_TOGETHER = 1000


def wrong_fields(value: Json, kind: Any, pointer: str = "") -> Iterator[FieldError]:
    """The errors that keep a value from fitting the type `kind`, of all of its members and items.

    They are found lazily: values before the last error are not looked at again, and a caller who stops asking stops the
    work.
    """
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        message, path = _message_and_path(error)
        whole = FieldError.at(pointer + _pointer(path), *explain(message, kind))
        if whole.code is FieldCode.TOO_MANY and not path:
            yield whole  # alone: of a list that is too long the items are not looked at
            return
        inner = _inner(value, unwrapped(kind), pointer)
        first = next(inner, None)
        # A list of too few items is wrong itself, beside its items.
        if first is None or (isinstance(value, list) and whole.pointer == pointer != first.pointer):
            yield whole
        if first:
            yield first
            yield from inner


def _inner(value: Json, kind: Any, pointer: str) -> Iterator[FieldError]:
    """The errors of a value's members and items."""
    if isinstance(value, dict) and (tags := tagged(kind)):
        name = str(next(iter(tags.values())).__struct_config__.tag_field)
        tag = value.get(name)
        if not isinstance(tag, str | int) or tag not in tags:
            yield _wrong_tag(f"{pointer}/{name}", [*tags], is_there=name in value)
            return
        kind = tags[tag]
    origin, arguments = get_origin(kind) or kind, get_args(kind)
    if is_struct(origin):
        if isinstance(value, dict):
            yield from _wrong_members(value, kind, origin.__struct_config__, pointer)
        else:
            yield FieldError.at(
                pointer, "must be a JSON object", FieldCode.WRONG_TYPE, {"expected": ["object"]}
            )
    elif origin is dict and arguments and isinstance(value, dict):
        yield from _wrong_items([*value.values()], arguments[1], pointer, [*map(pointer_token, value)])
    elif origin in _LISTS and arguments and arguments[1:] in {(), (...,)} and isinstance(value, list):
        yield from _wrong_items(value, arguments[0], pointer, range(len(value)))


def _wrong_items(
    items: Sequence[Json], kind: Any, pointer: str, steps: Sequence[str | int]
) -> Iterator[FieldError]:
    """The errors of values of one type, at their `steps` below the pointer. `TRIED_TOGETHER` are converted at once."""
    start = 0
    while start < len(items):
        try:
            msgspec.convert(items[start : start + TRIED_TOGETHER], list[kind])
            start += TRIED_TOGETHER
        except msgspec.ValidationError as error:
            _, path = _message_and_path(error)
            start += int(path[0])
            yield from wrong_fields(items[start], kind, f"{pointer}/{steps[start]}")
            start += 1


def _wrong_members(
    members: dict[str, Json], kind: Any, config: msgspec.structs.StructConfig, pointer: str
) -> Iterator[FieldError]:
    fields = {field.encode_name: field for field in fields_of(kind)}
    for name, value in members.items():
        if name in fields:
            yield from wrong_fields(value, fields[name].type, f"{pointer}/{name}")
        elif config.forbid_unknown_fields and name != config.tag_field:
            yield FieldError.at(
                f"{pointer}/{pointer_token(name)}",
                f"is not a field here; known are {', '.join(fields)}",
                FieldCode.UNKNOWN,
                {"known": [*fields]},
            )
    for name, field in fields.items():
        if field.required and name not in members:
            yield FieldError.at(f"{pointer}/{name}", "is required", FieldCode.REQUIRED)


def _wrong_tag(pointer: str, tags: list[str | int], *, is_there: bool) -> FieldError:
    if not is_there:
        return FieldError.at(pointer, "is required", FieldCode.REQUIRED)
    words = f"must be one of {', '.join(map(str, tags))}"
    return FieldError.at(pointer, words, FieldCode.NOT_ALLOWED, {"allowed": tags})


def _message_and_path(error: msgspec.ValidationError) -> tuple[str, list[str]]:
    """The message, and the steps to the value that it is about: names of fields, and indices of lists.

    Keys of dictionaries are not among the steps, since msgspec's message leaves them out.
    """
    match = _MESSAGE.fullmatch(str(error))
    assert match is not None  # noqa: S101  # the pattern matches any text
    message, path = match.groups(default="")
    return message, [step for step in re.split(r"[.\[\]]", path) if step]


def _pointer(path: Iterable[str]) -> str:
    return "".join(f"/{step}" for step in path)
