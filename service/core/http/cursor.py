"""Opaque, signed positions in a list."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

import msgspec

from service.core.errors import ValidationFailed
from service.core.field_errors import FieldError

SIGNATURE_BYTES = 16


class Position(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """A row at an end of a page: which list, filters and order it belongs to, and its place in that order as texts.

    The page that it leads to lies behind the row, or `before` it.
    """

    list_identity: str
    filters: str
    sort: str
    place: tuple[str | None, ...]
    before: bool


_decoder = msgspec.json.Decoder(Position)


class CursorSigner:
    """Writes and reads cursors; a cursor that was changed, or made elsewhere, is refused."""

    def __init__(self, *secret_keys: str, rows: str = "") -> None:
        """The first key signs, and a signature by any of them is good.

        Those who read all rows share cursors; to others they are of use where they read the same `rows`.
        """
        self._secret_keys = secret_keys
        self._keys = [
            hashlib.blake2b(f"{key}{rows}".encode(), person=b"cursor").digest() for key in secret_keys
        ]

    def of_rows(self, rows: str) -> "CursorSigner":
        """One for callers who read these rows, which is a text that tells them apart; empty for all."""
        return CursorSigner(*self._secret_keys, rows=rows) if rows else self

    def encode(self, position: Position) -> str:
        body = msgspec.json.encode(position)
        return base64.urlsafe_b64encode(_signature(body, self._keys[0]) + body).decode().rstrip("=")

    def decode(self, cursor: str, list_identity: str) -> Position:
        """Raises `ValidationFailed` where it is no cursor of the list that `list_identity` names, as this release writes them."""
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
    """A short text that tells these apart."""
    return hashlib.blake2b(msgspec.json.encode(parts), digest_size=9).hexdigest()


def of_filters(filters: Mapping[str, object]) -> str:
    """What tells filters apart, whatever their order; empty for none."""
    return digest(sorted(filters.items())) if filters else ""


def unusable() -> ValidationFailed:
    message = (
        "is not a cursor of this list, or one of an earlier release; send `nextCursor` or `previousCursor` of a page as it is, "
        "or begin again without one"
    )
    return ValidationFailed("The cursor cannot be used.", errors=(FieldError.of("cursor", message),))
