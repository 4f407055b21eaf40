"""Enums of the API document: in their own order, under the names that their members have."""

import re
from collections.abc import Sequence
from enum import Enum
from typing import Any

Document = dict[str, Any]


def order_names(values: Sequence[object]) -> Document:
    """Names for the orders of a list: without them `-createdAt` and `createdAt` become one constant."""
    if not any(str(value).startswith("-") for value in values):
        return {}
    names = [re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", str(value).lstrip("-")).upper() for value in values]
    descending = ["_DESCENDING" if str(value).startswith("-") else "" for value in values]
    return {"x-enum-varnames": [name + order for name, order in zip(names, descending, strict=True)]}


def enum_schema(kind: type[Enum]) -> Document:
    values = [member.value for member in kind]
    return {
        "type": "integer" if all(isinstance(value, int) for value in values) else "string",
        **({"description": kind.__doc__} if kind.__doc__ else {}),
        "enum": values,
        "x-enum-varnames": [member.name for member in kind],
    }
