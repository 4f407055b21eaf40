"""Finds the text by which people know a row, such as its name or title."""

from service.dev.adopt.names import words_of

LABELS = (
    *("name", "title", "label", "slug", "display name", "full name"),
    *(
        "nombre",
        "nome",
        "nom",
        "nazwa",
        "naziv",
        "naam",
        "nama",
        "namn",
        "navn",
        "nimi",
        "nume",
        "név",
        "isim",
    ),
    *("nombre completo", "nome completo", "nom complet", "razon social", "razao social", "raison sociale"),
    *("titulo", "título", "titre", "titel", "titolo", "judul", "libelle", "libellé", "bezeichnung"),
)
"""Names of such texts, the best first, in the languages that schemas are written in; none by which one reaches a
person, such as an e-mail address."""


def place_of(field: str, model: str) -> int | None:
    """The place of a field in `LABELS`; None where it is not there.

    The model's own words before it do not count: `productName` of a `Product` is a name.
    """
    words, own = words_of(field), words_of(model)
    for begin in range(len(own)):
        if words[: len(own) - begin] == own[begin:]:
            words = words[len(own) - begin :]
            break
    said = " ".join(words)
    return LABELS.index(said) if said in LABELS else None
