"""A Python file as a merge sees it: members in an order, each with a name."""

import io
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count
from typing import Literal, NamedTuple

# block: statements; named: elements known by what they say, such as entries; placed: arguments, known by position or
# keyword; tuple: named, in round brackets; alone: one expression in round brackets.
Kind = Literal["block", "named", "placed", "tuple", "alone"]
# Stands for the comma behind an element, which goes before its comment. No Python file holds this character.
COMMA = "\0"


class Sides(NamedTuple):
    """One stretch of a merged file in three versions, which differ only where both sides changed the same thing."""

    theirs: str
    base: str
    now: str

    @property
    def clash(self) -> bool:
        return not self.theirs == self.base == self.now


def lines_of(source: str) -> list[str]:
    """The lines as Python counts them: `str.splitlines` would part them at form feeds and the like, too."""
    return io.StringIO(source).readlines()


def unique_key(key: str, taken: Collection[str]) -> str:
    """The key; where it is taken, with the first number behind it that makes it unique: `key#2`."""
    numbered = (f"{key}#{number}" for number in count(2))
    return next(each for each in chain([key], numbered) if each not in taken)


def agreed(text: str) -> Sides:
    """A stretch that is the same in all three versions."""
    return Sides(text, text, text)


def joined(parts: Iterable[Sides]) -> Sides:
    """The pieces of a member joined to one stretch."""
    sides = list(parts)
    return Sides(
        spaced(side.theirs for side in sides),
        spaced(side.base for side in sides),
        spaced(side.now for side in sides),
    )


def spaced(pieces: Iterable[str]) -> str:
    """The pieces joined by spaces; the first piece of a line keeps its indent."""
    whole = ""
    for piece in pieces:
        whole += piece if not whole or whole.endswith("\n") else f" {piece}"
    return whole


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two brackets, or in the body of a class or file."""

    kind: Kind
    opening: str
    closing: str  # of a block: what stands in it where it has no member
    nodes: "tuple[Node, ...]"
    comma: bool = False
    tail: str = ""

    @property
    def shape(self) -> tuple[str, str]:
        return self.kind, self.closing

    def keyed(self) -> "dict[str, Node]":
        return {node.key: node for node in self.nodes}

    def write(self, *, exact: bool = True) -> str:
        members = [node.exact if exact else node.plain for node in self.nodes]
        return self.fill(members, comma=exact and self.comma)

    def fill(self, members: Sequence[str], *, comma: bool) -> str:
        """The source of the group with these members; its layout is left to the formatter."""
        if self.kind == "block":
            return "".join(members or [self.closing]) + self.tail
        if len(members) == 1:
            # Behind a single element, a comma changes the meaning: `(x,)` is a tuple.
            comma = self.kind == "tuple" or (comma and not self.subscript)
        last = len(members) - 1
        placed = [
            member.replace(COMMA, "," if comma or position < last else "")
            for position, member in enumerate(members)
        ]
        return self.opening + " ".join(placed) + self.tail + self.closing

    @property
    def subscript(self) -> bool:
        return self.closing == "]"


@dataclass(frozen=True)
class Node:
    """A statement or an element, with the comments above and behind it."""

    key: str
    lead: str
    given: tuple[str | Group, ...]
    trail: str
    prose: bool = False
    raw: str = ""  # as it was laid out
    # Reads the pieces when they are needed: most statements are the same on all sides.
    read: Callable[[], tuple[str | Group, ...]] | None = None

    @cached_property
    def pieces(self) -> tuple[str | Group, ...]:
        return self.read() if self.read else self.given

    @cached_property
    def text(self) -> str:
        """Its source without the comments around it and without trailing commas, by which versions are compared."""
        return spaced(piece if isinstance(piece, str) else piece.write(exact=False) for piece in self.pieces)

    @cached_property
    def body(self) -> str:
        return self.raw or spaced(piece if isinstance(piece, str) else piece.write() for piece in self.pieces)

    @property
    def plain(self) -> str:
        return self.lead + self.text + self.trail

    @property
    def exact(self) -> str:
        return self.lead + self.body + self.trail
