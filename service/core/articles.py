"""The English of what is said of any resource: a user, an hour, one of the settings."""

import re
import unicodedata

OTHERWISE_SPOKEN = re.compile(
    r"h(?:eir|on(?:est|o)|our)|eu|one(?![a-z])|once|u(?:ni(?!n|m)|r[aeiou]|s[aeu]|ti|u)"
)
"""What begins with `h` and is spoken as with a vowel, and the other way round."""
SPELLED = re.compile(r"[^aeiouy\W]+(?!\w)")
"""A word without a vowel is spelled: an SMS."""
VOWELS, LETTERS_LIKE_VOWELS = "aeiou", "fhlmnrsx"


def with_article(one: str, many: str) -> str:
    """The words for one of several; what is many by its name, as settings are, is `one of the settings`."""
    return f"one of the {one}" if one == many else f"{_article(one)} {one}"


def _article(one: str) -> str:
    words = unicodedata.normalize("NFD", one)  # which sets accents apart
    is_vowel = words[:1] in (LETTERS_LIKE_VOWELS if SPELLED.match(words) else VOWELS)
    return "an" if is_vowel is not bool(OTHERWISE_SPOKEN.match(words)) else "a"
