"""The names of the classes of slices, which nothing else has."""

import builtins
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from keyword import kwlist

from service.dev.generator.names import OF_CLIENTS
from service.prisma.names import folded

RESERVED_CLASSES = frozenset({*kwlist, *dir(builtins)})
"""The names of Python's keywords and builtins: `None`, `Warning`."""
ENVELOPES = (
    "List",
    "Batch",
    "BatchCreate",
    "BatchUpdate",
    "BatchDelete",
    "BatchWrite",
    "BatchResult",
    "BatchAnswer",
)
"""Suffixes by which the API document names the schemas that it derives from a DTO."""


@dataclass(frozen=True)
class SliceNames:
    """The classes of one slice."""

    dto: str
    item: str
    query: str
    create: str
    replace: str
    update: str
    repository: str
    controller: str
    related: Mapping[str, str]
    """The name of the class that shows the rows of each relation, by the relation's attribute."""

    @property
    def all(self) -> set[str]:
        given = (self.dto, self.item, self.query, self.create, self.replace, self.update)
        return {*given, self.repository, self.controller, *self.related.values()}


class ClassNames:
    """Gives out class names, each of which names a schema of the API document, too."""

    def __init__(self, reserved: Collection[str]) -> None:
        self._taken = {each for name in reserved for each in _with_envelopes(name)}
        """In lower case: names that differ in case alone are one name to client generators, and one file on a Mac."""

    def give(self, *names: str) -> str:
        """The first of the names that is free, else one like the last."""
        name = next(filter(self._is_free, names), names[-1])
        while not self._is_free(name):
            name += "x" if name[-1].isdigit() else "2"
        self._taken |= _with_envelopes(name)
        return name

    def _is_free(self, name: str) -> bool:
        is_reserved = name in RESERVED_CLASSES or name in OF_CLIENTS
        return not is_reserved and self._taken.isdisjoint(_with_envelopes(name))


def _with_envelopes(name: str) -> set[str]:
    return {folded(each) for each in (name, *(f"{name}{ending}" for ending in ENVELOPES))}
