"""What is wrong with one field of a body, or with one parameter."""

from enum import StrEnum
from typing import Annotated, Any, Self

import msgspec
from msgspec import UNSET, Meta, UnsetType


class FieldCode(StrEnum):
    """What is wrong with a field, for programs and translations; a code never changes."""

    INVALID = "invalid"
    REQUIRED = "required"
    UNKNOWN = "unknown"
    WRONG_TYPE = "wrong_type"
    WRONG_FORM = "wrong_form"
    NOT_ALLOWED = "not_allowed"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    TAKEN = "taken"
    READ_ONLY = "read_only"
    REPEATED = "repeated"
    NOT_FOUND = "not_found"


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """One wrong field of the body, by its `pointer`, or one wrong `parameter`: what to do about it."""

    pointer: (
        Annotated[str, Meta(description="A JSON pointer into the body.", examples=["/title"])] | UnsetType
    ) = UNSET
    parameter: (
        Annotated[
            str,
            Meta(
                description="The name of a parameter of the query, the path or a header.", examples=["sort"]
            ),
        ]
        | UnsetType
    ) = UNSET
    message: Annotated[
        str, Meta(description="What is wrong with it, as a form can show it.", examples=["is required"])
    ]
    code: Annotated[FieldCode, Meta(description="What is wrong with it, for programs.")]
    params: Annotated[
        dict[str, Any],
        Meta(
            description="The values that a message for the code needs, such as the limit.",
            examples=[{"limit": 1}],
        ),
    ]

    @classmethod
    def at(
        cls,
        pointer: str,
        message: str,
        code: FieldCode = FieldCode.INVALID,
        params: dict[str, Any] | None = None,
    ) -> Self:
        """An error of the field of the body at `pointer`."""
        return cls(pointer=pointer, message=message, code=code, params=params or {})

    @classmethod
    def of(
        cls,
        parameter: str,
        message: str,
        code: FieldCode = FieldCode.INVALID,
        params: dict[str, Any] | None = None,
    ) -> Self:
        """An error of the parameter of this name."""
        return cls(parameter=parameter, message=message, code=code, params=params or {})
