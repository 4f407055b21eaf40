"""Indefinite articles for the names of resources: a user, an hour, one of the settings."""

import re
import unicodedata

OTHERWISE_SPOKEN = re.compile(
    r"h(?:eir|on(?:est|o)|our)|eu|one(?![a-z])|once|u(?:ni(?!n|m)|r[aeiou]|s[aeu]|ti|u)"
)
"""Words that do not sound as they begin: a silent `h`, as in hour, or a vowel spoken as a consonant, as in user."""
SPELLED = re.compile(r"[^aeiouy\W]+(?!\w)")
"""A word without a vowel, which is spoken letter by letter: an SMS."""
VOWELS, LETTERS_LIKE_VOWELS = "aeiou", "fhlmnrsx"


def with_article(one: str, many: str) -> str:
    """The singular with its article; a name that is a plural itself, as settings, gives `one of the settings`."""
    return f"one of the {one}" if one == many else f"{_article(one)} {one}"


def _article(one: str) -> str:
    words = unicodedata.normalize("NFD", one)  # which separates accents from their letters
    is_vowel = words[:1] in (LETTERS_LIKE_VOWELS if SPELLED.match(words) else VOWELS)
    return "an" if is_vowel is not bool(OTHERWISE_SPOKEN.match(words)) else "a"
