"""SQLite's errors with what PostgreSQL's say: the SQLSTATE, and the name of the constraint."""

import re
from collections.abc import Iterator
from sqlite3 import Error
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Table

from tests.sqlite.names import tables

SQLSTATES = {
    "SQLITE_CONSTRAINT_UNIQUE": "23505",
    "SQLITE_CONSTRAINT_PRIMARYKEY": "23505",
    "SQLITE_CONSTRAINT_FOREIGNKEY": "23503",
    "SQLITE_CONSTRAINT_NOTNULL": "23502",
    "SQLITE_CONSTRAINT_CHECK": "23514",
    "SQLITE_CONSTRAINT_TRIGGER": "P0001",
    "SQLITE_BUSY": "40001",
    "SQLITE_FULL": "53100",
    "SQLITE_TOOBIG": "22001",
    "SQLITE_MISMATCH": "22000",
    "SQLITE_READONLY": "25006",
    "SQLITE_CANTOPEN": "08001",
}
_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")
_NOT_NULL = re.compile(r"NOT NULL constraint failed: (.+)")
_WRITTEN = re.compile(r'(?:INSERT INTO|UPDATE) (?:"?\w+"?\.)?("[^"]+"|\w+)')


def name_the_fault(error: Error, cursor: Any, statement: str, parameters: Any) -> None:
    """Add `sqlstate`, and the names of the constraint, or of the table and the column, to an error of a statement."""
    state = SQLSTATES.get(error.sqlite_errorname)
    name = None
    if state == "23505" and (match := _UNIQUE.search(str(error))):
        names = [part.strip() for part in match[1].split(",")]
        table = names[0].rpartition(".")[0]
        name = _unique(table, {part.rpartition(".")[2] for part in names})
    elif state == "23503" and (match := _WRITTEN.match(statement)):
        name = _foreign_key(cursor, match[1].strip('"'), statement, parameters)
    elif state == "23502" and (match := _NOT_NULL.search(str(error))):
        table, _, column = match[1].rpartition(".")
        vars(error).update(table_name=table.rpartition(".")[2], column_name=column)
    vars(error).update(sqlstate=state, constraint_name=name)


def _unique(table: str, columns: set[str]) -> str | None:
    for each in _called(table):
        if {column.name for column in each.primary_key} == columns:
            return f"{table}_pkey"
        for constraint in (*each.constraints, *each.indexes):
            if {column.name for column in getattr(constraint, "columns", ())} == columns:
                return str(constraint.name)
    return None


def _foreign_key(cursor: Any, table: str, statement: str, parameters: Any) -> str | None:
    """SQLite says only that there is one: the rows are looked at as the statement would have left them."""
    cursor.execute("PRAGMA defer_foreign_keys = ON")
    cursor.execute(statement, parameters)
    cursor.fetchall()
    cursor.execute(f'PRAGMA foreign_key_check("{table}")')
    broken = {number for _, _, _, number in cursor.fetchall()}
    cursor.execute(f'PRAGMA foreign_key_list("{table}")')
    columns: dict[int, set[str]] = {}
    for number, _, _, source, *_ in cursor.fetchall():
        if number in broken:
            columns.setdefault(number, set()).add(source)
    # Of several PostgreSQL names the first that was made, which a table that was copied does not know: one, always the same.
    names = (
        str(constraint.name)
        for each in _called(table)
        for constraint in each.constraints
        if isinstance(constraint, ForeignKeyConstraint) and set(constraint.column_keys) in columns.values()
    )
    return min(names, default=None)


def _called(name: str) -> Iterator[Table]:
    return (table for table in tables() if table.name == name)
