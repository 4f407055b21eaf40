"""Writes values for bodies and query strings, and compares what came back with what was sent."""

import datetime as dt
from base64 import b64decode, b64encode
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec import UNSET
from sqlalchemy.types import TypeEngine

from service.core.resources.columns.conversions import conversion_of
from service.core.type_info import bare
from service.prisma.types import ScalarList, plain_type


class NoPayloadError(ValueError):
    """No value is known that a payload's type takes; the message names the field."""


def to_json(value: Any, kind: TypeEngine[Any]) -> Any:
    """A column's value as a body holds it."""
    match value:
        case None | dict():
            return value  # pyright: ignore[reportUnknownVariableType]  # JSON is anything
        case list():
            item = kind.item if isinstance(kind, ScalarList) else kind
            return [to_json(each, item) for each in value]  # pyright: ignore[reportUnknownVariableType]  # JSON is anything
        case bytes():
            return b64encode(value).decode()
        case dt.datetime():
            return f"{value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec=_finest(value))}Z"
        case dt.time():
            return value.isoformat(timespec=_finest(value))
        case Decimal():
            return f"{value:f}"
        case Enum():
            return value.value
        case int() if isinstance(plain_type(kind), sa.BigInteger):
            return str(value)
        case dt.date() | UUID():
            return str(value)
        case _:
            return value


def to_query(value: Any) -> str:
    """A column's value as a query string holds it, in full precision."""
    match value:
        case bool():
            return str(value).lower()
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat()
        case dt.time():
            return value.isoformat()
        case bytes():
            return b64encode(value).decode()
        case Decimal():
            return f"{value:f}"
        case Enum():
            return str(value.value)
        case _:
            return str(value)


def same(kind: TypeEngine[Any], sent: Any, shown: Any) -> bool:
    """Whether the value shown is the one that was sent: `4.5` is `4.50`, and null for a list is an empty one."""
    if sent is None and isinstance(kind, ScalarList):
        return shown == []
    if sent == shown or sent is None or shown is None:
        return sent == shown
    write = conversion_of(kind).write
    return _shown(write(sent)) == _shown(write(shown))


def _finest(value: dt.datetime | dt.time) -> str:
    return "microseconds" if value.microsecond % 1000 else "milliseconds"


def _shown(value: Any) -> Any:
    """The value cut to milliseconds, since more is shown of keys alone."""
    if isinstance(value, list):
        return [_shown(each) for each in value]  # pyright: ignore[reportUnknownVariableType]  # of any type
    if isinstance(value, dt.datetime | dt.time):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value


def fits(value: Any, annotation: Any) -> bool:
    """Whether a field of a payload with this type takes the value."""
    holder = msgspec.defstruct("Holder", [("value", annotation, UNSET)])
    try:
        msgspec.json.decode(msgspec.json.encode({"value": value}), type=holder)
    except msgspec.ValidationError:
        return False
    return True


def fitted(name: str, value: Any, annotation: Any, number: int) -> Any:
    """The value, if the type takes it, else one made of the type's own examples or bounds. Raises `NoPayloadError`."""
    for candidate in (value, *_by_examples(annotation, number), *_within_bounds(value, annotation, number)):
        if fits(candidate, annotation):
            return candidate
    raise NoPayloadError(f"no value is known that {name} takes: give its Meta an example")


def literals_of(annotation: Any) -> list[Any]:
    """The values that a type of literals takes; none of another type."""
    return [value for node in _members(annotation) if isinstance(node, msgspec.inspect.LiteralType) for value in node.values]  # fmt: skip


def _by_examples(annotation: Any, number: int) -> Iterator[Any]:
    """Each example with other endings, so that no two rows need have the same value, then as it is."""
    node = msgspec.inspect.type_info(annotation)
    for member in node.types if isinstance(node, msgspec.inspect.UnionType) else (node,):
        if not isinstance(member, msgspec.inspect.Metadata):
            continue
        said: dict[str, Any] = {**(member.extra_json_schema or {})}  # pyright: ignore[reportUnknownMemberType]  # a bare dict
        for example in said.get("examples", []):
            if isinstance(example, str):
                letters = "".join(chr(ord("a") + int(digit)) for digit in f"{number:06d}")
                tails = (f"-{number}", f"{number}", letters, letters.upper(), f"{number}"[-1:])
                yield from (f"{example}{tail}" for tail in tails)
                yield from (f"{example[: -len(tail)]}{tail}" for tail in tails)
            yield example


def _within_bounds(value: Any, annotation: Any, number: int) -> Iterator[Any]:
    """Numbers and texts that are not too large or small: a payload may take less than the column holds."""
    for node in _members(annotation):
        if isinstance(node, msgspec.inspect.IntType | msgspec.inspect.FloatType):
            lowest = node.ge if node.ge is not None else node.gt
            highest = node.le if node.le is not None else node.lt
            step = node.multiple_of or 1
            if lowest is None:
                yield from (highest - step * (number % 3), highest - step) if highest is not None else ()
            else:
                steps = 1000 if highest is None else int((highest - lowest) // step) + 1
                yield from (lowest + step * (number % steps), lowest + step, lowest)
        elif isinstance(node, msgspec.inspect.StrType) and isinstance(value, str):
            # What tells made-up texts apart stands at their ends.
            yield value[-(node.max_length or len(value)) :].rjust(node.min_length or 0, "a")


def _members(annotation: Any) -> Iterator[msgspec.inspect.Type]:
    node = bare(msgspec.inspect.type_info(annotation))
    for member in node.types if isinstance(node, msgspec.inspect.UnionType) else (node,):
        yield bare(member)


def read(kind: TypeEngine[Any], value: Any) -> Any:
    """A value of a body as handlers get it for a column: bytes cross as text, which says nothing to the database."""
    plain = plain_type(kind)
    if isinstance(plain, ScalarList) and value is not None:
        return [read(plain.item, item) for item in value]
    return b64decode(value) if isinstance(plain, sa.LargeBinary) and isinstance(value, str) else value
