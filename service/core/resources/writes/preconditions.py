"""Whether a row is still in the state that a caller read, and which fields a change may not touch."""

from collections.abc import Mapping

import msgspec

from service.core.errors import PreconditionFailed, ValidationFailed
from service.core.field_errors import FieldCode, FieldError
from service.core.http.etag import etag_of, row_hashes_in
from service.core.http.reply import encode
from service.core.schema import Resource, row_hash_of
from service.core.type_info import fields_of

TRIES = 3
"""How often a write that matched no row is tried: the row may change before the SELECT that is to find out why."""


def refuse_other(stored: Resource, if_match: str | None) -> None:
    """Raises `PreconditionFailed` where `if_match` names another state than the stored one."""
    hashes = row_hashes_in(if_match)
    if hashes is not None and row_hash_of(stored) not in hashes:
        raise changed_since(stored)


def changed_since(stored: Resource) -> PreconditionFailed:
    """The refusal of a change that was made for another state than the stored one."""
    return PreconditionFailed(
        "It has changed since you read it. Read it again, then repeat your change.",
        etag=etag_of(encode(stored), row_hash_of(stored)),
    )


def refuse_fixed(fixed: Mapping[str, str], payload: msgspec.Struct, stored: Resource) -> None:
    """Raises `ValidationFailed` that names each `fixed` field to which the payload gives another value than is stored.

    `fixed` has the fields that may not change, each with what to do instead, worded to follow the field's name.
    """
    others = {
        name
        for name in fixed
        if getattr(payload, name, msgspec.UNSET) not in (msgspec.UNSET, getattr(stored, name))
    }
    if others:
        fields = [field for field in fields_of(type(payload)) if field.name in others]
        errors = [
            FieldError.at(f"/{each.encode_name}", fixed[each.name], FieldCode.READ_ONLY) for each in fields
        ]
        raise ValidationFailed("A field of the body cannot be changed here.", errors=errors)


def not_done() -> ValidationFailed:
    """The refusal of a write that is allowed and has no effect; a trigger of the database can be the reason."""
    return ValidationFailed(
        "The database did not make this change: one of its own rules, such as a trigger, prevented it."
    )
