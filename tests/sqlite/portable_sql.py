"""PostgreSQL's expressions in SQLite's words, where there are such words."""

import re
import sqlite3
from collections.abc import Sequence

TOKEN = re.compile(
    r"""
    (?P<string>'(?:[^']|'')*') | (?P<quoted>"(?:[^"]|"")*")
    | (?P<cast>::\s*(?:
        timestamp(?:\(\d+\))?(?:\ with(?:out)?\ time\ zone)? | time(?:\(\d+\))?\ with(?:out)?\ time\ zone
        | character\ varying | double\ precision | bit\ varying | (?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))*
      )(?:\(\d+(?:,\s*\d+)?\))?(?:\[\])*)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def portable_expression(sql: str) -> str:
    """The expression without PostgreSQL's casts."""
    return TOKEN.sub(lambda match: "" if match["cast"] else match[0], sql)


def can_filter(condition: str, columns: Sequence[str]) -> bool:
    """Whether SQLite takes the condition of a partial index over such columns."""
    names = ", ".join(quoted(name) for name in columns)
    return is_valid(
        f"CREATE TABLE t ({names})",
        f"CREATE INDEX i ON t ({quoted(columns[0])}) WHERE {condition}",
    )


def is_valid(*statements: str) -> bool:
    """Whether SQLite takes the statements, on an empty database."""
    connection = sqlite3.connect(":memory:")
    try:
        for statement in statements:
            connection.execute(statement)
    except sqlite3.Error:
        return False
    finally:
        connection.close()
    return True


def quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
