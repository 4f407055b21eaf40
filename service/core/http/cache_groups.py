"""Cache groups (RFC 9875): names that say which of the answers that a client keeps a write has made stale.

A client keeps an answer under the names in its `Cache-Groups`, and drops what it keeps under any of those in the
`Cache-Group-Invalidation` of a write. To a client they are opaque.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from hashlib import blake2b
from typing import Any, TypeAlias
from urllib.parse import quote

MOST_GROUPS = 32
"""What every cache takes that knows them, each of as many characters."""
MOST_BYTES = 2000
LONGEST_NAME = 32
EVERYTHING = "*"
"""All answers: what a write names that changes more models than fit."""


Header: TypeAlias = tuple[bytes, bytes]
NameGroups: TypeAlias = Callable[[Any, int], Header | None]
"""The header of an answer with this content and status."""
_NAME_GROUPS = "name_groups"


def name_groups_by(opt: dict[str, Any], name: NameGroups) -> None:
    """Have the answers of a handler, whose `opt` this is, name their groups."""
    opt[_NAME_GROUPS] = name


def names_groups(opt: Mapping[str, Any]) -> bool:
    """Whether answers of the handler name groups."""
    return _NAME_GROUPS in opt


def group_headers(opt: Mapping[str, Any], content: object, status: int) -> list[Header]:
    """What an answer of the handler says of its groups."""
    name: NameGroups | None = opt.get(_NAME_GROUPS)
    header = name and name(content, status)
    return [header] if header else []


class Groups:
    """The names of one answer: of lists, and of rows by their models."""

    __slots__ = ("names", "rows")

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.rows: dict[str, set[str]] = {}

    def add_row(self, model: str, key: Iterable[object]) -> None:
        """A row: what its columns say."""
        self.rows.setdefault(model, set()).add(_short(f"{model}:{_text(key)}"))

    def add_sets_of_row(self, model: str, key: Iterable[object]) -> None:
        """Which other rows belong to a row, and how many."""
        self.rows.setdefault(model, set()).add(_short(f"{model}:{_text(key)}+"))

    def listed(self, instead: Callable[[str], Iterable[str]]) -> str:
        """As the value of a header. Where there are too many, `instead` says what stands for all rows of a model."""
        names, rows = set(self.names), dict(self.rows)
        while True:
            every = sorted(names.union(*rows.values()))
            text = ", ".join(f'"{name}"' for name in every)
            if len(every) <= MOST_GROUPS and len(text) <= MOST_BYTES:
                return text
            if not rows:
                return f'"{EVERYTHING}"'
            largest = max(sorted(rows), key=lambda model: len(rows[model]))
            names.update(instead(largest))
            del rows[largest]


def all_of(model: str) -> str:
    """Lists of a model: every write of one of its rows changes them."""
    return _short(model)


def all_sets_of(model: str) -> str:
    """Lists that show what belongs to the rows of a model."""
    return _short(f"{model}+")


def any_of(model: str) -> str:
    """Whatever shows a row of a model: what a write names that changes more rows than fit."""
    return _short(f"{model}:*")


def _text(key: Iterable[object]) -> str:
    parts = [str(part.value if isinstance(part, Enum) else part) for part in key]
    return ",".join(part if part.isascii() and part.isalnum() else quote(part, safe="") for part in parts)


def _short(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[:11]}~{blake2b(name.encode(), digest_size=10).hexdigest()}"
