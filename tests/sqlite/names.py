"""Names that SQLite takes for others: those that differ in case alone."""

from collections.abc import Iterator, Mapping
from functools import cache

from sqlalchemy import MetaData, Table
from sqlalchemy.dialects.sqlite.base import SQLiteIdentifierPreparer
from sqlalchemy.orm import DeclarativeBase

from service.prisma.base import Base, ViewBase

MAIN = "main"
"""What SQLite calls the schema of the file that is opened."""


class NamesApart(SQLiteIdentifierPreparer):
    """Calls all but one of them by others."""

    def quote(self, ident: str) -> str:
        return super().quote(name_apart(ident))


def name_apart(name: str) -> str:
    """What a table, column or index is called there."""
    return _other_names().get(name, name)


def tables() -> Iterator[Table]:
    """Every table that a model is mapped to in this process."""
    metadatas: set[MetaData] = {
        model.metadata for base in (Base, ViewBase) for model in (base, *_below(base))
    }
    for metadata in metadatas:
        yield from metadata.tables.values()


@cache
def _other_names() -> Mapping[str, str]:
    """Of columns of one table, and of tables and indexes of one schema."""
    groups: dict[tuple[object, ...], set[str]] = {}
    for table in tables():
        for name in (table.name, *(str(index.name) for index in table.indexes)):
            groups.setdefault((table.metadata, table.schema, name.lower()), set()).add(name)
        for column in table.columns:
            groups.setdefault((table, column.name.lower()), set()).add(column.name)
    alike = [sorted(names) for names in groups.values() if len(names) > 1]
    return {name: f"{name}~{at}" for names in alike for at, name in enumerate(names[:-1])}


def _below(model: type[DeclarativeBase]) -> Iterator[type[DeclarativeBase]]:
    for each in model.__subclasses__():
        yield from (each, *_below(each))
