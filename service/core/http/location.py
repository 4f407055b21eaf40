"""Where a resource is: its path, and how any text stands in a segment of it."""

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote

_UNWRITABLE = re.compile(r"~*\.{0,2}")
"""Segments that clients and proxies drop or resolve; and those that stand for them, with one `~` more."""


def location_in(collection: str, key: Sequence[object]) -> str:
    """The path of the resource of this key in the collection at the path `collection`."""
    return "/".join((as_in_url(collection).rstrip("/"), *(_segment(_text(part)) for part in key)))


def as_in_url(path: str) -> str:
    """A path of a request's scope as it stands in a URL: there `%` is that of `%2F` and `%25` alone."""
    return quote(path, safe="/%")


def text_of(segment: str) -> str:
    """The text that a segment of a scope's path stands for."""
    text = unquote(segment)
    return text[1:] if text.startswith("~") and _UNWRITABLE.fullmatch(text) else text


def _text(part: object) -> str:
    return str(part).lower() if isinstance(part, bool) else str(part)


def _segment(text: str) -> str:
    return quote(f"~{text}" if _UNWRITABLE.fullmatch(text) else text, safe="")
