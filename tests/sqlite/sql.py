"""How SQLite says what the service's elements of SQL say for PostgreSQL."""

from typing import Any

from sqlalchemy import ColumnClause, Integer, TextClause, text, types
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BinaryExpression, CollectionAggregate

from service.core.resources.columns.comparisons import (
    contains_all,
    from_text,
    in_milliseconds,
    row_hash,
    same_json,
)
from service.core.resources.columns.nested_text import ROW, json_row, json_rows, nested_text
from service.core.resources.columns.wire import (
    date_text,
    key_moment_text,
    key_time_text,
    native_list,
    single_text,
    text_list,
    time_text,
    utc_text,
    uuid_text,
)
from service.core.resources.columns.word_search import holds_words
from service.prisma.live import COLUMNS
from service.prisma.types import shown_text
from tests.sqlite.names import MAIN

NO_SCHEMA = "__[SCHEMA__none]."
"""What SQLAlchemy writes for a schema that it is still to translate, of a table that names none."""


class Compiler(SQLiteCompiler):
    """Names columns by their tables alone: what an INSERT returns, SQLite does not know by the schema."""

    def visit_column(self, column: ColumnClause[Any], *args: Any, **kwargs: Any) -> str:
        return super().visit_column(column, *args, **kwargs).removeprefix(NO_SCHEMA)

    def visit_binary(self, binary: BinaryExpression[Any], *args: Any, **kwargs: Any) -> str:
        """Lists are JSON, also where a column is one of them: `= ANY`."""
        if not isinstance(binary.right, CollectionAggregate):
            return super().visit_binary(binary, *args, **kwargs)  # pyright: ignore[reportUnknownMemberType]  # SQLAlchemy leaves it untyped
        column, values = (self.process(each, **kwargs) for each in (binary.left, binary.right.element))
        return f"{column} IN (SELECT value FROM json_each({values}))"  # both are compiled SQL


CATALOGUE = text(f"""
    SELECT '{MAIN}', tables.name, 1, 0, columns.name, NULL, 1, 0, NULL, 1, 0
    FROM sqlite_schema AS tables, pragma_table_xinfo(tables.name) AS columns
""")
"""As `COLUMNS` of PostgreSQL's. Types are other ones: only what is there counts."""


@compiles(TextClause, "sqlite")
def _text_sqlite(element: TextClause, compiler: SQLCompiler, **kwargs: Any) -> str:
    said = CATALOGUE if element is COLUMNS else element
    return compiler.visit_textclause(said, **kwargs)  # pyright: ignore[reportUnknownMemberType]  # SQLAlchemy leaves it untyped


