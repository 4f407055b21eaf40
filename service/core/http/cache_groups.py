"""Cache groups (RFC 9875): names that say which of the answers that a client keeps a write has made stale.

A client keeps an answer under the names in its `Cache-Groups`, and drops what it keeps under any of those in the
`Cache-Group-Invalidation` of a write. To a client they are opaque.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Any, TypeAlias
from urllib.parse import quote

MAX_GROUPS = 32
"""What every cache takes that knows them, each of as many characters."""
MAX_BYTES = 2000
MAX_NAME_LENGTH = 32
EVERYTHING = "*"
"""All answers: what a write names that changes more models than fit."""


ROWS, SETS = "", "+"
"""What the columns of rows say; which other rows belong to them, and how many."""
RowGroup: TypeAlias = tuple[str, str]
"""A model, and which of the two its rows are named for."""
Header: TypeAlias = tuple[bytes, bytes]
NameGroups: TypeAlias = Callable[[Any, int], Header | None]
"""The header of an answer with this content and status."""
NAME_GROUPS = "name_groups"
"""The `opt` of a handler whose answers name their groups: the `NameGroups` that does."""
_BETWEEN = '", "'
_JOINED = ",%"
_PLAIN = re.compile("[A-Za-z0-9_,%-]+").fullmatch


class Groups:
    """The names of one answer: of lists, and of rows by their models."""

    __slots__ = ("keys", "names")

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = set(names)
        self.keys: dict[RowGroup, set[object]] = {}
        """The keys of rows; None among them is of no row."""

    def add(self, group: RowGroup, keys: Iterable[object]) -> None:
        """Name rows by their keys."""
        found = self.keys.get(group)
        if found is None:
            self.keys[group] = set(keys)
        else:
            found.update(keys)

    def header_value(self, instead: Callable[[str], Iterable[str]]) -> str | None:
        """As the value of a header. Where there are too many, `instead` says what stands for all rows of a model.

        None where even those are too many.
        """
        names = set(self.names)
        rows: dict[RowGroup, set[object]] = dict(self.keys)
        for keys in rows.values():
            keys.discard(None)
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
    """A key as `Groups` holds it: of one column as its value, of several as one text."""
    return parts[0] if len(parts) == 1 else ",".join(quote(str(part), safe="") for part in parts)


def all_of(model: str) -> str:
    """Lists of a model: every write of one of its rows changes them."""
    return _short(model)


def all_sets_of(model: str) -> str:
    """Lists that show what belongs to the rows of a model."""
    return _short(f"{model}+")


def any_of(model: str) -> str:
    """Whatever shows a row of a model: what a write names that changes more rows than fit."""
    return _short(f"{model}:*")


def _joined(group: RowGroup, keys: set[object]) -> str:
    """The names of rows as they stand between the quotes of the whole list."""
    model, ending = group
    start, texts = f"{model}:", [*map(str, keys)]
    # Most keys are as plain as that; one look tells so of all.
    longest = MAX_NAME_LENGTH - len(start) - len(ending)
    if _PLAIN("".join(texts)) and max(map(len, texts)) <= longest:
        return f"{start}{f'{ending}{_BETWEEN}{start}'.join(texts)}{ending}"
    return _BETWEEN.join(_short(f"{start}{quote(text, safe=_JOINED)}{ending}") for text in texts)


def _short(name: str) -> str:
    if len(name) <= MAX_NAME_LENGTH:
        return name
    return f"{name[:11]}~{blake2b(name.encode(), digest_size=10).hexdigest()}"
