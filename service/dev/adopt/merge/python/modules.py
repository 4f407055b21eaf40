"""Merges whole Python files."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from service.dev.adopt.merge.python.imports import Imports, Where, bindings, import_nodes, is_import, rewrite
from service.dev.adopt.merge.python.nodes import Group, Node, Sides, agreed
from service.dev.adopt.merge.python.statements import read_module
from service.dev.adopt.merge.python.three_way import Merged, Merger


@dataclass(frozen=True, slots=True)
class Module:
    """A file's statements, with the imports apart from the others."""

    imports: tuple[Node, ...]
    block: Group
    everything: tuple[Node, ...]

    @classmethod
    def read(cls, source: str) -> "Module":
        """Read a file's source. Raises `SyntaxError`."""
        block = read_module(source)
        imports = tuple(node for node in block.nodes if is_import(node.key))
        rest = tuple(node for node in block.nodes if not is_import(node.key))
        return cls(imports, Group("block", "", "", rest, tail=block.tail), block.nodes)


def merge_sources(base: str, now: str, theirs: str, where: Where) -> tuple[Sides, list[str]]:
    """Merge three versions of a file. Raises `SyntaxError` where one is no Python.

    Also returns the names of what the team took out and is written differently now: it stays out.
    """
    old, new, their = Module.read(base), Module.read(now), Module.read(theirs)
    merger = Merger([])
    merger.kept.update(_kept(merger, old, new, their))
    merged = merger.members(
        old.block, new.block, Group("block", "", "", their.everything, tail=their.block.tail)
    )
    used = _bring_back(merged, {node.key for node in their.block.nodes})
    imports = Imports(
        bindings(old.imports, where),
        bindings(new.imports, where),
        bindings(their.imports),
        frozenset(_imported(new) - _used_in(now)),
    )
    _merge_imports(merged, imports, used, their)
    _move_up(merged)
    tail = new.block.tail if their.block.tail == old.block.tail else their.block.tail
    return Sides(*("".join(part[side] for part in merged.parts.values()) + tail for side in range(3))), (
        merger.left_out
    )


def _kept(merger: Merger, old: Module, new: Module, their: Module) -> Iterator[str]:
    """The statements that are no longer written, and stay because of entries that the team put in."""
    written, there = new.block.keyed(), their.block.keyed()
    for key, node in old.block.keyed().items():
        if key in there and key not in written:
            part = merger.no_longer(node, there[key])
            if part and not part.clash:
                yield key


def _bring_back(merged: Merged, there: set[str]) -> set[str]:
    """Bring back statements that went or were taken out, where others still use them; returns all used names."""
    while True:
        used = _used(part for key, part in merged.parts.items() if not is_import(key))
        missing = (merged.dropped | merged.absent).items() - merged.parts.items()
        needed = {key: node for key, node in missing if key in used and key not in merged.parts}
        if not needed:
            return used
        for key, node in needed.items():
            _put(merged, key, agreed(node.exact))
            if key not in there:
                merged.added[key] = node


def _put(merged: Merged, key: str, part: Sides, *, latest: int | None = None) -> None:
    """Put a statement before the first one that uses it, or at `latest`, which is the end unless given."""
    parts = [(each, there) for each, there in merged.parts.items() if each != key]
    latest = len(parts) if latest is None else latest
    at = next((place for place, (_, each) in enumerate(parts[:latest]) if _uses(each, key)), latest)
    merged.parts = dict([*parts[:at], (key, part), *parts[at:]])


def _move_up(merged: Merged) -> None:
    """Put each new statement before the first one that uses it, wherever the team has moved that one."""
    for key in merged.added:
        if key in merged.parts and key != '"""':
            _put(merged, key, merged.parts[key], latest=list(merged.parts).index(key))


def _merge_imports(merged: Merged, imports: Imports, used: set[str], their: Module) -> None:
    bound = {node.key for node in their.block.nodes} | set(merged.parts)
    for node in their.block.nodes:
        bound |= _bound_within(node.exact)
    gone, come = imports.merge(used, bound)
    last = ""
    for node in their.imports:
        last = node.key
        merged.parts[node.key] = agreed(rewrite(node, gone, come))
    behind = list(merged.parts.items())
    at = next((place + 1 for place, (key, _) in enumerate(behind) if key == last), None)
    if at is None:
        at = next((place + 1 for place, (key, _) in enumerate(behind) if key == '"""'), 0)
    fresh = [(node.key, agreed(node.exact)) for node in import_nodes(come)]
    merged.parts = dict([*behind[:at], *fresh, *behind[at:]])


def _imported(module: Module) -> set[str]:
    return {binding.local for binding in bindings(module.imports)}


def _bound_within(source: str) -> set[str]:
    """The names that a block, such as `if TYPE_CHECKING:`, imports."""
    if "import " not in source:
        return set()
    return {
        (each.asname or each.name).partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for each in node.names
    }


def _used(parts: Iterable[Sides]) -> set[str]:
    parts = list(parts)
    theirs, now = "".join(part.theirs for part in parts), "".join(part.now for part in parts)
    return _used_in(theirs) if theirs == now else _used_in(theirs) | _used_in(now)


def _uses(part: Sides, key: str) -> bool:
    return key in part.theirs + part.now and key in _used([part])


def _used_in(source: str) -> set[str]:
    """All names that code uses, also in quoted annotations and `__all__`."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            names.add(node.value)
    return names
