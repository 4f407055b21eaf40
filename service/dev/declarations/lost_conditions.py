"""Finds conditions on rows that Python's `and` or `or` joins: it keeps one of them, and says nothing of the others."""

import ast
from collections.abc import Collection, Container, Iterator
from pathlib import Path

MODELS = frozenset({"tables", "views"})
"""The modules by whose names slices call their models: `tables.Task.due`."""
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def lost_conditions(folder: Path) -> Iterator[str]:
    """One line for each place below the folder, with what to write instead.

    SQLAlchemy gives `column == value` a truth value, so that `a == b and c` is one of the two conditions: a tenant could read
    another's rows. It refuses that of all other conditions. What a declaration compares, outside of functions, is a column;
    within them it is one of `MODELS`, or what is compared with a claim. A variable or function that holds such a comparison
    is known by its name, in the files that import it too.
    """
    files = {file: ast.parse(file.read_text("utf-8")) for file in sorted(folder.rglob("*.py"))}
    everywhere = {name for tree in files.values() for name in _names(tree, declares=False)}
    for file, tree in files.items():
        names = {*_names(tree, declares=False), *_imported(tree, everywhere)}
        for node in _lost(tree, names, {*names, *_names(tree, declares=True)}):
            word, sign = ("and", "&") if isinstance(node.op, ast.And) else ("or", "|")
            yield (
                f"{file.relative_to(folder.parents[1])}:{node.lineno}: `{word}` keeps one of these conditions and drops the "
                f"others: join them by `{sign}`, each in parentheses."
            )


def _lost(node: ast.AST, names: Collection[str], declared: Collection[str] | None) -> Iterator[ast.BoolOp]:
    """`declared` are the names that hold conditions in declarations; None within functions, where `names` alone do."""
    if isinstance(node, ast.BoolOp) and any(
        _is_condition(each, names if declared is None else declared, declares=declared is not None)
        for each in node.values
    ):
        yield node
    if isinstance(node, FUNCTIONS):
        names, declared = {*names, *_names(node, declares=False)}, None
    for child in ast.iter_child_nodes(node):
        yield from _lost(child, names, declared)


def _is_condition(node: ast.expr | None, names: Container[str], *, declares: bool) -> bool:
    match node:
        case ast.Compare():
            return declares or _compares_column(node)
        case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)):
            return name in names
        case _:
            return False


def _names(node: ast.AST, *, declares: bool) -> Iterator[str]:
    """The names of variables that hold a comparison, and of functions that return one.

    Where it `declares`, all variables, whatever they compare; else what compares columns or claims. Variables of functions
    inside of the node are known in these alone.
    """
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            if not declares and isinstance(child, ast.FunctionDef) and _returns_condition(child):
                yield child.name
            continue
        if isinstance(child, ast.Assign | ast.AnnAssign) and _is_condition(
            child.value, (), declares=declares
        ):
            targets = child.targets if isinstance(child, ast.Assign) else [child.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        yield from _names(child, declares=declares)


def _returns_condition(function: ast.FunctionDef) -> bool:
    returned = (each.value for each in ast.walk(function) if isinstance(each, ast.Return))
    return any(_is_condition(each, (), declares=False) for each in returned)


def _imported(tree: ast.Module, names: Container[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (each.asname or each.name for each in node.names if each.name in names)


def _compares_column(node: ast.Compare) -> bool:
    """Whether a column of one of `MODELS` is compared, or anything with a claim."""
    for each in (node.left, *node.comparators):
        match each:
            case ast.Call(func=ast.Name(id="claim")):
                return True
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id=module))) if module in MODELS:
                return True
            case _:
                pass
    return False
