"""A schema made for PostgreSQL, on SQLite.

What differs: a default in words of PostgreSQL's own is another value of the same type; years before Christ and infinity
do not exist.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKeyConstraint, Index, MetaData, Table, UniqueConstraint

from tests.sqlite.portable_defaults import counted_default, made_up_default, portable_default
from tests.sqlite.portable_sql import can_filter, portable_expression
from tests.sqlite.portable_types import portable_type

PLAIN_INDEXES = (None, False, "btree")


def portable(metadata: MetaData) -> MetaData:
    """Copy any metadata, declared or reflected, into one that SQLite can create.

    CHECKs, expression indexes and what PostgreSQL computes stay with PostgreSQL. Tables keep their schema:
    attach a database of that name for each.
    """
    copy = MetaData()
    for table in metadata.tables.values():
        _copy_table(table, copy)
    return copy


def _copy_table(table: Table, metadata: MetaData) -> None:
    copy = Table(
        table.name, metadata, *(_copy_column(column) for column in table.columns), schema=table.schema
    )
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKeyConstraint):
            _copy_foreign_key(constraint, copy)
        elif isinstance(constraint, UniqueConstraint):
            copy.append_constraint(UniqueConstraint(*(column.name for column in constraint.columns)))
    for index in table.indexes:
        _copy_index(index, copy)


def _copy_column(column: Column[Any]) -> Column[Any]:
    is_key = _is_lone_key(column)
    kind = portable_type(column.type, is_key=is_key)
    default = column.server_default
    translated: str | None = None
    if _counts_up(column):
        translated = None if is_key else counted_default(column.table.schema, column.table.name, column.name)
    elif isinstance(default, sa.DefaultClause):
        source = default.arg if isinstance(default.arg, str) else str(default.arg)
        translated = portable_default(source, kind)
        if translated is None and not column.nullable:
            translated = made_up_default(kind)
    copied = None if translated is None else sa.DefaultClause(sa.text(translated.replace(":", r"\:")))
    filled_in_elsewhere = default is not None and copied is None and not is_key
    return Column(
        column.name,
        kind,
        primary_key=column.primary_key,
        nullable=column.nullable or filled_in_elsewhere,
        server_default=copied,
        autoincrement="auto" if is_key else False,
    )


def _is_lone_key(column: Column[Any]) -> bool:
    return column.primary_key and len(column.table.primary_key.columns) == 1


def _counts_up(column: Column[Any]) -> bool:
    """Whether PostgreSQL gives the column the next number: SERIAL, IDENTITY or a sequence of its own."""
    is_fetched = isinstance(column.server_default, sa.FetchedValue) and not isinstance(
        column.server_default, sa.DefaultClause | sa.Computed
    )
    return isinstance(column.type, sa.Integer) and (column.autoincrement is True or is_fetched)


def _copy_foreign_key(constraint: ForeignKeyConstraint, copy: Table) -> None:
    """SQLite keeps each schema in a file of its own, and no key leads from one file to another."""
    targets = [element.target_fullname for element in constraint.elements]
    schema = targets[0].split(".")[-3] if targets[0].count(".") > 1 else None
    if schema == copy.schema:
        columns = [element.parent.name for element in constraint.elements]
        copied = ForeignKeyConstraint(
            columns, targets, ondelete=constraint.ondelete, onupdate=constraint.onupdate
        )
        copy.append_constraint(copied)


def _copy_index(index: Index, copy: Table) -> None:
    options = index.dialect_options["postgresql"]
    names = [element.name for element in index.expressions if isinstance(element, Column)]
    if len(names) < len(index.expressions) or options["using"] not in PLAIN_INDEXES:
        return
    condition: sa.ColumnElement[bool] | None = None
    if options["where"] is not None:
        source = portable_expression(str(options["where"]))
        if not can_filter(source, [column.name for column in copy.columns]):
            return
        condition = sa.literal_column(source)
    columns = (copy.columns[name] for name in names)
    Index(index.name, *columns, unique=bool(index.unique), sqlite_where=condition)
