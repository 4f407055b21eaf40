"""The path of a resource, and how any text is written as a segment of it."""

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote

_UNWRITABLE = re.compile(r"~*\.{0,2}")
"""Texts that are written with one more `~` before them: those that clients and proxies would drop or resolve as a
segment (empty, `.` and `..`), and those that look like one of these with its `~` already."""


def location_in(collection: str, key: Sequence[object]) -> str:
    """The path of the resource with this key, in the collection at the path `collection`."""
    return "/".join((as_in_url(collection).rstrip("/"), *(_segment(_text(part)) for part in key)))


def as_in_url(path: str) -> str:
    """The path of a request's scope as it stands in a URL. `%` is kept: such a path has it only in `%2F` and `%25`."""
    return quote(path, safe="/%")


def text_of(segment: str) -> str:
    """The text that a segment of the path in a request's scope stands for, such as `..` for `~..`."""
    text = unquote(segment)
    return text[1:] if text.startswith("~") and _UNWRITABLE.fullmatch(text) else text


def _text(part: object) -> str:
    return str(part).lower() if isinstance(part, bool) else str(part)


def _segment(text: str) -> str:
    return quote(f"~{text}" if _UNWRITABLE.fullmatch(text) else text, safe="")
