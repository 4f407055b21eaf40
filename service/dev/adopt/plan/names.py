"""The names of a resource: its path, its folder, and class names that nothing else has."""

import builtins
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from keyword import iskeyword, kwlist

import msgspec

from service.core.indefinite_article import with_article
from service.dev.adopt.plan.plurals import plural
from service.dev.generator.names import OF_CLIENTS, WORD_START
from service.prisma.names import folded

RESERVED_PATHS = frozenset({"docs", "openapi.json", "private", "utils"})
"""Paths that the API has for other things than resources."""
RESERVED_CLASSES = frozenset({*kwlist, *dir(builtins)})
"""The names of Python's keywords and builtins: `None`, `Warning`."""
ENVELOPES = (
    "List",
    "Batch",
    "BatchCreate",
    "BatchUpdate",
    "BatchDelete",
    "BatchWrite",
    "BatchResult",
    "BatchAnswer",
)
"""Suffixes by which the API document names the schemas that it derives from a DTO."""

ACRONYMS = re.compile(r"[A-Z]{2,}s(?![a-z])|(?:(?<![A-Za-z])o|O)Auth(?![a-z])|(?:IoT|SaaS)(?![a-z])")
"""Words with capitals inside, which begin no word of their own: `FAQs`, `OAuth`, `IoT`."""


def words_of(name: str) -> list[str]:
    """The words of a name in lower case: `InvoiceLine` and `invoice_line` have two, `FAQs` and `OAuth` one."""
    name = ACRONYMS.sub(lambda found: found[0].capitalize(), name)
    return [word.lower() for part in re.split(r"[\W_]+", name) for word in WORD_START.split(part) if word]


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


@dataclass(frozen=True)
class SliceNames:
    """The classes of one slice."""

    dto: str
    item: str
    query: str
    create: str
    replace: str
    update: str
    repository: str
    controller: str
    related: Mapping[str, str]
    """The name of the class that shows the rows of each relation, by the relation's attribute."""

    @property
    def all(self) -> set[str]:
        given = (self.dto, self.item, self.query, self.create, self.replace, self.update)
        return {*given, self.repository, self.controller, *self.related.values()}


class ClassNames:
    """Gives out class names, each of which names a schema of the API document, too."""

    def __init__(self, reserved: Collection[str]) -> None:
        self._taken = {each for name in reserved for each in _with_envelopes(name)}
        """In lower case: names that differ in case alone are one name to client generators, and one file on a Mac."""

    def give(self, *names: str) -> str:
        """The first of the names that is free, else one like the last."""
        name = next(filter(self._is_free, names), names[-1])
        while not self._is_free(name):
            name += "x" if name[-1].isdigit() else "2"
        self._taken |= _with_envelopes(name)
        return name

    def _is_free(self, name: str) -> bool:
        is_reserved = name in RESERVED_CLASSES or name in OF_CLIENTS
        return not is_reserved and self._taken.isdisjoint(_with_envelopes(name))


def _with_envelopes(name: str) -> set[str]:
    return {folded(each) for each in (name, *(f"{name}{ending}" for ending in ENVELOPES))}


def one_of(name: str) -> str:
    """The words for a row: "an invoice line" of `InvoiceLine`, "one of the user settings" of `UserSettings`."""
    return with_article(in_words(name), _many_of(name))


def new_one_of(name: str) -> str:
    """The same for a new row: "a new invoice line", "a new one of the user settings"."""
    words = in_words(name)
    return f"a new one of the {words}" if words == _many_of(name) else f"a new {words}"


def _many_of(name: str) -> str:
    return plural(words_of(name)).replace("-", " ")


def wire_of(name: str) -> str:
    """What msgspec calls a field on the wire under `rename="camel"`."""
    return msgspec.defstruct("_", [name], rename="camel").__struct_encode_fields__[0]


def in_words(name: str) -> str:
    return " ".join(words_of(name))


def free(name: str, taken: Mapping[str, object] | Collection[str], ending: str) -> str:
    """The name, with the ending behind it as many times as it takes to be free."""
    return free(f"{name}{ending}", taken, ending) if name in taken else name
