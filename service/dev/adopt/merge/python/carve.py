"""Takes classes and the imports that they need out of a source, to merge a class where the team moved it."""

import ast
from collections.abc import Collection

from service.dev.adopt.merge.python.imports import bindings, is_import
from service.dev.adopt.merge.python.nodes import Group
from service.dev.adopt.merge.python.statements import read_module


def carve(source: str, names: Collection[str]) -> tuple[str, str]:
    """Split a source into what stays, and these classes with the imports that they use."""
    block = read_module(source)
    stays = [node for node in block.nodes if node.key not in names]
    goes = [node for node in block.nodes if node.key in names]
    carved = "".join(node.exact for node in goes)
    used = {node.id for node in ast.walk(ast.parse(carved)) if isinstance(node, ast.Name)}
    imports = bindings(node for node in block.nodes if is_import(node.key))
    lines = [f"{binding.statement}\n" for binding in imports if binding.local in used]
    rest = Group("block", "", "", tuple(stays), tail=block.tail).write()
    return rest, "".join(lines) + carved


def append(source: str, carved: str) -> str:
    """A source with classes behind it that were carved out of another."""
    return f"{source.rstrip()}\n{carved}" if source.strip() else carved


def classes_of(source: str) -> list[str]:
    """The names of a source's classes; none where it is no Python."""
    try:
        return [node.name for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    except SyntaxError:
        return []
