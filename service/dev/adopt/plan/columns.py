"""Decides for each column of a model whether the API shows it, takes it, leaves it alone or hides it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import types
from sqlalchemy.types import TypeEngine

from service.dev.adopt.plan.annotations import shown, shown_in_key, undomained
from service.dev.adopt.plan.defaults import literal_of
from service.dev.adopt.plan.docs import spoken, spoken_of_fields
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.secret_words import SecretWords
from service.dev.adopt.plan.secrets import Signs, can_hold_secret, doubt, secrets_referred_to
from service.dev.schema import Field
from service.prisma.base import ViewBase
from service.prisma.names import api_name
from service.prisma.types import AsText, ScalarList

LARGE_TEXTS = frozenset({"body", "content", "css", "html", "markdown", "raw", "script", "text"})
"""Lists leave out a text whose name ends in one of these words, unless the database limits its length."""
CREATION = frozenset({"create", "created", "creation", "inserted"})
"""Words in the name of a row's time of creation; other times may default to the present, too, and then change."""
TIME = frozenset({"at", "date", "on", "time", "timestamp"})
"""Words beside those of `CREATION` with which a name says nothing else than when the row was created."""
SHORT = 500
"""The length limit, in characters, up to which lists search a text."""


@dataclass(frozen=True)
class ColumnPlan:
    """One column of a model, and what the API does with it."""

    name: str
    """The attribute of the model."""
    wire: str
    column: "sa.Column[Any]"
    field: Field | None
    is_key: bool
    foreign: bool
    """Whether it is part of a foreign key."""
    hidden: str | None
    """Why the API neither shows nor takes it; None where it is not hidden."""
    docs: str = ""
    doubt: str | None = None
    """Why a person should check whether it holds a secret, although its name does not say so."""

    @property
    def kind(self) -> TypeEngine[Any]:
        return undomained(self.column.type)

    @property
    def shown(self) -> str:
        """Its annotation in the DTOs of answers."""
        if isinstance(self.kind, ScalarList) and self.may_hold_null:
            return f"list[{shown(self.kind.item)} | None]"
        return (shown_in_key if self.is_key or self.foreign else shown)(self.kind)

    @property
    def is_list(self) -> bool:
        return isinstance(self.kind, ScalarList)

    @property
    def may_hold_null(self) -> bool:
        """Whether the items of a list may be null, as in a view.

        For an author without books, `array_agg` over an outer join gives a list of one NULL.
        """
        return self.is_list and self.column.table.metadata is ViewBase.metadata

    @property
    def is_optional(self) -> bool:
        """Whether it may be null; Prisma's lists never are."""
        return bool(self.column.nullable) and not self.is_list

    @property
    def is_text(self) -> bool:
        return isinstance(self.kind, types.String) and not isinstance(self.kind, types.Enum)

    @property
    def is_moment(self) -> bool:
        return isinstance(self.kind, types.DateTime | types.Date)

    @property
    def is_number(self) -> bool:
        return isinstance(self.kind, types.Integer | types.Numeric)

    @property
    def is_large(self) -> bool:
        """Whether the items of lists leave it out."""
        if isinstance(self.kind, types.JSON | types.LargeBinary):
            return True
        if isinstance(self.kind, ScalarList):
            return isinstance(self.kind.item, types.JSON | types.LargeBinary)
        is_unlimited = self.is_text and getattr(self.kind, "length", None) is None
        return is_unlimited and self.name.rpartition("_")[2] in LARGE_TEXTS

    @property
    def is_short_text(self) -> bool:
        length = getattr(self.kind, "length", None)
        return self.is_text and not self.is_large and (length is None or length <= SHORT)

    @property
    def is_counted(self) -> bool:
        """Whether the database numbers it, as a serial or identity column."""
        return self.column.autoincrement is True or self.column.identity is not None

    @property
    def has_default(self) -> bool:
        """Whether a row can be created without it."""
        return bool(self.column.nullable) or self.is_filled or self.is_list

    @property
    def is_filled(self) -> bool:
        """Whether a new row that leaves it out gets a value there, which is more than null or an empty list."""
        if self.is_list and self.field and self.field.default is None:
            return self.column.server_default is not None
        return bool(
            self.column.server_default is not None
            or self.column.default is not None
            or self.column.computed is not None
            or self.is_counted
        )

    @property
    def literal(self) -> object:
        """Prisma's default, where it is a value that a payload's field can have as its own default; else None."""
        default = self.field.default if self.field else None
        return None if default is None else literal_of(default, self.kind)

    @property
    def is_moved_by_database(self) -> bool:
        """Whether callers cannot set it.

        Such are generated columns, identities that are generated always, the time of the last change, and types that
        Prisma does not write.
        """
        identity = self.column.identity
        if (
            self.column.computed is not None
            or self.column.onupdate is not None
            or (identity and identity.always)
        ):
            return True
        return isinstance(self.kind, AsText) and self.field is not None and self.field.is_unsupported

    @property
    def is_birth(self) -> bool:
        """Whether it holds the time of the row's creation: the name says nothing else, or the present is its default."""
        words = {*filter(None, self.name.split("_"))}
        is_sure = self.column.default is not None or words <= CREATION | TIME
        return self.is_moment and is_sure and not CREATION.isdisjoint(words)

    @property
    def is_set_once(self) -> bool:
        """Whether it is taken at creation only: a key, a number that the database counts, the time of creation."""
        return self.is_key or self.is_counted or (self.is_birth and self.column.default is not None)

    @property
    def is_created(self) -> bool:
        """Whether the payload of a new row takes it."""
        is_numeric_key = self.is_key and self.is_counted
        return not self.hidden and not self.is_moved_by_database and not is_numeric_key

    @property
    def is_changed(self) -> bool:
        return self.is_created and not self.is_set_once


def columns_of(source: Source, secrets: SecretWords) -> Iterator[ColumnPlan]:
    """A plan for each column of a model, in the order of its class."""
    prisma = source.prisma
    foreign = {source.attribute(column) for relation in source.parents for column in relation.local_columns}
    referred = dict(secrets_referred_to(source, secrets))
    keys, docs = set(source.mapper.primary_key), spoken_of_fields(prisma.docs)
    signs = Signs.read(prisma)
    for attribute in source.mapper.column_attrs:
        column: sa.Column[Any] = attribute.columns[0]  # pyright: ignore[reportAssignmentType]  # a mapped table has no other
        field = prisma.field_of_column(column.name)
        said = (spoken(field.docs) or docs.get(field.name, "")) if field else ""
        in_key = column in keys or attribute.key in foreign
        yield ColumnPlan(
            name=str(attribute.key),
            wire=api_name(attribute.class_attribute),
            column=column,
            field=field,
            is_key=column in keys,
            foreign=attribute.key in foreign,
            hidden=_why_hidden(column, field, prisma.name, secrets) or referred.get(attribute.key),
            docs=said,
            doubt=None if in_key or not can_hold_secret(column.type) else doubt(said, field, signs),
        )


def _why_hidden(
    column: "sa.Column[Any]", field: Field | None, model: str, secrets: SecretWords
) -> str | None:
    if field is None:
        return "not in schema.prisma"
    if field.is_ignored:
        return "@ignore"
    if isinstance(column.type, AsText) and column.type.name == "tsvector":
        return "an index for text search (tsvector)"
    return secrets.why(field.name, column.name, model) if can_hold_secret(column.type) else None
