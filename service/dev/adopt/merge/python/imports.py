"""Merges imports by the names that they bind: what is used is imported, from where the team imports it."""

import ast
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from service.dev.adopt.merge.python.nodes import COMMA, Group, Node
from service.dev.adopt.merge.python.statements import IMPORT, read_module


@dataclass(frozen=True, slots=True)
class Binding:
    """A name that an import binds."""

    module: str  # empty for `import x`
    name: str
    local: str

    @property
    def element(self) -> str:
        first = self.name.partition(".")[0]
        return self.name if self.local in {self.name, first} else f"{self.name} as {self.local}"

    @property
    def statement(self) -> str:
        return f"from {self.module} import {self.element}" if self.module else f"import {self.element}"


Where = Callable[[Binding], Binding]


def bindings(statements: Iterable[Node], where: Where = lambda binding: binding) -> list[Binding]:
    """The names that imports bind; `where` says from which module each comes by now."""
    found: list[Binding] = []
    for statement in ast.parse("".join(f"{node.body}\n" for node in statements)).body:
        match statement:
            case ast.ImportFrom():
                module = "." * statement.level + (statement.module or "")
                found.extend(
                    where(Binding(module, each.name, each.asname or each.name)) for each in statement.names
                )
            case ast.Import():
                found.extend(
                    Binding("", each.name, each.asname or each.name.partition(".")[0])
                    for each in statement.names
                )
            case _:
                pass
    return found


def is_import(key: str) -> bool:
    return key.startswith(IMPORT)


@dataclass(frozen=True, slots=True)
class Imports:
    """The imports of a file: as written the last time, as written now, and as the team has them."""

    base: list[Binding]
    now: list[Binding]
    theirs: list[Binding]
    unused: frozenset[str]  # what is imported now, and not used there: imported for its own sake

    def merge(self, used: Collection[str], bound: Collection[str]) -> tuple[set[Binding], list[Binding]]:
        """The imports of the team's to remove, and the imports to add."""
        written = {binding.local: binding for binding in self.now}
        gone = {
            binding
            for binding in self.theirs
            if binding in self.base
            and binding not in self.now
            and (binding.local in written or binding.local not in used)
        }
        have = {binding.local for binding in self.theirs if binding not in gone} | set(bound)
        come: dict[str, Binding] = {}
        for binding in (*self.now, *self.base):
            wanted = binding.local in used or (
                binding in self.now and binding not in self.base and binding.local in self.unused
            )
            if wanted and binding.local not in have:
                come.setdefault(binding.local, binding)
        return gone, list(come.values())


def rewrite(node: Node, gone: set[Binding], come: list[Binding]) -> str:
    """The source of an import, without the names in `gone` and with those in `come` that are of its module.

    The latter are removed from `come`.
    """
    if not gone and not come:
        return node.exact
    mine = bindings([node])
    module = mine[0].module
    fitting = [binding for binding in come if module and binding.module == module]
    if not gone.intersection(mine) and not fitting:
        return node.exact
    for binding in fitting:
        come.remove(binding)
    kept = [binding for binding in mine if binding not in gone]
    if not kept and not fitting:
        return node.lead if "#" in node.lead else ""
    group = node.pieces[-1]
    if isinstance(group, str):
        return "".join([node.lead, *(f"{binding.statement}\n" for binding in kept)])
    names = {each.element for each in kept}
    nodes = [each for each in group.nodes if " ".join(each.text.split()) in names]
    added = [Node(each.element, "", (each.element,), COMMA) for each in fitting]
    changed = Group(
        group.kind, group.opening, group.closing, (*nodes, *added), comma=group.comma, tail=group.tail
    )
    return Node(node.key, node.lead, (f"from {module} import", changed), node.trail).exact


def import_nodes(come: Iterable[Binding]) -> list[Node]:
    """The import statements for names that no statement binds yet."""
    source = "".join(f"{binding.statement}\n" for binding in come)
    return list(read_module(source).nodes)
