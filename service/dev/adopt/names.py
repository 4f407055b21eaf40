"""Names that a resource needs beside its model's: a path, a folder, and classes that nothing else is called."""

import builtins
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from keyword import iskeyword, kwlist

import inflect
import msgspec

from service.core.articles import with_article
from service.dev.generator.names import OF_CLIENTS, WORD_START
from service.prisma.names import folded

UNCOUNTABLE = frozenset(
    [
        "advice",
        "audio",
        "baggage",
        "cash",
        "chaos",
        "content",
        "css",
        "data",
        "equipment",
        "evidence",
        "feedback",
        "firmware",
        "furniture",
        "hardware",
        "health",
        "history",
        "homework",
        "information",
        "inventory",
        "knowledge",
        "luggage",
        "mail",
        "malware",
        "media",
        "merchandise",
        "metadata",
        "middleware",
        "money",
        "music",
        "news",
        "patience",
        "progress",
        "research",
        "rss",
        "software",
        "staff",
        "traffic",
        "weather",
    ]
)
ONE = frozenset({"agenda", "alias", "atlas", "bias", "canvas", "gas", "lens", "opera"})
"""What inflect takes for the plural of something."""
IN_OES = frozenset(
    [
        "buffalo",
        "cargo",
        "domino",
        "echo",
        "embargo",
        "hero",
        "mango",
        "mosquito",
        "motto",
        "potato",
        "tomato",
        "tornado",
        "torpedo",
        "veto",
        "volcano",
    ]
)
"""The few whose plural is in -oes: inflect has `todoes`, `promoes` and `comboes` as well."""
MANY = {
    "blitz": "blitzes",
    "epoch": "epochs",
    "german": "germans",
    "loch": "lochs",
    "matriarch": "matriarchs",
    "monarch": "monarchs",
    "patriarch": "patriarchs",
    "persona": "personas",
    "roman": "romans",
    "tech": "techs",
    "waltz": "waltzes",
}
"""Where inflect is wrong."""
RESERVED_PATHS = frozenset({"docs", "openapi.json", "private", "utils"})
"""What the API has besides resources."""
RESERVED_CLASSES = frozenset({*kwlist, *dir(builtins)})
"""What Python calls its own: `None`, `Warning`."""
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
"""With what the API document ends the names of what is made of a DTO."""

ACRONYMS = re.compile(r"[A-Z]{2,}s(?![a-z])|(?:(?<![A-Za-z])o|O)Auth(?![a-z])|(?:IoT|SaaS)(?![a-z])")
"""Of capitals that begin no word."""

_inflect = inflect.engine()


def words_of(name: str) -> list[str]:
    """`InvoiceLine`, `invoice_line`: invoice and line; `FAQs` is one, and so is `OAuth`."""
    name = ACRONYMS.sub(lambda found: found[0].capitalize(), name)
    return [word.lower() for part in re.split(r"[\W_]+", name) for word in WORD_START.split(part) if word]


def paths(models: Iterable[str], kept: Mapping[str, str] | None = None) -> dict[str, str]:
    """The path of each model without its slash: the plural in kebab case, and another where two meet.

    A model whose name is the plural itself gives way. `kept` are those that models have already: callers know them.
    """
    wished = {name: _plural(words_of(name)) for name in models}
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
    """The slice's folder, which is a Python package."""
    name = path.replace("-", "_")
    name = f"_{name}" if name[0].isdigit() else name
    return f"{name}_" if iskeyword(name) else name


def path_of(folder: str) -> str:
    """The path that a slice's folder was made for."""
    return folder.strip("_").replace("_", "-")


def _plural(words: list[str]) -> str:
    *before, last = words or ["row"]
    # Of `campus` and `access` inflect makes `campu` and `acces`.
    is_plural = last in UNCOUNTABLE or (
        last not in ONE and not last.endswith(("us", "ss", "is")) and bool(_inflect.singular_noun(last))  # pyright: ignore[reportArgumentType]  # inflect's own type of a word
    )
    return "-".join([*before, last if is_plural or not last.isalpha() else _many(last)])


def _many(noun: str) -> str:
    if noun.endswith("o") and noun not in IN_OES:
        return f"{noun}s"
    return MANY.get(noun) or _inflect.plural_noun(noun)  # pyright: ignore[reportArgumentType]  # inflect's own type of a word


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
    """What the rows of each relation are shown as, by the attribute of the model."""

    @property
    def all(self) -> set[str]:
        given = (self.dto, self.item, self.query, self.create, self.replace, self.update)
        return {*given, self.repository, self.controller, *self.related.values()}


class ClassNames:
    """Gives out names of classes, each of which is one schema of the API document."""

    def __init__(self, reserved: Collection[str]) -> None:
        self._taken = {each for name in reserved for each in _with_envelopes(name)}
        """In small letters: what differs in those alone is one name for generators, and one file on a Mac."""

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


def singular(name: str) -> str:
    """`page_topics`: page_topic."""
    before, _, last = name.rstrip("_").rpartition("_")
    is_one = not last or last in UNCOUNTABLE or last.endswith(("us", "ss", "is"))
    one = False if is_one else _inflect.singular_noun(last)  # pyright: ignore[reportArgumentType]  # inflect's own type of a word
    return f"{before}_{one}".lstrip("_") if one else name


def one_of(name: str) -> str:
    """`InvoiceLine`: an invoice line; `UserSettings`: one of the user settings."""
    return with_article(in_words(name), _many_of(name))


def new_one_of(name: str) -> str:
    """`InvoiceLine`: a new invoice line; `UserSettings`: a new one of the user settings."""
    words = in_words(name)
    return f"a new one of the {words}" if words == _many_of(name) else f"a new {words}"


def _many_of(name: str) -> str:
    return _plural(words_of(name)).replace("-", " ")


def wire_of(name: str) -> str:
    """What msgspec calls a field on the wire under `rename="camel"`."""
    return msgspec.defstruct("_", [name], rename="camel").__struct_encode_fields__[0]


def in_words(name: str) -> str:
    return " ".join(words_of(name))


def free(name: str, taken: Mapping[str, object] | Collection[str], ending: str) -> str:
    """The name, with the ending behind it where something else is called so."""
    return free(f"{name}{ending}", taken, ending) if name in taken else name
