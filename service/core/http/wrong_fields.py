"""Every wrong field of a document at once, nested ones too, where msgspec stops at the first."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from service.core.field_errors import FieldCode, FieldError
from service.core.http.said import said_of
from service.core.http.strict_json import Json, pointer_token
from service.core.shapes import fields_of

_LISTS = (list, tuple, set, frozenset)


def wrong_fields(value: Json, kind: Any, pointer: str = "") -> Iterator[FieldError]:
    """What keeps a value from being a `kind`: each member and item is tried by itself."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        whole = _field_error(error, kind, pointer)
        inner = _inner(value, _bare(kind), pointer)
        first = next(inner, None)
        if first is None or (isinstance(value, list) and whole.pointer == pointer != first.pointer):
            yield whole
        if first:
            yield first
            yield from inner


def _inner(value: Json, kind: Any, pointer: str) -> Iterator[FieldError]:
    """What is wrong with the members and items of a value."""
    if isinstance(value, dict) and (tagged := _tagged(kind)):
        name = str(next(iter(tagged.values())).__struct_config__.tag_field)
        tag = value.get(name)
        if not isinstance(tag, str | int) or tag not in tagged:
            yield _wrong_tag(f"{pointer}/{name}", [*tagged], is_there=name in value)
            return
        kind = tagged[tag]
    origin, arguments = get_origin(kind) or kind, get_args(kind)
    if isinstance(origin, type) and issubclass(origin, msgspec.Struct):
        if isinstance(value, dict):
            yield from _wrong_members(value, kind, origin.__struct_config__, pointer)
        else:
            yield FieldError.at(
                pointer, "must be a JSON object", FieldCode.WRONG_TYPE, {"expected": ["object"]}
            )
    elif origin is dict and arguments and isinstance(value, dict):
        for name, member in value.items():
            yield from wrong_fields(member, arguments[1], f"{pointer}/{pointer_token(name)}")
    elif origin in _LISTS and arguments and isinstance(value, list):
        of_one_type = len(arguments) == 1 or arguments[1] is ...
        for index, item in enumerate(value if of_one_type else ()):
            yield from wrong_fields(item, arguments[0], f"{pointer}/{index}")


def _wrong_members(
    members: dict[str, Json], kind: Any, config: msgspec.structs.StructConfig, pointer: str
) -> Iterator[FieldError]:
    fields = {field.encode_name: field for field in fields_of(kind)}
    for name, value in members.items():
        at = f"{pointer}/{pointer_token(name)}"
        if name in fields:
            yield from wrong_fields(value, fields[name].type, at)
        elif config.forbid_unknown_fields and name != config.tag_field:
            yield FieldError.at(
                at,
                f"is not a field here; known are {', '.join(fields)}",
                FieldCode.UNKNOWN,
                {"known": [*fields]},
            )
    for name, field in fields.items():
        if field.required and name not in members:
            yield FieldError.at(f"{pointer}/{name}", "is required", FieldCode.REQUIRED)


def _tagged(kind: Any) -> dict[str | int, type[msgspec.Struct]]:
    """The Structs of a union by their tags."""
    members = get_args(kind) if get_origin(kind) in {Union, UnionType} else ()
    return {
        tag: each
        for each in members
        if isinstance(each, type) and issubclass(each, msgspec.Struct)
        if (tag := each.__struct_config__.tag) is not None
    }


def _wrong_tag(pointer: str, tags: list[str | int], *, is_there: bool) -> FieldError:
    if not is_there:
        return FieldError.at(pointer, "is required", FieldCode.REQUIRED)
    words = f"must be one of {', '.join(map(str, tags))}"
    return FieldError.at(pointer, words, FieldCode.NOT_ALLOWED, {"allowed": tags})


def _bare(kind: Any) -> Any:
    """The type without its constraints, and without the None of what may be null."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        members = [member for member in get_args(kind) if member not in {type(None), msgspec.UnsetType}]
        return _bare(members[0]) if len(members) == 1 else kind
    return kind


def _field_error(error: msgspec.ValidationError, kind: Any, pointer: str) -> FieldError:
    """Msgspec's ``Expected `str`, got `int` - at `$.a[0]` `` as a pointer and a message."""
    message, _, path = str(error).partition(" - at `$")
    steps = path.rstrip("`").replace("[", ".").replace("]", "").split(".")
    return FieldError.at(pointer + "".join(f"/{step}" for step in steps if step), *said_of(message, kind))
