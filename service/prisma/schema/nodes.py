"""What a Prisma schema says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, Union


@dataclass(frozen=True)
class Word:
    """A bare word in an argument: an enum's value, a field's name, true, Cascade."""

    text: str


@dataclass(frozen=True)
class Call:
    """A function or a word with arguments: `cuid(2)`, `title(sort: Desc)`."""

    name: str
    args: tuple["Expression", ...] = ()
    named: Mapping[str, "Expression"] = field(default_factory=dict[str, "Expression"])


Expression: TypeAlias = Union[str, int, float, Word, Call, "list[Expression]"]  # noqa: UP007  # it names itself


@dataclass(frozen=True)
class Attribute:
    """`@name(...)` of a field, or `@@name(...)` of a block."""

    name: str
    args: tuple[Expression, ...] = ()
    named: Mapping[str, Expression] = field(default_factory=dict[str, Expression])

    def argument(self, name: str, position: int = 0) -> Expression | None:
        """The argument called `name`, or the unnamed one at `position`."""
        if name in self.named:
            return self.named[name]
        return self.args[position] if position < len(self.args) else None

    def text(self, name: str, position: int = 0) -> str | None:
        value = self.argument(name, position)
        return value if isinstance(value, str) else None

    def words(self, name: str, position: int = 0) -> tuple[str, ...]:
        """The names in a list such as `fields: [a, b(sort: Desc)]`."""
        value = self.argument(name, position)
        items = value if isinstance(value, list) else []
        return tuple(item.text if isinstance(item, Word) else getattr(item, "name", "") for item in items)


class _Attributed:
    attributes: tuple[Attribute, ...]

    def attribute(self, name: str) -> Attribute | None:
        return next((attribute for attribute in self.attributes if attribute.name == name), None)

    def has(self, name: str) -> bool:
        return self.attribute(name) is not None

    def mapped(self) -> str | None:
        """The database's name, where `@map` or `@@map` gives one."""
        attribute = self.attribute("map")
        return attribute.text("name") if attribute else None


@dataclass(frozen=True)
class Relation:
    """`@relation(...)`: the side that has `fields` holds the foreign key."""

    name: str | None = None
    fields: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field(_Attributed):
    """One field of a model."""

    name: str
    type: str
    arity: Literal["required", "optional", "list"]
    attributes: tuple[Attribute, ...] = ()
    docs: str = ""

    @property
    def column(self) -> str:
        """The column's name in the database."""
        return self.mapped() or self.name

    @property
    def default(self) -> Expression | None:
        attribute = self.attribute("default")
        return attribute.argument("value") if attribute else None

    @property
    def native_type(self) -> Attribute | None:
        """`@db.VarChar(200)`, under the name `db.VarChar`."""
        return next((item for item in self.attributes if item.name.startswith("db.")), None)

    @property
    def relation(self) -> Relation:
        attribute = self.attribute("relation")
        if attribute is None:
            return Relation()
        return Relation(
            attribute.text("name"), attribute.words("fields", 1), attribute.words("references", 2)
        )


@dataclass(frozen=True)
class Model(_Attributed):
    """A model or a view."""

    name: str
    fields: tuple[Field, ...]
    attributes: tuple[Attribute, ...] = ()
    docs: str = ""
    is_view: bool = False

    @property
    def table(self) -> str:
        return self.mapped() or self.name

    @property
    def database_schema(self) -> str | None:
        attribute = self.attribute("schema")
        return attribute.text("map") if attribute else None

    @property
    def id_fields(self) -> tuple[str, ...]:
        """The fields that identify a row: the id, or the first unique key where there is none."""
        if whole := self.attribute("id"):
            return whole.words("fields")
        for name in ("id", "unique"):
            for item in self.fields:
                if item.has(name):
                    return (item.name,)
        unique = self.attribute("unique")
        return unique.words("fields") if unique else ()

    def field(self, name: str) -> Field | None:
        return next((item for item in self.fields if item.name == name), None)

    def field_of_column(self, column: str) -> Field | None:
        return next((item for item in self.fields if item.column == column), None)


@dataclass(frozen=True)
class EnumValue(_Attributed):
    name: str
    attributes: tuple[Attribute, ...] = ()
    docs: str = ""

    @property
    def stored(self) -> str:
        mapped = self.mapped()
        return self.name if mapped is None else mapped


@dataclass(frozen=True)
class Enum(_Attributed):
    name: str
    values: tuple[EnumValue, ...]
    attributes: tuple[Attribute, ...] = ()
    docs: str = ""

    @property
    def type_name(self) -> str:
        """The name of the type in the database."""
        return self.mapped() or self.name

    @property
    def database_schema(self) -> str | None:
        attribute = self.attribute("schema")
        return attribute.text("map") if attribute else None


@dataclass(frozen=True)
class Schema:
    """Everything that the files of a Prisma schema declare."""

    models: tuple[Model, ...] = ()
    enums: tuple[Enum, ...] = ()
    settings: Mapping[str, Expression] = field(default_factory=dict[str, Expression])

    def model(self, name: str) -> Model | None:
        return next((model for model in self.models if model.name == name), None)

    def model_of_table(self, table: str, schema: str | None = None) -> Model | None:
        """The model over a table; without `schema` in the file, the table's name decides."""
        found = [model for model in self.models if model.table == table]
        return next((m for m in found if m.database_schema == schema), found[0] if len(found) == 1 else None)

    def enum_of_type(self, name: str, schema: str | None = None) -> Enum | None:
        found = [enum for enum in self.enums if enum.type_name == name]
        return next((e for e in found if e.database_schema == schema), found[0] if len(found) == 1 else None)


def merge(schemas: Iterable[Schema]) -> Schema:
    """One schema out of several files."""
    parts = list(schemas)
    return Schema(
        models=tuple(model for part in parts for model in part.models),
        enums=tuple(enum for part in parts for enum in part.enums),
        settings={name: value for part in parts for name, value in part.settings.items()},
    )
