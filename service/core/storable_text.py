"""Texts that PostgreSQL cannot store, though JSON can write them."""

import re

_SURROGATE = re.compile("[\ud800-\udfff]")


def why_unstorable(text: str) -> str | None:
    """Why the text cannot be stored, as the rest of a sentence that begins with its place; None where it can be."""
    if not text.isascii() and _SURROGATE.search(text):
        return "holds half of a surrogate pair, which is no character"
    if "\0" in text:
        return "holds a NUL character, which PostgreSQL cannot store"
    return None
