"""The source code of a column's type, for SQLAlchemy and for the annotation."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeEngine

from service.dev.generator.enrich import field_of
from service.dev.generator.enum_classes import EnumClass, EnumKey
from service.dev.generator.reflect import Reflection


class TypeCode(NamedTuple):
    """The source of a type, and of the annotation that goes with it."""

    sql: str
    python: str


SIMPLE: dict[type[TypeEngine[Any]], TypeCode] = {
    pg.TEXT: TypeCode("sa.Text", "str"),
    pg.CITEXT: TypeCode("pg.CITEXT", "str"),
    pg.INTEGER: TypeCode("sa.Integer", "int"),
    pg.BIGINT: TypeCode("sa.BigInteger", "int"),
    pg.SMALLINT: TypeCode("sa.SmallInteger", "int"),
    pg.OID: TypeCode("pg.OID", "int"),
    pg.BOOLEAN: TypeCode("sa.Boolean", "bool"),
    pg.REAL: TypeCode("sa.REAL", "float"),
    pg.DOUBLE_PRECISION: TypeCode("sa.Double", "float"),
    pg.DATE: TypeCode("sa.Date", "dt.date"),
    pg.MONEY: TypeCode("ExactMoney()", "Decimal"),
    pg.UUID: TypeCode("sa.Uuid", "UUID"),
    pg.BYTEA: TypeCode("sa.LargeBinary", "bytes"),
}


def type_code(
    column: "sa.Column[object]", reflection: Reflection, enums: Mapping[EnumKey, EnumClass]
) -> TypeCode:
    """The type of a reflected column. A type that Prisma's client cannot read crosses the wire as PostgreSQL's text."""
    key = (reflection.schema_of(column.table.schema), column.table.name, column.name)
    spec = reflection.catalogue.column_types[key]
    code = _known(column.type, reflection, enums)
    if code is None:
        field = field_of(column)
        if field and field.arity == "list" and not field.is_unsupported:
            return TypeCode(f"ScalarList(AsText({spec.removesuffix('[]')!r}))", "list[str]")
        return TypeCode(f"AsText({spec!r})", "str")
    if isinstance(column.type, sa.JSON) and column.nullable:
        return TypeCode(f"{code.sql}(none_as_null=True)", code.python)
    return code


def _known(
    kind: TypeEngine[Any], reflection: Reflection, enums: Mapping[EnumKey, EnumClass]
) -> TypeCode | None:
    collation = f"collation={kind.collation!r}" if isinstance(kind, sa.String) and kind.collation else ""
    match kind:
        case sa.Enum():
            enum = enums.get((reflection.schema_of(enum_schema(kind)), kind.name or ""))
            return TypeCode(enum.sql_type, enum.name) if enum else None
        case pg.ARRAY():
            item = _known(kind.item_type, reflection, enums)
            return TypeCode(f"ScalarList({item.sql})", f"list[{item.python}]") if item else None
        case pg.DOMAIN():
            # A domain over money stays text: no parameter of a domain's type can be sent as another type.
            base = None if isinstance(kind.data_type, pg.MONEY) else _known(kind.data_type, reflection, enums)
            given: str | None = getattr(kind, "schema", None)
            schema = f", schema={given!r}" if given else ""
            return TypeCode(f"SqlDomain({kind.name!r}, {base.sql}{schema})", base.python) if base else None
        case sa.CHAR():
            return TypeCode(f"sa.CHAR({_arguments(kind.length, collation)})", "str")
        case sa.VARCHAR():
            return TypeCode(f"sa.String({_arguments(kind.length, collation)})", "str")
        case pg.TEXT() | pg.CITEXT() if collation:
            return TypeCode(f"{SIMPLE[type(kind)].sql}({collation})", "str")
        case sa.REAL() | sa.Double():
            return SIMPLE[type(kind)]
        case sa.Numeric():
            return TypeCode(f"ExactDecimal({_arguments(kind.precision, kind.scale)})", "Decimal")
        case pg.TIMESTAMP():
            zone = "timezone=True" if kind.timezone else ""
            return TypeCode(f"UtcTimestamp({_arguments(str(kind.precision), zone)})", "dt.datetime")
        case pg.TIME() if not kind.timezone:
            return TypeCode(
                f"pg.TIME({'' if kind.precision is None else f'precision={kind.precision}'})", "dt.time"
            )
        case pg.JSON():
            return TypeCode("pg.JSONB" if isinstance(kind, pg.JSONB) else "pg.JSON", "Any")
        case _:
            return SIMPLE.get(type(kind))


def enum_of(kind: TypeEngine[Any]) -> sa.Enum | None:
    """The enum that a column holds, or holds a list of."""
    item: TypeEngine[Any] = getattr(kind, "item_type", kind)
    return item if isinstance(item, sa.Enum) else None


def enum_schema(kind: sa.Enum) -> str | None:
    schema: str | None = getattr(kind, "schema", None)
    return schema


def _arguments(*values: object) -> str:
    return ", ".join(str(value) for value in values if value not in (None, ""))
