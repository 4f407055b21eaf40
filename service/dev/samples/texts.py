"""Plausible texts that go by a column's name, no two of one column alike."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from service.prisma.names import spaced

WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "indigo", "juniper")
NAMES = (
    "Ada Lovelace",
    "Alan Turing",
    "Grace Hopper",
    "Edsger Dijkstra",
    "Barbara Liskov",
    "Donald Knuth",
    "Katherine Johnson",
    "Tim Berners-Lee",
)
TITLES = (
    "A first look",
    "What changed this spring",
    "Notes from the workshop",
    "How we plan a week",
    "Ten small improvements",
    "Questions that came up",
)
SENTENCES = (
    "A few words about what this is for.",
    "Written on a quiet afternoon.",
    "It says more than one would think.",
    "Short, and to the point.",
)
CITIES = ("Berlin", "Lisbon", "Oslo", "Kyoto", "Quito", "Nairobi", "Toronto", "Wellington")
COUNTRIES = ("DE", "PT", "NO", "JP", "EC", "KE", "CA", "NZ")
CURRENCIES = ("EUR", "USD", "NOK", "JPY", "CAD", "NZD", "GBP", "CHF")
LANGUAGES = ("en", "de", "pt", "nb", "ja", "es", "sw", "fr")
ZONES = ("Europe/Berlin", "Europe/Lisbon", "Asia/Tokyo", "America/Toronto", "Africa/Nairobi")

Text = Callable[[int], str]

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def text_of(name: str, number: int, longest: int | None = None) -> str:
    """The text with this number for a column called `name`; where it is too long, letters that stand for the number."""
    parts = words_of(name)
    # Two parts can be one word, as in `firstName` or `time_zone`.
    words = {*parts, *map("".join, pairwise(parts))}
    make = next((make for known, make in _BY_WORD if not known.isdisjoint(words)), _word)
    text = make(number)
    return text if longest is None or len(text) <= longest else letters(number, longest)


def words_of(name: str) -> list[str]:
    return spaced(name).lower().strip("_").split("_")


def letters(number: int, length: int) -> str:
    """A number as letters, `length` at most, and six; with only a few letters, they repeat after a while."""
    found = ""
    while len(found) < min(length, 6):
        number, letter = divmod(number, len(LETTERS))
        found = LETTERS[letter] + found
    return found


def _one_of(texts: Sequence[str], joined_by: str = " ") -> Text:
    """Gives the texts in turn, from the second round on with the number of the round."""

    def make(number: int) -> str:
        turn, index = divmod(number, len(texts))
        return f"{texts[index]}{joined_by}{turn + 1}" if turn else texts[index]

    return make


_word = _one_of([word.capitalize() for word in WORDS])
_slug = _one_of([f"{first}-{second}" for first in WORDS for second in ("path", "hill", "lake")], "-")


def _email(number: int) -> str:
    name = NAMES[number % len(NAMES)].lower().replace(" ", ".")
    return f"{name}.{number + 1}@example.org"


def _url(number: int) -> str:
    return f"https://example.org/{_slug(number)}"


def _word_at(number: int) -> str:
    return WORDS[number % len(WORDS)]


def _digest(number: int) -> str:
    return hashlib.blake2b(str(number).encode(), digest_size=16).hexdigest()


_MAKERS: Mapping[str, Text] = {
    "email mail": _email,
    "slug path handle key alias permalink": _slug,
    "url uri link website homepage image avatar photo picture logo": _url,
    "hash token secret password digest signature checksum fingerprint salt": _digest,
    "phone mobile fax tel telephone": lambda n: f"+49 30 {5550000 + n}",
    "username login nickname": lambda n: f"{_word_at(n)}{n + 1}",
    "firstname": _one_of([name.split()[0] for name in NAMES]),
    "lastname surname": _one_of([name.split()[1] for name in NAMES]),
    "title subject headline heading": _one_of(TITLES),
    "description summary content body text bio comment note notes message about excerpt": _one_of(SENTENCES),
    "city town place location": _one_of(CITIES),
    "country nation": _one_of(COUNTRIES),
    "currency": _one_of(CURRENCIES),
    "language locale lang": _one_of(LANGUAGES),
    "timezone zone": _one_of(ZONES),
    "street address": lambda n: f"{_word_at(n).capitalize()} Street {n + 1}",
    "zip postal postcode plz": lambda n: f"{10115 + n}",
    "color colour": lambda n: f"#{(0x3366CC + 7919 * n) % 0x1000000:06x}",
    "sku isbn barcode serial reference code": lambda n: f"{_word_at(n)[:3].upper()}-{1000 + n}",
    "version": lambda n: f"1.{n}.0",
    "mime": lambda n: f"text/x-{n}",
    "filename file": lambda n: f"{_word_at(n)}-{n + 1}.txt",
    "author user person owner customer contact": _one_of(NAMES),
}
_BY_WORD = [(frozenset(known.split()), make) for known, make in _MAKERS.items()]
