"""Writes the imports of a rendered module: each name behind `§`, by an alias where the module defines that name."""

import re
from collections.abc import Collection

from service.dev.adopt.layout import API, SLICES, module_of
from service.dev.adopt.render.class_names import RESERVED_CLASSES

CORE = {
    "service.core.http.query": ["ListQuery"],
    "service.core.resources.conditions": ["claim", "everybody", "through"],
    "service.core.resources.controller": ["CrudController", "ReadController", "ResourceController"],
    "service.core.resources.filters": [
        *("any_related", "at_most", "at_or_after", "before", "equals", "holds_all", "is_given", "one_of"),
        *("text_in", "words_in"),
    ],
    "service.core.resources.lists": ["ListReader"],
    "service.core.resources.mapping": ["Mapping"],
    "service.core.resources.nested": ["count_of", "to_many", "to_one", "values_of"],
    "service.core.resources.read_repository": ["ReadRepository"],
    "service.core.resources.repository": ["Repository"],
    "service.core.schema": [
        *("Absent", "After", "Before", "BigInt", "Binary", "Clock", "Date", "Decimal", "Int", "JsonText"),
        *("JsonValue", "KeyText", "Moment", "Oid", "Payload", "Resource", "RowCount", "Search", "SmallInt"),
        *("KeyTimeOfDay", "KeyTimestamp", "Text", "TimeOfDay", "Timestamp", "UuidText"),
    ],
    "msgspec": ["UNSET", "Meta", "UnsetType"],
    "typing": ["Annotated", "Literal"],
    "collections.abc": ["Sequence"],
    "uuid": ["UUID"],
}
HOME = {name: module for module, names in CORE.items() for name in names}
WHOLE = {"dt": "import datetime as dt", "msgspec": "import msgspec"}
MODELS = ("tables", "views")
OF_SLICES = module_of(API)
MARKED = re.compile(r"§§|§(?:\[([\w.]+)\])?(\w+)")


def with_imports(docstring: str, body: str, own: Collection[str]) -> str:
    """The source of a module that defines the names `own`, with its imports.

    In `body`, `§Name` marks a name to import; `§[module]Name` says from which module. A text of the schema's own may say
    `§28` as well: `unmarked` keeps it from being taken for a mark.
    """
    lines: dict[str, None] = {}
    marked = [(module or _home(name), name) for module, name in MARKED.findall(body) if name]
    # A model may have the name of something in core: names of slices stay, and those of core get an alias.
    given = {*own, *(name for home, name in marked if home.startswith(OF_SLICES))}

    def local(found: "re.Match[str]") -> str:
        module, name = found.groups()
        if name is None:
            return "§"
        if name in WHOLE and module is None:
            lines[WHOLE[name]] = None
            return name
        home = module or _home(name)
        if home == "service.models" and name not in MODELS and _is_anothers(name):
            lines["from service.models import tables"] = None
            return f"tables.{name}"
        if name not in given or home == "service.models" or home.startswith(OF_SLICES):
            lines[f"from {home} import {name}"] = None
            return name
        alias = f"CORE_{name}" if name.isupper() else f"Core{name}" if name[0].isupper() else f"core_{name}"
        while alias in given:
            alias += "_"
        lines[f"from {home} import {name} as {alias}"] = None
        return alias

    code = MARKED.sub(local, body)
    return f'"""{docstring}"""\n\n' + "\n".join(lines) + "\n\n" + code


def unmarked(text: str) -> str:
    """A text as it stands in the `body` of a module: no `§` in it is a mark."""
    return text.replace("§", "§§")


def of_slice(folder: str, module: str, name: str) -> str:
    """A name that a module of a slice defines, marked to be imported from there."""
    return f"§[{module_of(SLICES)}.{folder}.{module}]{name}"


def _home(name: str) -> str:
    return HOME.get(name, "service.models")


def _is_anothers(name: str) -> bool:
    """Whether an enum has a name that a column may have, or that core or Python has."""
    return name[0].islower() or name in HOME or name in RESERVED_CLASSES
