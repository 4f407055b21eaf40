"""Cache groups (RFC 9875): names by which a write tells a client which of the answers that it keeps are stale.

A client keeps an answer under the names in its `Cache-Groups` header, and drops every answer that it keeps under one of
the names in the `Cache-Group-Invalidation` header of a write. The names are opaque to clients.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Any, TypeAlias
from urllib.parse import quote

MAX_GROUPS = 32
"""Every cache that supports RFC 9875 takes this many groups in a header, each of up to as many characters."""
MAX_BYTES = 2000
MAX_NAME_LENGTH = 32
EVERYTHING = "*"
"""The group of all answers. A write names it when it changes more models than the header can name."""


ROWS, MEMBERS = "", "+"
"""Endings of a row's groups: for what its columns say, and for which other rows belong to it and how many."""
RowGroup: TypeAlias = tuple[str, str]
"""The name of a model, and `ROWS` or `MEMBERS`."""
Header: TypeAlias = tuple[bytes, bytes]
NameGroups: TypeAlias = Callable[[Any, int], Header | None]
"""Gives the header that names the groups of an answer with this content and status, or None for no header."""
NAME_GROUPS = "name_groups"
"""The `opt` of a handler that holds the `NameGroups` of its answers."""
_BETWEEN = '", "'
_JOINED = ",%"
_PLAIN = re.compile("[A-Za-z0-9_,%-]+").fullmatch


class Groups:
    """The groups of one answer: names (those of lists, say), and rows by their model."""

    __slots__ = ("keys", "names")

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = set(names)
        self.keys: dict[RowGroup, set[object]] = {}

    def add(self, group: RowGroup, keys: Iterable[object]) -> None:
        """Add the groups of the rows with these keys; None among them stands for no row."""
        found = self.keys.setdefault(group, set())
        found.update(keys)
        found.discard(None)

    def header_value(self, instead: Callable[[str], Iterable[str]]) -> str | None:
        """The value of the header that names the groups; empty where there are none.

        While the names exceed what a header may hold, all rows of the model with the largest group of rows are replaced
        by the names that `instead` gives for the model. None where even these names are too many.
        """
        names = set(self.names)
        rows: dict[RowGroup, set[object]] = dict(self.keys)
        while True:
            if len(names) + sum(map(len, rows.values())) <= MAX_GROUPS:
                of_rows = [_joined(group, keys) for group, keys in rows.items() if keys]
                text = _BETWEEN.join([*names, *of_rows])
                if len(text) <= MAX_BYTES - len('""'):
                    return f'"{text}"' if text else ""
            if not rows:
                return None
            largest, _ = max(rows, key=lambda group: len(rows[group]))
            names.update(instead(largest))
            rows = {group: keys for group, keys in rows.items() if group[0] != largest}


def one_key(parts: Sequence[object]) -> object:
    """A key as `Groups` holds it: the value of a single column, or one text made of the values of several."""
    return parts[0] if len(parts) == 1 else ",".join(quote(str(part), safe="") for part in parts)


def lists_of(model: str) -> str:
    """The group of a model's lists, which every write of one of its rows makes stale."""
    return _short(model)


def member_lists_of(model: str) -> str:
    """The group of a model's lists that also show which other rows belong to its rows."""
    return _short(f"{model}+")


def any_row_of(model: str) -> str:
    """The group of all answers that show a row of a model; for a write of more rows than the header can name."""
    return _short(f"{model}:*")


def _joined(group: RowGroup, keys: set[object]) -> str:
    """The groups of rows, joined as they stand between the first and the last quote of the header's value."""
    model, ending = group
    start, texts = f"{model}:", [*map(str, keys)]
    # Most keys need neither encoding nor shortening: one match over all of them together tells.
    longest = MAX_NAME_LENGTH - len(start) - len(ending)
    if _PLAIN("".join(texts)) and max(map(len, texts)) <= longest:
        return f"{start}{f'{ending}{_BETWEEN}{start}'.join(texts)}{ending}"
    return _BETWEEN.join(_short(f"{start}{quote(text, safe=_JOINED)}{ending}") for text in texts)


def _short(name: str) -> str:
    if len(name) <= MAX_NAME_LENGTH:
        return name
    return f"{name[:11]}~{blake2b(name.encode(), digest_size=10).hexdigest()}"
