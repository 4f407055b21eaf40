"""Finds conditions on rows that Python's `and` or `or` joins: it keeps one of them, and says nothing of the others."""

import ast
from collections.abc import Iterator
from pathlib import Path

MODELS = frozenset({"tables", "views"})
"""The modules by whose names slices call their models: `tables.Task.due`."""


def lost_conditions(folder: Path) -> Iterator[str]:
    """One line for each place below the folder, with what to write instead.

    SQLAlchemy gives `column == value` a truth value, so that `a == b and c` is one of the two conditions: a tenant could read
    another's rows. What a declaration compares, outside of functions, is a column; within them it is one of `MODELS`.
    """
    for file in sorted(folder.rglob("*.py")):
        for node in _lost(ast.parse(file.read_text("utf-8")), declares=True):
            word, sign = ("and", "&") if isinstance(node.op, ast.And) else ("or", "|")
            yield (
                f"{file.relative_to(folder.parents[1])}:{node.lineno}: `{word}` keeps one of these conditions and drops the "
                f"others: join them by `{sign}`, each in parentheses."
            )


def _lost(node: ast.AST, *, declares: bool) -> Iterator[ast.BoolOp]:
    if isinstance(node, ast.BoolOp) and any(
        isinstance(each, ast.Compare) and (declares or _compares_column(each)) for each in node.values
    ):
        yield node
    within = declares and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for child in ast.iter_child_nodes(node):
        yield from _lost(child, declares=within)


def _compares_column(node: ast.Compare) -> bool:
    columns = [each.value for each in (node.left, *node.comparators) if isinstance(each, ast.Attribute)]
    modules = [each.value for each in columns if isinstance(each, ast.Attribute)]
    return any(isinstance(each, ast.Name) and each.id in MODELS for each in modules)
