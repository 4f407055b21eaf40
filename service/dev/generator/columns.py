"""The source code of columns: `mapped_column` in a class, `sa.Column` in a table without a class."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from service.dev.generator.column_types import TypeCode
from service.dev.generator.defaults import client_defaults
from service.dev.generator.enrich import field_name, field_of
from service.dev.generator.enum_classes import EnumClass
from service.dev.generator.table_items import computed, server_default
from service.prisma.names import NAME, camel


def annotation(column: sa.Column[Any], code: TypeCode, *, is_view: bool) -> str:
    """The annotation within `Mapped[...]`."""
    return (
        f"{code.python} | None"
        if is_nullable(column, is_view=is_view) and code.python != "Any"
        else code.python
    )


def is_nullable(column: sa.Column[Any], *, is_view: bool) -> bool:
    """Whether a column can be read as None: a list never; for a view's columns, schema.prisma decides."""
    field = field_of(column)
    if field and (field.arity == "list" or is_view):
        return field.arity == "optional"
    return bool(column.nullable)


def render_mapped_column(  # noqa: PLR0913  # what decides how a column is written
    column: sa.Column[Any],
    code: TypeCode,
    enums: Collection[EnumClass],
    *,
    attribute: str,
    is_view: bool,
    is_key: bool,
) -> str:
    """The source of a call of `mapped_column`, with `nullable` where the annotation does not settle it."""
    options = _options(column, code, enums, is_key=is_key)
    nullable = is_nullable(column, is_view=is_view)
    if not is_key and (code.python == "Any" or nullable is not bool(column.nullable)):
        options["nullable"] = str(nullable if is_view else bool(column.nullable))
    if column.comment:
        options["comment"] = repr(column.comment)
    field = field_of(column)
    options |= name_on_the_wire(field_name(column), attribute)
    if field and field.docs:
        options["doc"] = repr(field.docs)
    name = [] if attribute == column.name else [repr(column.name)]
    return _call("mapped_column", [*name, code.sql, *computed(column)], options)


def name_on_the_wire(prisma: str, attribute: str) -> dict[str, str]:
    """The argument that keeps the name of schema.prisma where the attribute's name in camelCase is another."""
    return {} if camel(attribute) == prisma else {"info": repr({NAME: prisma})}


def render_table_column(column: sa.Column[Any], code: TypeCode) -> str:
    """The source of a call of `sa.Column`."""
    options = _options(column, code, (), is_key=column.primary_key)
    if not column.primary_key and not column.nullable:
        options["nullable"] = "False"
    return _call("sa.Column", [repr(column.name), code.sql, *computed(column)], options)


def _options(
    column: sa.Column[Any], code: TypeCode, enums: Collection[EnumClass], *, is_key: bool
) -> dict[str, str]:
    options = {"primary_key": "True"} if is_key else {}
    return options | server_default(column) | client_defaults(column, field_of(column), code, enums)


def _call(name: str, arguments: list[str], options: Mapping[str, str]) -> str:
    return f"{name}({', '.join([*arguments, *(f'{key}={value}' for key, value in options.items())])})"
