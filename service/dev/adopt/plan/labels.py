"""Finds the texts by which people know a row, such as its name or title."""

from collections.abc import Iterable

from service.dev.adopt.plan.names import words_of

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
"""Names of such texts, the best first, in the languages that schemas are written in; none by which one reaches a
person, such as an e-mail address.

Where people have two names, as many schemas give them, both are shown, or neither.
"""
OF_A_PERSON = frozenset({"phone", "telephone", "mobile", "fax", "card", "passport", "iban"})
"""Words of models whose number is what one reaches a person by, pays with, or proves who one is by: it is no label."""


def place_of(field: str, model: str) -> int | None:
    """The place of a field in `LABELS`; None where it is not there.

    The model's own words before it do not count: `productName` of a `Product` is a name.
    """
    said = _said(field, model)
    return next((place for place, label in enumerate(LABELS) if said in label), None)


def label_of(fields: Iterable[str], model: str) -> tuple[str, ...]:
    """Of these fields, those by which people know a row best; empty where there are none."""
    there = {_said(field, model): field for field in fields}
    return next((tuple(there[said] for said in label) for label in LABELS if there.keys() >= {*label}), ())


def _said(field: str, model: str) -> str:
    words, own = words_of(field), words_of(model)
    for begin in range(len(own)):
        if words[: len(own) - begin] == own[begin:]:
            words = words[len(own) - begin :]
            break
    if words == ["number"] and not OF_A_PERSON.isdisjoint(own):
        return " ".join([*own, *words])
    return " ".join(words)
