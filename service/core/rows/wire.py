"""SQL that gives a column the form in which it crosses the wire, so that rows need no work in Python.

Each function element renders what PostgreSQL and SQLite need for the same answer.
"""

from typing import Any

from sqlalchemy import ColumnElement, Integer, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class utc_text(FunctionElement[str]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A timestamp as RFC 3339 in UTC with milliseconds."""

    type = String()
    inherit_cache = True


@compiles(utc_text)
def _utc_text(element: utc_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    (column,) = element.clauses
    moment = compiler.process(column, **kwargs)
    if getattr(column.type, "timezone", False):
        moment = f"({moment} AT TIME ZONE 'UTC')"
    return f'to_char({moment}, \'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\')'


@compiles(utc_text, "sqlite")
def _utc_text_sqlite(element: utc_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"strftime('%Y-%m-%dT%H:%M:%fZ', {compiler.process(element.clauses, **kwargs)})"


class scalar_list(FunctionElement[str]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A list, never NULL: Prisma reads a NULL list as an empty one."""

    type = String()
    inherit_cache = True


@compiles(scalar_list)
def _scalar_list(element: scalar_list, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"coalesce({compiler.process(element.clauses, **kwargs)}, '{{}}')"


@compiles(scalar_list, "sqlite")
def _scalar_list_sqlite(element: scalar_list, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"coalesce({compiler.process(element.clauses, **kwargs)}, '[]')"


class list_contains(FunctionElement[bool]):  # noqa: N801  # as above
    """Whether a list holds a value: `list_contains(column, value)`."""

    inherit_cache = True


@compiles(list_contains)
def _list_contains(element: list_contains, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, value = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} @> ARRAY[CAST({value} AS TEXT)]"


@compiles(list_contains, "sqlite")
def _list_contains_sqlite(element: list_contains, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, value = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE json_each.value = {value})"  # noqa: S608  # both are compiled SQL


class from_text(FunctionElement[Any]):  # noqa: N801  # as above
    """A value of a column's own type out of the text that the database gave for it."""

    inherit_cache = False

    def __init__(self, text: ColumnElement[str], target: TypeEngine[Any]) -> None:
        super().__init__(text)
        self.type = target


@compiles(from_text)
def _from_text(element: from_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    text = compiler.process(element.clauses, **kwargs)
    return f"CAST(CAST({text} AS TEXT) AS {compiler.dialect.type_compiler_instance.process(element.type)})"


@compiles(from_text, "sqlite")
def _from_text_sqlite(element: from_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    """SQLite keeps numbers as numbers and all else as text."""
    text = compiler.process(element.clauses, **kwargs)
    return f"CAST({text} AS INTEGER)" if isinstance(element.type, Integer) else text


class row_version(FunctionElement[str]):  # noqa: N801  # as above
    """What each transaction that writes a row changes, by a column of the row's table: `row_version(column)`."""

    type = String()
    inherit_cache = True


@compiles(row_version)
def _row_version(element: row_version, compiler: SQLCompiler, **kwargs: Any) -> str:
    (column,) = element.clauses
    table = compiler.process(column, **kwargs).rpartition(".")[0]
    return f"{table}.xmin::text"


@compiles(row_version, "sqlite")
def _row_version_sqlite(_element: row_version, _compiler: SQLCompiler, **_: Any) -> str:
    """SQLite, which is there for tests alone, keeps none."""
    return "NULL"


class new_version(FunctionElement[str]):  # noqa: N801
    """The `row_version` of what this statement writes; an INSERT into a partitioned table cannot return it."""

    type = String()
    inherit_cache = True


@compiles(new_version)
def _new_version(_element: new_version, _compiler: SQLCompiler, **_: Any) -> str:
    return "pg_current_xact_id()::xid::text"


@compiles(new_version, "sqlite")
def _new_version_sqlite(_element: new_version, _compiler: SQLCompiler, **_: Any) -> str:
    return "NULL"
