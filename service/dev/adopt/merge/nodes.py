"""What a Python file is made of, as far as merging is concerned: members that have names, in order."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

# block: statements; named: elements that stand for themselves, such as entries; placed: arguments, by position or
# keyword; tuple: named, in round brackets; alone: one expression in round brackets.
Kind = Literal["block", "named", "placed", "tuple", "alone"]
# Where the comma behind an element goes: before its comment. No Python file holds this character.
COMMA = "\0"


class Sides(NamedTuple):
    """One stretch of a merged file, three times; they differ where both sides changed the same thing."""

    theirs: str
    base: str
    now: str

    @property
    def clash(self) -> bool:
        return not self.theirs == self.base == self.now


def lines_of(source: str) -> list[str]:
    """The lines as Python counts them: `str.splitlines` parts them at form feeds and the like too."""
    return io.StringIO(source).readlines()


def agreed(text: str) -> Sides:
    """Say the same on all sides."""
    return Sides(text, text, text)


def joined(parts: Iterable[Sides]) -> Sides:
    """Put the pieces of a member behind one another, on each side."""
    sides = list(parts)
    return Sides(
        spaced(side.theirs for side in sides),
        spaced(side.base for side in sides),
        spaced(side.now for side in sides),
    )


def spaced(pieces: Iterable[str]) -> str:
    """Put pieces behind one another; a line's first keeps its indent."""
    whole = ""
    for piece in pieces:
        whole += piece if not whole or whole.endswith("\n") else f" {piece}"
    return whole


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two brackets, or in the body of a class or file."""

    kind: Kind
    opening: str
    closing: str  # of a block: what stands where nothing else does
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
        """Write it with these members; the formatter finds the layout."""
        if self.kind == "block":
            return "".join(members or [self.closing]) + self.tail
        if len(members) == 1:
            # One comma more or less makes another thing of one element.
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
    # Most statements are the same on all sides, and need not be taken apart.
    read: Callable[[], tuple[str | Group, ...]] | None = None

    @cached_property
    def pieces(self) -> tuple[str | Group, ...]:
        return self.read() if self.read else self.given

    @cached_property
    def text(self) -> str:
        """What it says, whatever its comments and trailing commas are."""
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
