"""Many documents in one module of types, as a compiler that starts for each would take hours."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from service.dev.contract.parts import Node
from tests.dev.contract.edits import copied
from tests.dev.contract.mutations import Mutation
from tests.dev.contract.sites import Pointer, entries, node_at, operations
from tests.dev.contract.slices import cut
from tests.example.clients.contract.programs import program

COMPONENT = re.compile(r'("#/components/\w+/)')
PATHS = 150
"""How many paths one module has: a larger one takes long to bundle, and small ones need many."""


class Module:
    """One document of many."""

    def __init__(self) -> None:
        self.document: Node = {
            "openapi": "3.1.0",
            "info": {"title": "Mutants", "version": "1"},
            "paths": {},
            "components": {},
        }

    def add(self, document: Node, prefix: str) -> None:
        """A document, each name of which gets a prefix."""
        named: Node = json.loads(COMPONENT.sub(rf"\g<1>{prefix}", json.dumps(document)))
        for _, operation in operations(named):
            operation["operationId"] = f"{prefix}{operation['operationId']}"
        paths = node_at(self.document, ("paths",))
        paths.update({f"/{prefix}{path}": item for path, item in entries(named, "paths")})
        components = node_at(self.document, ("components",))
        for kind, held in entries(named, "components"):
            if kind != "securitySchemes":
                components.setdefault(str(kind), {})
                target = node_at(components, (kind,))
                target.update({f"{prefix}{name}": component for name, component in held.items()})

    def is_full(self) -> bool:
        return len(node_at(self.document, ("paths",))) > PATHS


def write_modules(document: Node, mutations: Iterable[Mutation], folder: Path) -> None:
    """Documents of many mutants each, and a program for each mutant: m7.ts for the seventh, and a control."""
    folder.mkdir(parents=True)
    by_focus: dict[Pointer, list[tuple[int, Mutation]]] = defaultdict(list)
    for number, mutation in enumerate(mutations):
        by_focus[mutation.focus].append((number, mutation))
    modules = [Module()]
    for control, (focus, mutants) in enumerate(by_focus.items()):
        if modules[-1].is_full():
            modules.append(Module())
        types = f"./types{len(modules) - 1}.js"
        part = cut(document, focus)
        old = f"control{control}_"
        modules[-1].add(part, old)
        (folder / f"control{control}.ts").write_text(program(part, old, old, types))
        for number, mutation in mutants:
            modules[-1].add(mutation.applied(copied(part)), f"m{number}_")
            (folder / f"m{number}.ts").write_text(program(part, old, f"m{number}_", types))
    for number, module in enumerate(modules):
        (folder / f"types{number}.json").write_text(json.dumps(module.document))
