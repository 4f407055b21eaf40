"""Enums of the API document: in their own order, under the names that their members have."""

from enum import Enum
from typing import Any

Document = dict[str, Any]


def enum_schema(kind: type[Enum]) -> Document:
    values = [member.value for member in kind]
    return {
        "type": "integer" if all(isinstance(value, int) for value in values) else "string",
        **({"description": kind.__doc__} if kind.__doc__ else {}),
        "enum": values,
        # Without it `-createdAt` and `createdAt` become `VALUE_0` and `CREATEDAT`.
        "x-enum-varnames": [member.name for member in kind],
    }
