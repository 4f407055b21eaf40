"""Which of its texts people know a row by."""

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
"""The best first, in the languages that schemas are written in; never what one reaches a person by."""


def place_of(field: str, model: str) -> int | None:
    """Where a field stands among them, as itself or behind the model's own words: `productName` of a product."""
    words, own = words_of(field), words_of(model)
    for begin in range(len(own)):
        if words[: len(own) - begin] == own[begin:]:
            words = words[len(own) - begin :]
            break
    said = " ".join(words)
    return LABELS.index(said) if said in LABELS else None
