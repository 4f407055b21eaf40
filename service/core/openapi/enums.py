"""Enums of the API document: in their own order, under the names that their members have."""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

import msgspec

Document = dict[str, Any]


def enum_schemas(kinds: Iterable[Any]) -> dict[str, Document]:
    """A schema for each enum below the types, by the enum's name."""
    found = set(_enums(msgspec.inspect.multi_type_info(kinds), set()))
    return {enum.__name__: _schema(enum) for enum in found}


def _schema(enum: type[Enum]) -> Document:
    described = {"description": enum.__doc__} if enum.__doc__ else {}
    return {
        "type": "string",
        **described,
        "enum": [member.value for member in enum],
        # Without it `-createdAt` and `createdAt` become `VALUE_0` and `CREATEDAT`.
        "x-enum-varnames": [member.name for member in enum],
    }


def _enums(node: object, seen: set[int]) -> Iterator[type[Enum]]:
    if isinstance(node, msgspec.inspect.EnumType):
        yield node.cls
    elif isinstance(node, tuple | list):
        for item in node:  # pyright: ignore[reportUnknownVariableType]  # a tree of msgspec's
            yield from _enums(item, seen)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(node, msgspec.Struct) and id(node) not in seen:
        seen.add(id(node))
        for name in node.__struct_fields__:
            yield from _enums(getattr(node, name), seen)
