"""The columns that resources need in the database."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, ColumnClause, ColumnElement
from sqlalchemy.sql.visitors import iterate

from service.core.resources.access.rights import columns_in
from service.core.resources.declarations import mappings_of
from service.core.resources.mapping import Mapping
from service.core.resources.read_repository import ReadRepository
from service.core.resources.repository import Repository
from service.core.resources.rows.model_rows import table_column
from service.prisma.drift import ColumnName, column_name


def needed_columns(repositories: Iterable[type[ReadRepository[Any, Any]]]) -> frozenset[ColumnName]:
    """The columns without which these repositories fail."""
    repositories = list(repositories)
    asked = {each for repository in repositories for each in _of_repository(repository)}
    asked |= {each for mapping in mappings_of(repositories) for each in _of_mapping(mapping)}
    return frozenset(name for expression in asked for name in _names(expression))


def _of_repository(repository: type[ReadRepository[Any, Any]]) -> Iterator[ColumnElement[Any]]:
    """What its list filters and sorts by, and all columns of the tables that it writes or names in `uses`."""
    reader = repository.reader
    yield from map(table_column, reader.sql.sorts.values())
    yield from (each.condition(name) for name, each in reader.filters.items())
    written = [repository.mapping.table] if issubclass(repository, Repository) else []
    for table in (*written, *repository.uses):
        yield from table.columns


def _of_mapping(mapping: Mapping[Any, Any]) -> Iterator[ColumnElement[Any]]:
    """The columns that are shown of rows, those of the key, and those that decide who may read and write the rows."""
    yield from map(table_column, (*mapping.shown, *mapping.key))
    for field in mapping.extra_fields.values():
        yield from field.reads
    if mapping.policy:
        yield from columns_in(mapping.policy.readable)
        yield from columns_in(mapping.policy.writable)


def _names(expression: ColumnElement[Any]) -> Iterator[ColumnName]:
    """The names of the columns in an expression, with those of their tables in place of a statement's aliases."""
    for element in iterate(expression):
        if isinstance(element, ColumnClause):
            for column in element.base_columns:  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # isinstance leaves its type argument open
                if isinstance(column, Column):
                    yield column_name(column)  # pyright: ignore[reportUnknownArgumentType]  # isinstance leaves its type argument open
