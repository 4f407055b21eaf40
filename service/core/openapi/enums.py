"""Enums of the API document: in their own order, under the names that their members have."""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import count
from typing import Any

Document = dict[str, Any]

NAMES = "x-enum-varnames"


def order_names(values: Sequence[object]) -> Document:
    """Names for the orders of a list: without them `-createdAt` and `createdAt` become one constant."""
    if not any(str(value).startswith("-") for value in values):
        return {}
    names = [_constant(str(value).lstrip("-")) for value in values]
    descending = ["_DESCENDING" if str(value).startswith("-") else "" for value in values]
    return {NAMES: list(_numbered(name + order for name, order in zip(names, descending, strict=True)))}


def enum_schema(kind: type[Enum]) -> Document:
    """What another enum calls its members changes nothing here: one more model would rename what clients use.

    Where all constants share one scope, as in Go, the generator puts the enum's name before them.
    """
    values = [member.value for member in kind]
    return {
        "type": "integer" if all(isinstance(value, int) for value in values) else "string",
        **({"description": kind.__doc__} if kind.__doc__ else {}),
        "enum": values,
        NAMES: list(_numbered(member.name for member in kind)),
    }


def _numbered(names: Iterable[str]) -> Iterator[str]:
    """Each of an enum's names once, whatever its case: generators write them all in capitals, `createdAt` as `created_at`."""
    used: set[str] = set()
    for name in names:
        tries = (name if number == 1 else f"{name}_{number}" for number in count(1))
        free = next(each for each in tries if each.upper() not in used)
        used.add(free.upper())
        yield free


def _constant(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()