@compiles(contains_all, "sqlite")
def _contains_all_sqlite(element: contains_all, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, values = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return (
        f"NOT EXISTS (SELECT value FROM json_each({values}) "  # both are compiled SQL
        f"EXCEPT SELECT value FROM json_each({column}))"
    )


@compiles(from_text, "sqlite")
def _from_text_sqlite(element: from_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    """SQLite keeps numbers as numbers and all else as text."""
    text = compiler.process(element.clauses, **kwargs)
    return f"CAST({text} AS INTEGER)" if isinstance(element.type, Integer) else text


@compiles(in_milliseconds, "sqlite")
def _in_milliseconds_sqlite(element: in_milliseconds, compiler: SQLCompiler, **kwargs: Any) -> str:
    """SQLAlchemy keeps six digits of a second."""
    column = compiler.process(element.clauses, **kwargs)
    return f"substr({column}, 1, length({column}) - 3) || '000'"


@compiles(same_json, "sqlite")
def _same_json_sqlite(element: same_json, compiler: SQLCompiler, **kwargs: Any) -> str:
    """A function of the connection's."""
    return f"same_json({compiler.process(element.clauses, **kwargs)})"


@compiles(row_hash, "sqlite")
def _row_hash_sqlite(element: row_hash, compiler: SQLCompiler, **kwargs: Any) -> str:
    """A function of the connection's."""
    return f"row_hash({compiler.process(element.clauses, **kwargs)})"


@compiles(nested_text, "sqlite")
def _nested_text_sqlite(element: nested_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    value = compiler.process(element.clauses, **kwargs)
    match element.kind:
        case types.LargeBinary():
            return f"CASE WHEN {value} IS NOT NULL THEN hex({value}) END"
        case types.Float():
            return f"CASE WHEN {value} IS NOT NULL THEN printf('%!.17g', {value}) END"
        case _:
            # Without `|| ''` a text that a JSON function made would stand in the list as JSON, not as a text.
            return f"CAST({value} AS TEXT) || ''"


@compiles(json_row, "sqlite")
def _json_row_sqlite(element: json_row, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"json_array({compiler.process(element.clauses, **kwargs)})"


@compiles(json_rows, "sqlite")
def _json_rows_sqlite(element: json_rows, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"(SELECT json_group_array(json({ROW})) FROM {compiler.process(element.clauses, **kwargs)})"  # compiled SQL


@compiles(utc_text, "sqlite")
def _utc_text_sqlite(element: utc_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    return _cut(compiler.process(element.clauses, **kwargs), 23, "%Y-%m-%dT%H:%M:%fZ")


@compiles(key_moment_text, "sqlite")
def _key_moment_text_sqlite(element: key_moment_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    column = compiler.process(element.clauses, **kwargs)
    shown = _cut(column, 23, "%Y-%m-%dT%H:%M:%fZ")
    return f"CASE WHEN substr({column}, 24) IN ('', '000') THEN {shown} ELSE replace({column}, ' ', 'T') || 'Z' END"


@compiles(date_text, "sqlite")
def _date_text_sqlite(element: date_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kwargs)} AS TEXT)"


@compiles(time_text, "sqlite")
def _time_text_sqlite(element: time_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    return _cut(compiler.process(element.clauses, **kwargs), 12, "%H:%M:%f")


@compiles(key_time_text, "sqlite")
def _key_time_text_sqlite(element: key_time_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    column = compiler.process(element.clauses, **kwargs)
    return (
        f"CASE WHEN substr({column}, 13) IN ('', '000') THEN strftime('%H:%M:%f', {column}) ELSE {column} END"
    )


@compiles(uuid_text, "sqlite")
def _uuid_text_sqlite(element: uuid_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    """SQLAlchemy keeps the 32 digits there."""
    column = compiler.process(element.clauses, **kwargs)
    return " || '-' || ".join(
        f"substr({column}, {start}, {length})"
        for start, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    )


@compiles(single_text, "sqlite")
def _single_text_sqlite(element: single_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    """A function of the connection's."""
    return f"single_digits({compiler.process(element.clauses, **kwargs)})"


@compiles(native_list, "sqlite")
def _native_list_sqlite(element: native_list, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"coalesce({compiler.process(element.clauses, **kwargs)}, '[]')"


@compiles(text_list, "sqlite")
def _text_list_sqlite(element: text_list, compiler: SQLCompiler, **kwargs: Any) -> str:
    """The items get their form when the list is read."""
    return f"coalesce({compiler.process(element.clauses, **kwargs)}, '[]')"


@compiles(holds_words, "sqlite")
def _holds_words_sqlite(element: holds_words, compiler: SQLCompiler, **kwargs: Any) -> str:
    """A function of the connection's."""
    _, *text_and_sources = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"holds_words({', '.join(text_and_sources)})"


@compiles(shown_text, "sqlite")
def _shown_text_sqlite(element: shown_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kwargs)} AS TEXT)"


def _cut(column: str, length: int, form: str) -> str:
    """SQLite's milliseconds of what SQLAlchemy keeps with six digits of a second: SQLite itself would round them."""
    return f"strftime('{form}', CASE WHEN length({column}) > {length} THEN substr({column}, 1, {length}) ELSE {column} END)"
