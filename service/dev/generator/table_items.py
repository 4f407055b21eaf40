"""The source code of server defaults, constraints and indexes."""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ClauseElement, TextClause
from sqlalchemy.util import OrderedSet

from service.dev.generator.enrich import field_of
from service.dev.schema import Call

OWN_SEQUENCE = re.compile(r"nextval\('.*'::regclass\)")
ELSEWHERE = frozenset({"autoincrement", "dbgenerated"})


def literal(sql: str) -> str:
    """The source of SQL that stays as it is: `text()` would read `:word` as a parameter."""
    return f"literal_sql({sql!r})"


def computed(column: sa.Column[Any]) -> list[str]:
    """The arguments of a generated column or an identity, which have no keyword."""
    default = column.server_default
    if isinstance(default, sa.Computed):
        persisted = "" if default.persisted is None else f", persisted={default.persisted}"
        return [f"sa.Computed({literal(str(default.sqltext))}{persisted})"]
    if isinstance(default, sa.Identity):
        return [f"sa.Identity(always={bool(default.always)})"]
    return []


def server_default(column: sa.Column[Any]) -> dict[str, str]:
    """The keyword arguments of a column that the database fills in."""
    default = column.server_default
    if isinstance(default, sa.Computed | sa.Identity):
        return {}
    if isinstance(default, sa.DefaultClause):
        source = str(default.arg.text if isinstance(default.arg, TextClause) else default.arg)
        if not (column.autoincrement is True and OWN_SEQUENCE.fullmatch(source)):
            return {"server_default": literal(source)}
        return {"autoincrement": "True"} if column.primary_key else {"server_default": "sa.FetchedValue()"}
    field = field_of(column)
    if field and isinstance(field.default, Call) and field.default.name in ELSEWHERE:
        # No default in the database, but schema.prisma says that the database fills it in: a trigger does.
        return {"server_default": "sa.FetchedValue()"}
    if column.primary_key and isinstance(column.type, sa.Integer):
        # SQLAlchemy takes a single integer key for a serial one, unless it is told otherwise.
        return {"autoincrement": "False"}
    return {}


def order_constraints(table: sa.Table) -> None:
    """Put the constraints of a table in the order of their names.

    sqlacodegen sorts them by their columns or SQL. Two constraints that say the same would come in the order of
    SQLAlchemy's set, which differs from run to run, and the models would never be up to date.
    """
    table.constraints = OrderedSet(sorted(table.constraints, key=lambda constraint: str(constraint.name)))


def render_check(constraint: sa.CheckConstraint) -> str:
    """The source of a CHECK, its SQL untouched."""
    source = (
        constraint.sqltext.text if isinstance(constraint.sqltext, TextClause) else str(constraint.sqltext)
    )
    name = f", name={str(constraint.name)!r}" if constraint.name else ""
    return f"sa.CheckConstraint({literal(source)}{name})"


def render_index(index: sa.Index, dialect: sa.Dialect) -> str:
    """The source of an index, with its expressions, order and options."""
    parts = [repr(index.name), *(_element(element, dialect) for element in index.expressions)]
    if index.unique:
        parts.append("unique=True")
    parts += [
        f"{name}={_option(name, value)}"
        for name, value in sorted(index.dialect_kwargs.items())
        if value not in ([], {}, None, False)
    ]
    return f"sa.Index({', '.join(parts)})"


def _element(element: ClauseElement | str, dialect: sa.Dialect) -> str:
    match element:
        case str():
            return literal(element)
        case sa.Column():
            return repr(str(element.name))
        case TextClause():
            return literal(element.text)
        case _:
            # A column with an order, such as `"createdAt" DESC`.
            return literal(str(element.compile(dialect=dialect, compile_kwargs={"include_table": False})))


def _option(name: str, value: Any) -> str:
    if name == "postgresql_where":
        return literal(str(value))
    options: dict[str, Any] | Any = value
    return repr({**options}) if isinstance(options, dict) else repr(options)
