"""A schema made for PostgreSQL, on SQLite: for tests."""

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKeyConstraint, Index, MetaData, Table

from service.prisma.portable_sql import can_filter, portable_default, portable_expression
from service.prisma.portable_types import portable_type

PLAIN_INDEXES = (None, False, "btree")


def portable(metadata: MetaData) -> MetaData:
    """Copy any metadata, declared or reflected, into one that SQLite can create.

    CHECKs, expression indexes and what PostgreSQL computes stay with PostgreSQL.
    """
    copy = MetaData()
    for table in metadata.tables.values():
        _make_portable(table.to_metadata(copy))
    return copy


def _make_portable(table: Table) -> None:
    table.comment = None
    for column in table.columns:
        _make_column_portable(column)
    for constraint in list(table.constraints):
        if isinstance(constraint, sa.CheckConstraint) or (
            isinstance(constraint, ForeignKeyConstraint) and _leads_to_another_schema(constraint)
        ):
            table.constraints.remove(constraint)
    for index in list(table.indexes):
        table.indexes.remove(index)
        _add_portable_index(table, index)


def _make_column_portable(column: "Column[object]") -> None:
    column.comment = None
    is_key = column.primary_key and len(column.table.primary_key.columns) == 1
    column.type = portable_type(column.type, is_key=is_key)
    default = column.server_default
    if default is None:
        return
    column.server_default = None
    column.identity = column.computed = None
    if isinstance(default, sa.DefaultClause):
        source = default.arg if isinstance(default.arg, str) else str(default.arg)
        translated = portable_default(source, column.type)
        if translated is not None:
            column.server_default = sa.DefaultClause(sa.literal_column(translated))
            return
    if not is_key:
        # PostgreSQL would have filled it in.
        column.nullable = True


def _leads_to_another_schema(constraint: ForeignKeyConstraint) -> bool:
    """SQLite keeps each schema in a file of its own, and no key leads from one file to another."""
    target = constraint.elements[0].target_fullname.split(".")
    schema = target[0] if len(target) == 3 else None  # noqa: PLR2004  # schema, table, column
    return schema != constraint.table.schema


def _add_portable_index(table: Table, index: Index) -> None:
    options = index.dialect_options["postgresql"]
    names = [element.name for element in index.expressions if isinstance(element, Column)]
    if len(names) < len(index.expressions) or options["using"] not in PLAIN_INDEXES:
        return
    arguments: dict[str, object] = {}
    if options["where"] is not None:
        condition = portable_expression(str(options["where"]))
        if not can_filter(condition, [column.name for column in table.columns]):
            return
        arguments["sqlite_where"] = sa.literal_column(condition)
    Index(index.name, *(table.columns[name] for name in names), unique=index.unique, **arguments)
