"""Plurals and singulars of English nouns, with what the library for them does not know."""

import inflect

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
"""Words in the singular that inflect takes for plurals."""
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
"""The few words whose plural ends in -oes: inflect would give `todoes`, `promoes` and `comboes` as well."""
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
"""Plurals that inflect gets wrong."""
OF = "of"
"""What follows this word stays as it is in a plural: `units-of-measure`."""
NO_NOUNS = frozenset({"all", "best", "most", "one", "out"})
"""Words before an `of` that have no plural: `OutOfOffice`."""
_inflect = inflect.engine()


def plural(words: list[str]) -> str:
    """The words in kebab case, in the plural: `invoice-lines`, `units-of-measure`."""
    if OF in words[1:-1] and words[(end := words.index(OF, 1)) - 1] not in NO_NOUNS:
        return "-".join([plural(words[:end]), *words[end:]])
    *before, last = words or ["row"]
    # inflect takes `campus` and `access` for the plurals of `campu` and `acces`.
    is_plural = last in UNCOUNTABLE or (
        last not in ONE and not last.endswith(("us", "ss", "is")) and bool(_inflect.singular_noun(last))  # pyright: ignore[reportArgumentType]  # inflect's own type of a word
    )
    return "-".join([*before, last if is_plural or not last.isalpha() else _many(last)])


def _many(noun: str) -> str:
    if noun.endswith("o") and noun not in IN_OES:
        return f"{noun}s"
    return MANY.get(noun) or _inflect.plural_noun(noun)  # pyright: ignore[reportArgumentType]  # inflect's own type of a word


def singular(name: str) -> str:
    """The name with its last word in the singular: `page_topic` of `page_topics`."""
    before, _, last = name.rstrip("_").rpartition("_")
    is_one = not last or last in UNCOUNTABLE or last.endswith(("us", "ss", "is"))
    one = False if is_one else _inflect.singular_noun(last)  # pyright: ignore[reportArgumentType]  # inflect's own type of a word
    return f"{before}_{one}".lstrip("_") if one else name
