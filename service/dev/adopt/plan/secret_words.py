"""The words in names by which columns hold secrets, as `secret_words.txt` lists them."""

import re
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from service.dev.generator.names import plain_letters

WORDS = Path(__file__).parents[1] / "secret_words.txt"
ANY = "..."
OF_MODEL = "."
WORD = re.compile(r"A+(?!a)|A?a+|0+|x")
"""A word in a name whose characters are replaced by their kinds (see `_kind`)."""
ENTRY = re.compile(
    r"(?P<before>\.\.\.\s+)?(?P<words>\w+(?:\s+\w+)*(?:\.\w+(?:\s+\w+)*)?)(?P<after>\s+\.\.\.)?"
)
SHORT = 3
"""Words up to this length are never plurals: `has`, `is`."""


class SecretWordsError(ValueError):
    """A line of the list of secret words is invalid; the message says which, and why."""


def split_words(name: str) -> list[str]:
    """The words of a name in any case style, singular and in lower case: otp and secret of `OTPSecrets`.

    Accents do not count. Of scripts without upper and lower case, which part words by nothing, each letter is a word.
    """
    plain = plain_letters(name)
    kinds = "".join(map(_kind, plain))
    return [_singular(plain[word.start() : word.end()].lower()) for word in WORD.finditer(kinds)]


def _kind(character: str) -> str:
    """`A` for a capital, `a` for a small letter, `x` for a letter without case, `0` for a digit, else a space."""
    if character.isupper():
        return "A"
    if character.islower():
        return "a"
    return "x" if character.isalpha() else "0" if character.isdigit() else " "


def _singular(word: str) -> str:
    if len(word) <= SHORT or word.endswith("ss"):
        return word
    return word.removesuffix("es") if word.endswith(("shes", "sses")) else word.removesuffix("s")


@dataclass(frozen=True)
class Entry:
    """A line of the file: words in sequence, and whether they are harmless."""

    text: str
    harmless: bool

    @cached_property
    def _joined(self) -> str:
        return "".join(_parts(self.text.replace(ANY, "")))

    def spans(self, words: list[str], field: int) -> Generator[tuple[int, int]]:
        """The spans (begin, end) of the entry in `words`: those of a model and, from index `field` on, of a field."""
        wanted = self._joined
        dotted = OF_MODEL in wanted
        for begin in range(0 if dotted else field, len(words)):
            # Words are compared joined, since people part them as they like: `apikey`, `apiKey`.
            for end in range(begin + 1, len(words) + 1):
                if (not dotted or end == len(words)) and "".join(words[begin:end]) == wanted:
                    yield (
                        field if self.text.startswith(ANY) else begin,
                        len(words) if self.text.endswith(ANY) else end,
                    )


def _parts(name: str) -> list[str]:
    model, dot, field = name.rpartition(OF_MODEL)
    return [*split_words(model), *([OF_MODEL] if dot else []), *split_words(field)]


@dataclass(frozen=True)
class SecretWords:
    """The list of secret words, in which `find` looks a field up."""

    entries: tuple[Entry, ...]

    @classmethod
    def read(cls, path: Path = WORDS) -> Self:
        """Read the list from a file. Raises `SecretWordsError`, with the file and the line, where one is invalid."""
        try:
            return cls.parse(path.read_text(encoding="utf-8").splitlines())
        except SecretWordsError as error:
            raise SecretWordsError(f"{path}:{error}") from error

    @classmethod
    def parse(cls, lines: Iterable[str]) -> Self:
        entries: dict[str, Entry] = {}
        for number, line in enumerate(lines, 1):
            text = line.partition("#")[0].strip()
            if not text:
                continue
            entry = _entry(text, number)
            key = " ".join(_parts(entry.text.replace(ANY, ""))) + str(entry.text.count(ANY))
            if key in entries:
                raise SecretWordsError(f"{number}: {text!r} says what {entries[key].text!r} says already")
            entries[key] = entry
        return cls(tuple(entries.values()))

    def find(self, field: str, model: str = "") -> str | None:
        """The entry by which a field's name in the Prisma schema makes it a secret, or None."""
        before = [*split_words(model), OF_MODEL]
        words = [*before, *split_words(field)]
        covers = [
            span for entry in self.entries if entry.harmless for span in entry.spans(words, len(before))
        ]
        for entry in self.entries:
            if not entry.harmless and any(
                not any(first <= begin and end <= last for first, last in covers)
                for begin, end in entry.spans(words, len(before))
            ):
                return entry.text
        return None

    def why(self, field: str, column: str, model: str) -> str | None:
        """Why a field is a secret: by its name, or by its column's, where `@map` gives another; else None."""
        if word := self.find(field, model):
            return f"a secret by its name: {word}"
        if word := self.find(column, model):
            return f"a secret by its column's name, {column}: {word}"
        return None


def _entry(text: str, number: int) -> Entry:
    harmless = text.startswith("!")
    text = text.removeprefix("!").strip()
    match = ENTRY.fullmatch(text)
    if not match or not split_words(match["words"]):
        raise SecretWordsError(
            f"{number}: {text!r} is no words, such as 'api key', 'Token.value' or '! has ...'"
        )
    if not harmless and (match["before"] or match["after"]):
        raise SecretWordsError(f"{number}: {text!r} has '...', which only a line with a leading '!' may have")
    if OF_MODEL in match["words"] and (match["before"] or match["after"]):
        raise SecretWordsError(f"{number}: {text!r} names a whole field, beside which '...' means nothing")
    return Entry(text, harmless)
