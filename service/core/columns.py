"""The database against the models."""

from collections.abc import Mapping

from sqlalchemy import Connection, inspect
from sqlalchemy.engine.reflection import ObjectKind

from service.models import Base, ViewBase


def missing_columns(connection: Connection) -> list[str]:
    """Each mapped column that the database lacks, as `Table.column`."""
    schemas: Mapping[str | None, str] = connection.get_execution_options().get("schema_translate_map", {})
    found = inspect(connection).get_multi_columns(schema=schemas.get(None), kind=ObjectKind.ANY)
    there = {(name, column["name"]) for (_, name), columns in found.items() for column in columns}
    tables = (*Base.metadata.sorted_tables, *ViewBase.metadata.sorted_tables)
    return [
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.columns
        if (table.name, column.name) not in there
    ]
