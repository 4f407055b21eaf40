"""Opaque, signed positions in a list."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from decimal import MAX_PREC, Context, Decimal
from typing import Any

import msgspec

from service.core.errors import ValidationFailed
from service.core.field_errors import FieldError

SIGNATURE_BYTES = 16
_SEVERAL = (tuple, list, set, frozenset)
_EXACT = Context(prec=MAX_PREC)


class Position(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """The first or last row of a page: its list, filters and sort order, and its place in that order as texts.

    The cursor leads to the page that comes after this row, or to the one `before` it.
    """

    list_identity: str
    filters: str
    sort: str
    place: tuple[str | None, ...]
    before: bool


_decoder = msgspec.json.Decoder(Position)


class CursorSigner:
    """Encodes and decodes cursors; one that was changed, or was signed by others, is refused."""

    def __init__(self, *secret_keys: str, rows: str = "") -> None:
        """The first key signs; a signature by any of the keys is good.

        `rows` tells apart callers who may not read the same rows, and is empty for those who may read all. A cursor is
        good only for callers with the same `rows` as the caller who got it.
        """
        self._secret_keys = secret_keys
        self._keys = [
            hashlib.blake2b(f"{key}{rows}".encode(), person=b"cursor").digest() for key in secret_keys
        ]

    def of_rows(self, rows: str) -> "CursorSigner":
        """The signer for callers with these `rows`, as `__init__` explains them."""
        return CursorSigner(*self._secret_keys, rows=rows) if rows else self

    def encode(self, position: Position) -> str:
        body = msgspec.json.encode(position)
        return base64.urlsafe_b64encode(_signature(body, self._keys[0]) + body).decode().rstrip("=")

    def decode(self, cursor: str, list_identity: str) -> Position:
        """The position that a cursor holds.

        Raises `ValidationFailed` where the cursor belongs to another list than the one that `list_identity` names, was
        not signed by one of the keys for these rows, or has the form of another release.
        """
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            signature, body = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
            if not any(hmac.compare_digest(signature, _signature(body, key)) for key in self._keys):
                raise unusable()
            position = _decoder.decode(body)
        except (binascii.Error, ValueError, msgspec.DecodeError):
            raise unusable() from None
        if position.list_identity != list_identity:
            raise unusable()
        return position


def _signature(body: bytes, key: bytes) -> bytes:
    return hashlib.blake2b(body, key=key, digest_size=SIGNATURE_BYTES).digest()


def digest(*parts: object) -> str:
    """A short hash of the parts, by which to tell whether others are the same."""
    return hashlib.blake2b(msgspec.json.encode(parts), digest_size=9).hexdigest()


def of_filters(filters: Mapping[str, Any]) -> str:
    """A hash of the filters, in whatever order they and the values of each come; empty for none.

    The values are those that columns are compared with, so that one has the same hash however callers spell it.
    """
    return digest([(name, _in_order(filters[name])) for name in sorted(filters)]) if filters else ""


def _in_order(value: Any) -> Any:
    """Several values in one order and each once, since they mean a set."""
    if type(value) in _SEVERAL:
        return sorted({*map(_in_order, value)}, key=msgspec.json.encode)
    # 1.0 and 1.00 are the same number.
    return value.normalize(_EXACT) if isinstance(value, Decimal) else value


def unusable() -> ValidationFailed:
    message = (
        "is not a cursor of this list, or one of an earlier release; send `nextCursor` or `previousCursor` of a page as it is, "
        "or begin again without one"
    )
    return ValidationFailed("The cursor cannot be used.", errors=(FieldError.of("cursor", message),))
