"""Names as words, in the singular and the plural, and as msgspec writes them on the wire."""

import re
from collections.abc import Collection, Mapping

import msgspec

from service.core.indefinite_article import with_article
from service.dev.adopt.plan.plurals import plural
from service.dev.generator.names import WORD_START

ACRONYMS = re.compile(r"[A-Z]{2,}s(?![a-z])|(?:(?<![A-Za-z])o|O)Auth(?![a-z])|(?:IoT|SaaS)(?![a-z])")
"""Words with capitals inside, which begin no word of their own: `FAQs`, `OAuth`, `IoT`."""


def words_of(name: str) -> list[str]:
    """The words of a name in lower case: `InvoiceLine` and `invoice_line` have two, `FAQs` and `OAuth` one."""
    name = ACRONYMS.sub(lambda found: found[0].capitalize(), name)
    return [word.lower() for part in re.split(r"[\W_]+", name) for word in WORD_START.split(part) if word]


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
