"""By which of its texts people know a row."""

from collections.abc import Iterable

from service.dev.adopt.names import words_of

LABELS: tuple[tuple[str, ...], ...] = (
    *(("name",), ("display name",), ("full name",)),
    *(("nombre completo",), ("nome completo",), ("nom complet",)),
    *(("first name", "last name"), ("firstname", "lastname"), ("given name", "family name")),
    *(("forename", "surname"), ("first name", "surname"), ("vorname", "nachname"), ("imie", "nazwisko")),
    *(
        ("nombre", "apellido"),
        ("nombre", "apellidos"),
        ("nombres", "apellidos"),
        ("prenom", "nom"),
        ("prénom", "nom"),
    ),
    *(("nome", "cognome"), ("nome", "sobrenome")),
    *(("title",), ("label",), ("slug",)),
    *(("nombre",), ("nome",), ("nom",), ("nazwa",), ("naziv",), ("naam",), ("nama",), ("namn",), ("navn",)),
    *(("nimi",), ("nume",), ("név",), ("isim",)),
    *(("razon social",), ("razao social",), ("raison sociale",)),
    *(("titulo",), ("título",), ("titre",), ("titel",), ("titolo",), ("judul",)),
    *(("libelle",), ("libellé",), ("bezeichnung",)),
    *(("username",), ("nickname",), ("handle",), ("subject",), ("number",), ("reference",), ("code",)),
)
"""The best first, in the languages that schemas are written in; never what one reaches a person by.

Of people many a schema has two names, by which they are known together alone.
"""


def place_of(field: str, model: str) -> int | None:
    """Where a field stands among them, as itself or behind the model's own words: `productName` of a product."""
    said = _said(field, model)
    return next((place for place, label in enumerate(LABELS) if said in label), None)


def label_of(fields: Iterable[str], model: str) -> tuple[str, ...]:
    """The fields by which a row is known best, of those that are there."""
    there = {_said(field, model): field for field in fields}
    return next((tuple(there[said] for said in label) for label in LABELS if there.keys() >= {*label}), ())


def _said(field: str, model: str) -> str:
    words, own = words_of(field), words_of(model)
    for begin in range(len(own)):
        if words[: len(own) - begin] == own[begin:]:
            words = words[len(own) - begin :]
            break
    return " ".join(words)
