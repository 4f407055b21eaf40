"""Merges members by their names: what one side changed is taken, and what both sides changed is a clash."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from service.dev.adopt.merge.python.annotated import annotated_alike
from service.dev.adopt.merge.python.nodes import Group, Kind, Node, Sides, agreed, joined, spaced


@dataclass(slots=True)
class Merged:
    """The members of a block after the merge, and what stayed away."""

    parts: dict[str, Sides]
    added: dict[str, Node] = field(default_factory=dict[str, Node])  # written now for the first time
    dropped: dict[str, Node] = field(default_factory=dict[str, Node])  # no longer written, and unedited
    absent: dict[str, Node] = field(default_factory=dict[str, Node])  # taken out by the team


@dataclass(frozen=True, slots=True)
class Merger:
    """Merges the members of one file."""

    left_out: list[str]  # members that the team took out, and that are written differently now
    kept: set[str] = field(
        default_factory=set[str]
    )  # members that are no longer written, but hold entries of the team's
    within: list[str] = field(default_factory=list[str])

    def node(self, base: Node | None, now: Node, theirs: Node) -> Sides:
        """Merge a member that both sides have."""
        known = base or Node(now.key, "", (), "")
        if self._unnames(known, now):
            now = _worded(known, now)
        lead = _prose(known.lead, now.lead, theirs.lead)
        trail = _prose(known.trail, now.trail, theirs.trail)
        self.within.append(now.key)
        body = self._body(base, now, theirs)
        self.within.pop()
        return Sides(*(f"{lead}{text}{trail}" if text else "" for text in body))

    def _body(self, base: Node | None, now: Node, theirs: Node) -> Sides:
        if base is not None and base.body in {now.body, theirs.body} and not self._unnames(base, now):
            return agreed(theirs.body if base.body == now.body else now.body)
        if theirs.prose or theirs.body == now.body:
            # Where both sides reworded a docstring, the team's stays.
            changed = base is not None and base.text != theirs.text
            return agreed(theirs.body if changed or base is None else now.body)
        if base is not None and (dressed := annotated_alike(base, now, theirs)):
            base, now = dressed
        if base is not None and _alike(base, now, theirs):
            pairs = zip(base.pieces, now.pieces, theirs.pieces, strict=True)
            return joined(self._piece(*pair) for pair in pairs)
        if base is None and _alike(now, now, theirs) and _heads(now) == _heads(theirs):
            united = _united(now)
            return joined(
                self._piece(_emptied(mine, united), mine, their) for mine, their in _zip(now, theirs)
            )
        if base is not None and base.text == now.text:
            return agreed(theirs.body)
        if now.text == theirs.text:
            return agreed(theirs.body)
        if base is not None and base.text == theirs.text:
            return agreed(now.body)
        return Sides(theirs.body, base.body if base else "", now.body)

    def _unnames(self, base: Node, now: Node) -> bool:
        """Whether what is written now no longer names a member that stays (one of `kept`)."""
        return bool(self.kept and self.kept & _names_in(base) - _names_in(now))

    def _piece(self, base: str | Group, now: str | Group, theirs: str | Group) -> Sides:
        if isinstance(base, Group) and isinstance(now, Group) and isinstance(theirs, Group):
            return self._group(base, now, theirs)
        return _scalar(str(base), str(now), str(theirs))

    def _group(self, base: Group, now: Group, theirs: Group) -> Sides:
        shell = Group(
            theirs.kind,
            _prose(base.opening, now.opening, theirs.opening),
            theirs.closing,
            (),
            tail=_prose(base.tail, now.tail, theirs.tail),
        )
        singles = {len(group.nodes) for group in (base, now, theirs)}
        if singles == {1} and theirs.kind != "block":
            parts = [self.node(base.nodes[0], now.nodes[0], theirs.nodes[0])]
        else:
            parts = list(self.members(base, now, theirs).parts.values())
        comma = theirs.comma if theirs.comma != base.comma else now.comma
        return Sides(
            *(shell.fill([part[side] for part in parts if part[side]], comma=comma) for side in range(3))
        )

    def members(self, base: Group, now: Group, theirs: Group) -> Merged:
        """Merge the members of a bracket or of a body, name by name."""
        before, written, there = base.keyed(), now.keyed(), theirs.keyed()
        merged = Merged({})
        for key in _order(list(before), list(written), list(there), placed=theirs.kind == "placed"):
            old, new, their = before.get(key), written.get(key), there.get(key)
            if their and new:
                merged.parts[key] = self.node(old, new, their)
            elif their and not old:
                merged.parts[key] = agreed(their.exact)
            elif their and old:
                part = self.no_longer(old, their)
                if part is None:
                    merged.dropped[key] = their
                else:
                    merged.parts[key] = part
            elif new and not old:
                merged.parts[key] = agreed(new.exact)
                merged.added[key] = new
            elif gone := new or old:
                self._stays_out(key, old, new)
                merged.absent[key] = gone
        return merged

    def no_longer(self, old: Node, their: Node) -> Sides | None:
        """Merge a member that is no longer written; None, if nothing of it stays.

        It stays if it holds entries of the team's own, or names a member that stays because of such entries (`kept`).
        """
        if old.text == their.text and _comments(old) == _comments(their):
            return agreed(their.exact) if self.kept & _names_in(their) else None
        clash = Sides(their.exact, old.exact, "")
        if not _alike(old, their) or _comments(old) != _comments(their):
            return clash
        pieces: list[str] = []
        own: list[Sides] = []
        for was, there in zip(old.pieces, their.pieces, strict=True):
            if isinstance(was, Group) and isinstance(there, Group) and was.kind == "named":
                parts = self.members(was, Group(was.kind, was.opening, was.closing, ()), there).parts.values()
                own += parts
                pieces.append(there.fill([part.theirs for part in parts], comma=there.comma))
            elif isinstance(there, str) and was == there:
                pieces.append(there)
            else:
                return clash
        if any(part.clash for part in own):
            return clash
        return agreed(f"{their.lead}{spaced(pieces)}{their.trail}") if own else None

    def _stays_out(self, key: str, old: Node | None, new: Node | None) -> None:
        if old and new and old.text != new.text:
            # The position of an argument would say nothing to a reader.
            names = [name.rstrip("=(") for name in (*self.within, key) if not name.isdigit()]
            self.left_out.append(".".join(names))


def _insert(keys: Iterable[str], others: Sequence[str], *, between: Collection[str] = ()) -> list[str]:
    """The keys, with each of `others` that they lack put behind the one that it follows there.

    Those of `between` that stand behind that one stay next to it.
    """
    result = list(keys)
    for position, key in enumerate(others):
        if key in result:
            continue
        at = 1 + next((result.index(each) for each in reversed(others[:position]) if each in result), -1)
        while 0 < at < len(result) and result[at] in between:
            at += 1
        result.insert(at, key)
    return result


def _order(base: list[str], now: list[str], theirs: list[str], *, placed: bool) -> list[str]:
    """The order of the merged members: the team's, or that of what is written now where the team left it alone.

    Where both sides add members at the same place, the team's come last, as methods do that it wrote behind the fields.
    """
    shared = set(base) & set(theirs)
    untouched = [key for key in base if key in shared] == [key for key in theirs if key in shared]
    written = _insert(now, theirs, between=set(now) - set(theirs)) if untouched else _insert(theirs, now)
    order = _insert(written, base)
    # Arguments by position come first, and in their order.
    return sorted(order, key=lambda key: int(key) if key.isdigit() else len(order)) if placed else order


def _scalar(base: str, now: str, theirs: str) -> Sides:
    if base == now:
        return agreed(theirs)
    if theirs in {base, now}:
        return agreed(now)
    return Sides(theirs, base, now)


def _prose(base: str, now: str, theirs: str) -> str:
    """Merge comments: where both sides reworded them, the team's stay."""
    return now if theirs == base else theirs


