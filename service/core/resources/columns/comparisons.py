"""SQL for comparisons of columns with values: lists, the last row of a page, JSON documents, the hash of a row."""

from typing import Any

from sqlalchemy import ColumnElement, types
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from service.prisma.types import Money, plain_type

ESCAPES = r"\\\\|\\ud[89ab]..\\ud[c-f].."
NOT_IN_JSONB = r"\\u(0000|d[89a-f])|[0-9]e[+-]?[0-9]{5}"
"""What `@db.Json` can hold and JSONB cannot: NUL, half of a surrogate pair, a number of tens of thousands of digits."""


class contains_all(FunctionElement[bool]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """Whether a list column holds all of a list of values: `contains_all(column, values)`."""

    inherit_cache = True


@compiles(contains_all)
def _contains_all(element: contains_all, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, values = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} @> {values}"


class from_text(FunctionElement[Any]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A value of a column's type, cast from the text that the database gave for it."""

    inherit_cache = False

    def __init__(self, text: ColumnElement[str], target: TypeEngine[Any]) -> None:
        super().__init__(text)
        self.type = target


@compiles(from_text)
def _from_text(element: from_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    text = compiler.process(element.clauses, **kwargs)
    through = "NUMERIC" if isinstance(plain_type(element.type), Money) else "TEXT"
    # A cast cannot name a collation; as plain text, the value is compared by the column's.
    target = types.Text() if getattr(element.type, "collation", None) else element.type
    # The statement's own identifier preparer knows the schema of an enum.
    kind = compiler.dialect.type_compiler_instance.process(target, identifier_preparer=compiler.preparer)
    return f"CAST(CAST({text} AS {through}) AS {kind})"


class in_milliseconds(FunctionElement[Any]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A moment or a time of day cut to milliseconds, as callers see it."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(in_milliseconds)
def _in_milliseconds(element: in_milliseconds, compiler: SQLCompiler, **kwargs: Any) -> str:
    text = f"date_trunc('milliseconds', {compiler.process(element.clauses, **kwargs)})"
    # `date_trunc` turns a time of day into an interval.
    return f"CAST({text} AS TIME)" if isinstance(plain_type(element.type), types.Time) else text


class same_json(FunctionElement[bool]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """Whether JSON documents, or lists of them, are equal however they are written: `same_json(column, value)`."""

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
    # Escaped backslashes and whole surrogate pairs are taken out first: JSONB can hold them.
    text = f"regexp_replace(CAST(to_json({column}) AS TEXT), {_literal(ESCAPES)}, '', 'gi')"
    return f"CASE WHEN {text} ~* {_literal(NOT_IN_JSONB)} THEN false ELSE {alike} END"


def _literal(pattern: str) -> str:
    """A pattern as an SQL literal that does not depend on how the database reads backslashes.

    `standard_conforming_strings` decides that for literals without an E.
    """
    return "E'{}'".format(pattern.replace("\\", r"\\"))


class row_hash(FunctionElement[int]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A 64-bit hash of the contents of columns: `row_hash(*columns)`."""

    type = types.BigInteger()
    inherit_cache = True


@compiles(row_hash)
def _row_hash(element: row_hash, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"hashtextextended(CAST(ROW({compiler.process(element.clauses, **kwargs)}) AS TEXT), 0)"
