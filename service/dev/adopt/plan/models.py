"""The generated models, each with what schema.prisma says of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.orm import (
    MANYTOMANY,
    MANYTOONE,
    ONETOMANY,
    Mapper,
    RelationshipDirection,
    RelationshipProperty,
    configure_mappers,
)

from service.dev.adopt.plan.docs import spoken
from service.dev.schema import Model, Schema
from service.models import Base, ViewBase


@dataclass(frozen=True)
class Source:
    """A generated class and its Prisma model."""

    mapper: Mapper[Any]
    table: Table
    prisma: Model

    @property
    def name(self) -> str:
        """The class's name: that of the Prisma model, unless Python needs another one."""
        return self.mapper.class_.__name__

    @property
    def is_view(self) -> bool:
        return issubclass(self.mapper.class_, ViewBase)

    @property
    def refusals(self) -> Mapping[str, str]:
        """Why the database takes no INSERT, UPDATE or DELETE, by these words."""
        kind = self.mapper.class_
        if not issubclass(kind, Base):
            return {}
        return {what: f"{trigger} refuses it" for what, trigger in kind.__refusals__.items()}

    @property
    def reference(self) -> str:
        """The class as rendered code names it, with the mark `§` by which it is imported."""
        return f"§[service.models]{'views' if self.is_view else 'tables'}.{self.name}"

    @property
    def docs(self) -> str:
        return spoken(self.prisma.docs)

    @property
    def columns(self) -> list[str]:
        """The attributes that are columns, in the order of the class."""
        return [str(each.key) for each in self.mapper.column_attrs]

    @property
    def key(self) -> list[str]:
        """The attributes of the primary key."""
        return [self.attribute(column) for column in self.mapper.primary_key]

    @property
    def parents(self) -> list[RelationshipProperty[Any]]:
        """The relations to the rows that a row belongs to: its own columns hold their keys."""
        return self._relations(MANYTOONE)

    @property
    def children(self) -> list[RelationshipProperty[Any]]:
        """The relations to the rows that belong to a row."""
        return self._relations(ONETOMANY)

    @property
    def linked(self) -> list[RelationshipProperty[Any]]:
        """The implicit many-to-many relations."""
        return self._relations(MANYTOMANY)

    def attribute(self, column: ColumnElement[Any]) -> str:
        """The name of the attribute that a column of the table has in the class."""
        return str(self.mapper.get_property_by_column(column).key)  # pyright: ignore[reportArgumentType]

    def _relations(self, direction: RelationshipDirection) -> list[RelationshipProperty[Any]]:
        return [each for each in self.mapper.relationships if each.direction is direction]


def sources_of(schema: Schema) -> Iterator[Source]:
    """Each Prisma model that has a generated class, in the order of schema.prisma."""
    configure_mappers()
    by_table: dict[tuple[str | None, str], tuple[Mapper[Any], Table]] = {}
    for base in (Base, ViewBase):
        for mapper in base.registry.mappers:
            table = mapper.local_table
            if isinstance(table, Table) and mapper.class_.__module__.startswith("service.models."):
                by_table[table.schema, table.name] = (mapper, table)
    for model in schema.models:
        found = by_table.get((model.database_schema, model.table)) or by_table.get((None, model.table))
        if found:
            yield Source(*found, model)
