"""JSON whose numbers keep all their digits in Python, since PostgreSQL stores more digits than a double holds."""

from decimal import Decimal
from typing import Any

import msgspec

SAFE_LENGTH = 16
"""The length of a number's text up to which a double keeps all its digits: 15 digits and a point."""


def exact_number(text: str) -> float | Decimal:
    """A JSON number as a double, or as a `Decimal` where the double would be another one."""
    double = float(text)
    if len(text) <= SAFE_LENGTH and 0 < abs(double) < float("inf"):
        return double
    exact = Decimal(text)
    return double if exact == Decimal(repr(double)) else exact


decode_json = msgspec.json.Decoder(float_hook=exact_number).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode
_encode_sorted = msgspec.json.Encoder(decimal_format="number", order="deterministic").encode


def encode_json(value: Any) -> str:
    return _encode(value).decode()


def is_same_json(one: Any, other: Any) -> bool:
    """Whether both are written as the same JSON, keys sorted. To Python's `==`, 1 is true and 0 is false."""
    return _encode_sorted(one) == _encode_sorted(other)
