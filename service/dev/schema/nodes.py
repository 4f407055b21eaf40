"""The blocks of a Prisma schema as data: models, views, composite types and enums."""

from dataclasses import dataclass
from typing import Literal

from service.dev.schema.values import Attribute, Expression

MAX_NAME_LENGTH = 63
"""Bytes that PostgreSQL keeps of a name; it cuts off the rest, in queries as well."""


SCALARS = frozenset({"String", "Boolean", "Int", "BigInt", "Float", "Decimal", "DateTime", "Json", "Bytes"})


def kept(name: str) -> str:
    """A name as PostgreSQL keeps it, cut to its longest."""
    return name.encode()[:MAX_NAME_LENGTH].decode(errors="ignore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of the schema with a name, attributes and `///` docs."""

    name: str
    attributes: tuple[Attribute, ...] = ()
    docs: str = ""
    place: str = ""
    """Where it stands: `file:line`."""

    def attribute(self, name: str) -> Attribute | None:
        return next((attribute for attribute in self.attributes if attribute.name == name), None)

    def has(self, name: str) -> bool:
        return self.attribute(name) is not None

    @property
    def stored(self) -> str:
        """The name in the database: that of `@map` or `@@map`, else the schema's own."""
        attribute = self.attribute("map")
        mapped = attribute.text("name") if attribute else None
        return kept(self.name if mapped is None else mapped)

    @property
    def is_ignored(self) -> bool:
        """Whether Prisma's client leaves it out: `@ignore` or `@@ignore`."""
        return self.has("ignore")

    @property
    def database_schema(self) -> str | None:
        attribute = self.attribute("schema")
        return attribute.text("map") if attribute else None


@dataclass(frozen=True, slots=True)
class Relation:
    """`@relation(...)`: the side that has `fields` holds the foreign key."""

    name: str | None = None
    fields: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Node):
    """One field of a model, view or composite type."""

    type: str
    """A scalar, an enum, a model, a composite type, or `Unsupported("...")`."""
    arity: Literal["required", "optional", "list"] = "required"
    is_relation: bool = False
    """Whether its type is a model or view: then it has no column."""
    comments: str = ""
    """The `//` comments on its line and directly above: people's notes, which are not docs."""

    @property
    def column(self) -> str:
        """The column's name in the database."""
        return self.stored

    @property
    def is_unsupported(self) -> bool:
        return self.type.startswith("Unsupported(")

    @property
    def default(self) -> Expression | None:
        attribute = self.attribute("default")
        return attribute.argument("value") if attribute else None

    @property
    def relation(self) -> Relation:
        attribute = self.attribute("relation")
        if attribute is None:
            return Relation()
        return Relation(
            attribute.text("name"), attribute.words("fields", 1), attribute.words("references", 2)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Node):
    """A model, a view or a composite type."""

    fields: tuple[Field, ...] = ()
    is_view: bool = False

    @property
    def table(self) -> str:
        return self.stored

    @property
    def unique_sets(self) -> tuple[tuple[str, ...], ...]:
        """The fields of each `@unique` and `@@unique`, without those that are partial (`where`)."""
        single = tuple((item.name,) for item in self.fields if _is_whole(item.attribute("unique")))
        together = (item for item in self.attributes if item.name == "unique" and _is_whole(item))
        return single + tuple(item.words("fields") for item in together)

    @property
    def id_fields(self) -> tuple[str, ...]:
        """The fields that identify a row: the id, or the first unique key without optional fields."""
        return next(iter((*self.declared_ids, *self.unique_keys)), ())

    @property
    def declared_ids(self) -> tuple[tuple[str, ...], ...]:
        """The fields of `@id` or `@@id`, where there is one."""
        if whole := self.attribute("id"):
            return (whole.words("fields"),)
        return tuple((item.name,) for item in self.fields if item.has("id"))

    @property
    def unique_keys(self) -> tuple[tuple[str, ...], ...]:
        """The unique sets that may identify a row: those without optional fields."""
        optional = {item.name for item in self.fields if item.arity != "required"}
        return tuple(key for key in self.unique_sets if optional.isdisjoint(key))

    def field(self, name: str) -> Field | None:
        return next((item for item in self.fields if item.name == name), None)

    def field_of_column(self, column: str) -> Field | None:
        return next((item for item in self.fields if item.column == column and not item.is_relation), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumValue(Node):
    """One value of an enum; `stored` is what the database keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum(Node):
    """An enum; `type_name` is what the database calls it."""

    values: tuple[EnumValue, ...] = ()

    @property
    def type_name(self) -> str:
        return self.stored


def _is_whole(unique: Attribute | None) -> bool:
    """Whether there is such an attribute, and it holds for every row (without a `where`)."""
    return unique is not None and "where" not in unique.named
