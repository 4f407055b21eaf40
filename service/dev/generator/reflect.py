"""Reflects a live database as SQLAlchemy's MetaData; the database is only read."""

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, ForeignKeyConstraint, MetaData, Table, text
from sqlalchemy.exc import SAWarning

from service.dev.generator.catalogue import Catalogue, read_catalogue


class EmptyDatabaseError(LookupError):
    """There is nothing to reflect; the message says where."""


@dataclass(frozen=True)
class Reflection:
    """The database as it was found. Tables of `default_schema` carry no schema of their own."""

    metadata: MetaData
    catalogue: Catalogue
    default_schema: str

    def schema_of(self, schema: str | None) -> str:
        return schema or self.default_schema

    def is_view(self, table: Table) -> bool:
        """Whether a table is a view in the database, whatever schema.prisma declares it as."""
        return (self.schema_of(table.schema), table.name) in self.catalogue.views

    def is_secured(self, table: Table) -> bool:
        """Whether row-level security is on for a table."""
        return (self.schema_of(table.schema), table.name) in self.catalogue.secured

    def refusals_of(self, table: Table) -> Mapping[str, str]:
        """What refuses every INSERT, UPDATE or DELETE of a table."""
        return self.catalogue.refusals.get((self.schema_of(table.schema), table.name), {})


def reflect(
    connection: Connection, default_schema: str, schemas: Sequence[str], prisma_tables: frozenset[str]
) -> Reflection:
    """Reflect the tables and views of the schemas. Raises `EmptyDatabaseError`.

    Partitions, and tables of extensions, are only reflected where schema.prisma knows them (`prisma_tables`).
    """
    # For this transaction alone: PostgreSQL then prints names outside of the default schema with their schema.
    connection.execute(text("SELECT set_config('search_path', :schema, true)"), {"schema": default_schema})
    connection.dialect.default_schema_name = default_schema
    everything = list(dict.fromkeys([default_schema, *schemas]))
    catalogue = read_catalogue(connection, everything)
    if all(relation.is_hidden for relation in catalogue.relations):
        raise EmptyDatabaseError(
            f"There is no table in {' or '.join(everything)} of database {connection.engine.url.database}: "
            "apply the migrations to it, name its schema in DATABASE_URL (?schema=...), or unset that: then the models come from "
            "the migrations"
        )
    metadata = MetaData()
    for schema in everything:
        names = [
            relation.name
            for relation in catalogue.relations
            if relation.schema == schema and (not relation.is_hidden or relation.name in prisma_tables)
        ]
        if names:
            _reflect_schema(connection, metadata, None if schema == default_schema else schema, names)
    for table in metadata.tables.values():
        _drop_foreign_keys_to_elsewhere(metadata, list(table.foreign_key_constraints))
    return Reflection(metadata, catalogue, default_schema)


def _reflect_schema(connection: Connection, metadata: MetaData, schema: str | None, names: list[str]) -> None:
    with warnings.catch_warnings():
        # Types that SQLAlchemy does not know are read from the catalogue instead.
        warnings.filterwarnings("ignore", "Did not recognize type", SAWarning)
        # Options such as NOT VALID, which say nothing about columns.
        warnings.filterwarnings("ignore", "Can't validate argument", SAWarning)
        # A function, because SQLAlchemy leaves out those names of a list that it has reflected in another schema.
        metadata.reflect(
            connection, schema=schema, views=True, only=lambda name, _: name in names, resolve_fks=False
        )


def _drop_foreign_keys_to_elsewhere(metadata: MetaData, constraints: list[ForeignKeyConstraint]) -> None:
    """Drop foreign keys into a schema that is not reflected, where there is no class for them to lead to."""
    for constraint in constraints:
        target = re.sub(r"\.[^.]*$", "", constraint.elements[0].target_fullname)
        if target not in metadata.tables:
            constraint.table.constraints.discard(constraint)
            for element in constraint.elements:
                element.parent.foreign_keys.discard(element)
            constraint.table.foreign_keys.difference_update(constraint.elements)