def _names_in(node: Node) -> set[str]:
    return set(re.findall(r"\w+", node.text))


def _worded(base: Node, now: Node) -> Node:
    """`now` with the words that `base` has outside of brackets: only what stands between the brackets differs."""
    groups = [piece for piece in now.pieces if isinstance(piece, Group)]
    if [each.shape for each in groups] != [each.shape for each in base.pieces if isinstance(each, Group)]:
        return now
    between = iter(groups)
    pieces = (piece if isinstance(piece, str) else next(between) for piece in base.pieces)
    return Node(now.key, now.lead, tuple(pieces), now.trail, prose=now.prose)


def _comments(node: Node) -> str:
    return "".join((node.lead + node.trail).split())


def _alike(*nodes: Node) -> bool:
    """Whether the nodes consist of words and of the same kinds of brackets, in the same order."""
    shapes = {tuple("" if isinstance(piece, str) else piece.shape for piece in node.pieces) for node in nodes}
    return len(shapes) == 1


def _united(node: Node) -> Kind:
    """The kind of brackets to which both sides may have written members on their own: the body, else a tuple."""
    last = node.pieces[-1] if node.pieces else ""
    return "block" if isinstance(last, Group) and last.kind == "block" else "tuple"


def _heads(node: Node) -> tuple[str, ...]:
    """What stands outside of the brackets of `_united`, which must be the same on both sides."""
    kind = _united(node)
    return tuple(
        piece if isinstance(piece, str) else piece.write(exact=False)
        for piece in node.pieces
        if isinstance(piece, str) or piece.kind != kind
    )


def _zip(now: Node, theirs: Node) -> Iterable[tuple[str | Group, str | Group]]:
    return zip(now.pieces, theirs.pieces, strict=True)


def _emptied(piece: str | Group, kind: Kind) -> str | Group:
    """A piece as the base of what both sides wrote on their own: without members, so that those of both sides stay."""
    if isinstance(piece, str) or piece.kind != kind:
        return piece
    return Group(kind, piece.opening, piece.closing, ())
