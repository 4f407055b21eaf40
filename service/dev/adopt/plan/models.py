"""The generated models, each with what schema.prisma says of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Mapper, configure_mappers

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
