"""Judges which columns hold secrets for sure, and which a person should look at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.secret_words import SecretWords, split_words
from service.dev.schema import Field, Model
from service.prisma.names import api_name
from service.prisma.types import AsText, plain_type

ENCRYPTED = "encrypted"
ATTEMPT = "attempt"
GUESSED = frozenset({"challenge", "code", "hash", "nonce", "value"})
"""With what the name of something ends that is to be guessed, where its row counts attempts."""
KNOWN = frozenset(
    {"country", "currency", "error", "exit", "failure", "http", "language", "reason", "response", "status"}
)
"""What stands before the last word where nobody has to guess it: `lastErrorCode`."""
SPOKEN = re.compile(
    r"(?<!non-)(?<!not )(?<!not a )\b(encrypt(?:ed|s)?|secrets?|credentials?|passwords?)\b", re.IGNORECASE
)


def can_hold_secret(kind: TypeEngine[Any]) -> bool:
    """Whether a column is of text, bytes or JSON, or a list of those; an enum's values are known to all."""
    kind = kind if isinstance(kind, AsText) else plain_type(kind)
    match kind:
        case sa.ARRAY():
            return can_hold_secret(kind.item_type)
        case sa.Enum():
            return False
        # A String of Prisma's may be a UUID in the database, as one-time tokens often are.
        case AsText() | sa.String() | sa.Uuid() | sa.LargeBinary() | sa.JSON():
            return True
        case _:
            return False


def spoken_of(docs: str) -> str | None:
    """A word like "password" in the docs of a column, or None; a person has to read whether it is about the value."""
    found = SPOKEN.search(docs)
    return found and found[0]


def says_encrypted(name: str) -> bool:
    """Whether the name of a boolean says that something else in its row is encrypted."""
    return ENCRYPTED in split_words(name)


def counts_attempts(name: str) -> bool:
    """Whether a column that is a number counts how often something else of its row was tried."""
    return ATTEMPT in split_words(name)


def is_guessed(name: str) -> bool:
    """Whether a column may be what is tried where attempts are counted: `code`, `nonceValue`."""
    words = split_words(name)
    return not GUESSED.isdisjoint(words[-1:]) and KNOWN.isdisjoint(words[-2:-1])


@dataclass(frozen=True)
class Signs:
    """What the other fields of a row say of the values in it."""

    encrypted: str | None
    """The boolean that says that something in the row is encrypted."""
    attempts: str | None
    """The number that counts how often something in the row is tried."""

    @classmethod
    def read(cls, model: Model) -> Self:
        booleans = (field.name for field in model.fields if field.type == "Boolean")
        numbers = (field.name for field in model.fields if field.type == "Int")
        return cls(next(filter(says_encrypted, booleans), None), next(filter(counts_attempts, numbers), None))


def doubt(docs: str, field: Field | None, signs: Signs) -> str | None:
    """Why a person should check whether a field that can hold a secret does so; None where nothing says so."""
    if word := spoken_of(docs):
        return f"its docs say {word}"
    if field and (word := spoken_of(field.comments)):
        return f"a comment at it, or at the group that it begins, says {word}"
    if signs.encrypted:
        return f"{signs.encrypted} says that something in the row is encrypted"
    if signs.attempts and field and is_guessed(field.name):
        return f"{signs.attempts} counts how often something in the row is tried"
    return None


def secrets_referred_to(source: Source, secrets: SecretWords) -> Iterator[tuple[str, str]]:
    """The attributes that refer to a row by a secret of it, each with the reason: `inviteId`, an `Invite.token`."""
    for relation in source.parents:
        model = relation.mapper.class_.__name__
        for local, remote in relation.local_remote_pairs or ():
            name = api_name(relation.mapper.get_property_by_column(remote).class_attribute)
            if can_hold_secret(remote.type) and (why := secrets.why(name, remote.name, model)):
                yield source.attribute(local), f"{model}.{name}, {why}"
