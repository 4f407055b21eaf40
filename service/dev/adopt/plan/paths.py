"""The paths of resources, and the folders of their slices."""

from collections.abc import Iterable, Mapping
from keyword import iskeyword

from service.dev.adopt.plan.names import words_of
from service.dev.adopt.plan.plurals import plural

RESERVED_PATHS = frozenset({"docs", "openapi.json", "private", "utils"})
"""Paths that the API has for other things than resources."""


def paths(models: Iterable[str], kept: Mapping[str, str] | None = None) -> dict[str, str]:
    """The path of each model, without its slash: the plural in kebab case, and `-list` behind it where that is taken.

    Where two models have the same plural, the one whose name is that plural gives way. `kept` are paths that models
    have already, which stay because callers know them.
    """
    wished = {name: plural(words_of(name)) for name in models}
    found = {name: path for name, path in (kept or {}).items() if name in wished}
    taken = {*RESERVED_PATHS, *found.values()}
    for name in sorted(
        wished.keys() - found.keys(), key=lambda each: (wished[each] == "-".join(words_of(each)), each)
    ):
        path = wished[name]
        while path in taken:
            path += "-list"
        taken.add(path)
        found[name] = path
    return {name: found[name] for name in wished}


def folder(path: str) -> str:
    """The name of the slice's folder for a path: a valid name of a Python package."""
    name = path.replace("-", "_")
    name = f"_{name}" if name[0].isdigit() else name
    return f"{name}_" if iskeyword(name) else name


def path_of(folder: str) -> str:
    """The path that a slice's folder was made for."""
    return folder.strip("_").replace("_", "-")
