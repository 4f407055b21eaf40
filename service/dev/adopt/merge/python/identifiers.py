"""Renames identifiers in code, and leaves words in strings and comments alone."""

import ast
import io
import keyword
import re
import tokenize
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

from service.dev.adopt.merge.checkout import CLASS
from service.dev.adopt.merge.python.nodes import Group, Node, lines_of
from service.dev.adopt.merge.python.statements import read_module
from service.dev.adopt.render.imports import MODELS
from service.prisma.names import spaced

NEAR = 0.6  # from this share of common members on, a class counts as another one renamed
OF_MODELS = {f"{module}." for module in MODELS}
CONTROLLER = re.compile(r"^class (\w+)Controller\(", re.MULTILINE)

NewName = Callable[[str], str]
"""Gives a name its new one, or returns it as it is."""


def rename(source: str, new_name: NewName, of_models: Mapping[str, str] | None = None) -> str:
    """The source with every name replaced by `new_name`; unchanged where it is no Python.

    `of_models` are the new names of attributes of `tables` and `views`, which have the names of the schema's models.
    """
    lines = lines_of(source)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return source
    for at, token in reversed(list(enumerate(tokens))):
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
            is_model = "".join(each.string for each in tokens[max(at - 2, 0) : at]) in OF_MODELS
            name = (
                of_models.get(token.string, token.string)
                if of_models and is_model
                else new_name(token.string)
            )
            row, column = token.start
            line = lines[row - 1]
            lines[row - 1] = line[:column] + name + line[column + len(token.string) :]
    return "".join(lines)


def names_in(source: str) -> set[str]:
    """The names in code, without words in strings: `Media` in "Media items" need not be the model."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME}


def prefix_of(model: str, sources: Iterable[str]) -> str:
    """What the names of a slice's classes begin with: `Users`, where the model is called `users`."""
    return next((found[1] for source in sources if (found := CONTROLLER.search(source))), model)


def model_renamer(
    models: tuple[str, str], prefixes: tuple[str, str], folders: tuple[str, str], known: set[str]
) -> NewName:
    """A function that gives a renamed model's classes and variables their new names.

    It leaves alone what is `known`: names that the code for the renamed model has as well.
    """
    old, new = prefixes
    words = {
        spaced(models[0]).lower(): spaced(models[1]).lower(),
        PurePosixPath(folders[0]).name: PurePosixPath(folders[1]).name,
    }
    classes = re.compile(rf"^{re.escape(old)}(?=[A-Z]|$)")
    snakes = re.compile(rf"(?<![a-zA-Z])({'|'.join(sorted(words, key=len, reverse=True))})(?![a-zA-Z])")

    def new_name(name: str) -> str:
        if name in known:
            return name
        return snakes.sub(lambda found: words[found[0]], classes.sub(new, name))

    return new_name


def renamed_classes(base: str, theirs: str, elsewhere: set[str]) -> dict[str, str]:
    """The new names of classes that the team renamed; `elsewhere` are classes that it only moved."""
    if not set(CLASS.findall(base)) - set(CLASS.findall(theirs)) - elsewhere:
        return {}
    before, there = _classes(base), _classes(theirs)
    free = {name: node for name, node in there.items() if name not in before}
    found: dict[str, str] = {}
    for name, node in before.items():
        if name in there or name in elsewhere:
            continue
        scores = {other: _likeness(node, name, each, other) for other, each in free.items()}
        best = max(scores, key=lambda other: scores[other], default=None)
        if best is not None and scores[best] >= NEAR:
            found[name] = best
            del free[best]
    return found


def replaced(source: str, names: Mapping[str, str]) -> str:
    return rename(source, lambda name: names.get(name, name)) if names else source


def rename_imported(source: str, modules: Mapping[str, tuple[str, NewName]]) -> str:
    """The source with the new names of these modules, and of what it imports from them; unchanged where it is no Python."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return source
    names: dict[str, str] = {}
    for statement in statements:
        match statement:
            case ast.ImportFrom(module=str(before)) if before in modules:
                module, new_name = modules[before]
                names |= {each.name: new_name(each.name) for each in statement.names}
                line = rf"^from {re.escape(before)} import\b"
                source = re.sub(line, f"from {module} import", source, flags=re.MULTILINE)
            case _:
                pass
    return replaced(source, names)


def _classes(source: str) -> dict[str, Node]:
    try:
        nodes = read_module(source).nodes
    except SyntaxError:
        return {}
    return {node.key: node for node in nodes if _members(node)}


def _members(node: Node) -> tuple[Node, ...]:
    last = node.pieces[-1] if node.pieces else ""
    return last.nodes if isinstance(last, Group) and last.kind == "block" else ()


def _likeness(one: Node, name: str, other: Node, other_name: str) -> float:
    mine = {node.text.replace(name, "") for node in _members(one)}
    their = {node.text.replace(other_name, "") for node in _members(other)}
    return len(mine & their) / max(len(mine | their), 1)
