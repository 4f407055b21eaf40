"""SQL that compares columns with values: lists of them, the last row of a page, the hash of a row."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, TypeDecorator, types
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from service.prisma.types import Money, list_as_sent, plain_type

ESCAPES = r"\\\\|\\ud[89ab]..\\ud[c-f].."
NOT_IN_JSONB = r"\\u(0000|d[89a-f])|[0-9]e[+-]?[0-9]{5}"
"""What a `@db.Json` may hold and no JSONB: NUL, half of a surrogate pair, a number of tens of thousands of digits."""


class ValueList(TypeDecorator[list[Any]]):
    """The type of a list of values of a column's type, which is bound as one value, however many they are."""

    impl = types.ARRAY
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__(item)
        self.item = item

    def bind_expression(self, bindparam: BindParameter[Any]) -> ColumnElement[Any]:
        return list_as_sent(bindparam, self.item)


class contains_all(FunctionElement[bool]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """Whether a list holds each of a list of values: `contains_all(column, values)`."""

    inherit_cache = True


@compiles(contains_all)
def _contains_all(element: contains_all, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, values = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} @> {values}"


class from_text(FunctionElement[Any]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A value of a column's own type out of the text that the database gave for it."""

    inherit_cache = False

    def __init__(self, text: ColumnElement[str], target: TypeEngine[Any]) -> None:
        super().__init__(text)
        self.type = target


@compiles(from_text)
def _from_text(element: from_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    text = compiler.process(element.clauses, **kwargs)
    through = "NUMERIC" if isinstance(plain_type(element.type), Money) else "TEXT"
    # No cast names a collation; the column's own decides.
    target = types.Text() if getattr(element.type, "collation", None) else element.type
    # By the statement's own preparer, which knows the schema of an enum.
    kind = compiler.dialect.type_compiler_instance.process(target, identifier_preparer=compiler.preparer)
    return f"CAST(CAST({text} AS {through}) AS {kind})"


class in_milliseconds(FunctionElement[Any]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A moment or a time of day without what callers do not see of it."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(in_milliseconds)
def _in_milliseconds(element: in_milliseconds, compiler: SQLCompiler, **kwargs: Any) -> str:
    text = f"date_trunc('milliseconds', {compiler.process(element.clauses, **kwargs)})"
    # Of a time of day PostgreSQL makes an interval.
    return f"CAST({text} AS TIME)" if isinstance(plain_type(element.type), types.Time) else text


class same_json(FunctionElement[bool]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """Whether two documents, or two lists of them, say the same, however they are written: `same_json(column, value)`."""

    type = types.Boolean()
    inherit_cache = True


@compiles(same_json)
def _same_json(element: same_json, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, value = (compiler.process(clause, **kwargs) for clause in element.clauses)
    match plain_type(next(iter(element.clauses)).type):
        case types.ARRAY() as several:
            one, many = plain_type(several.item_type), "[]"
        case kind:
            one, many = kind, ""
    if isinstance(one, JSONB):
        return f"{column} = {value}"
    alike = f"CAST({column} AS JSONB{many}) = CAST({value} AS JSONB{many})"
    # An escaped backslash, and a character that is written as a surrogate pair, is none of the escapes that JSONB lacks.
    text = f"regexp_replace(CAST(to_json({column}) AS TEXT), {_literal(ESCAPES)}, '', 'gi')"
    return f"CASE WHEN {text} ~* {_literal(NOT_IN_JSONB)} THEN false ELSE {alike} END"


def _literal(pattern: str) -> str:
    """Which means the same whatever the database takes a backslash for (`standard_conforming_strings`)."""
    return "E'{}'".format(pattern.replace("\\", r"\\"))


class row_hash(FunctionElement[int]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A number that tells the contents of columns apart: `row_hash(*columns)`."""

    type = types.BigInteger()
    inherit_cache = True


@compiles(row_hash)
def _row_hash(element: row_hash, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"hashtextextended(CAST(ROW({compiler.process(element.clauses, **kwargs)}) AS TEXT), 0)"
