"""PostgreSQL's expressions in SQLite's words, where there are such words."""

import json
import re
import sqlite3
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

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
NOW = re.compile(
    r"""\(?(now\(\)|localtimestamp(\(\d\))?|current_(timestamp|date|time)(\(\d\))?|(transaction|statement|clock)_timestamp\(\)
    |timezone\('utc',\ (now\(\)|current_timestamp)\))(\ at\ time\ zone\ 'utc')?\)?""",
    re.IGNORECASE | re.VERBOSE,
)
ARRAY_LITERAL = re.compile(r"^\(?(?:ARRAY\s*\[(?P<items>.*)\]|'\{(?P<braces>.*)\}')\)?$", re.DOTALL)
STRING = re.compile(r"'((?:[^']|'')*)'|([^,\s][^,]*)")
BRACE_ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,]+)')

SQLITE_NOW = "(strftime('%Y-%m-%d %H:%M:%f000', 'now'))"
SQLITE_UUID = "(lower(hex(randomblob(16))))"
SQLITE_UUID_TEXT = (
    "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' "
    "|| substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))"
)


def portable_expression(sql: str) -> str:
    """The expression without PostgreSQL's casts."""
    return TOKEN.sub(lambda match: "" if match["cast"] else match[0], sql)


def portable_default(sql: str, kind: TypeEngine[object]) -> str | None:
    """The default in SQLite's words, or None where it has none."""
    plain = portable_expression(sql).strip()
    if NOW.fullmatch(plain):
        return _now(_impl(kind))
    if plain in ("gen_random_uuid()", "uuid_generate_v4()"):
        return made_up_key(kind)
    if (
        isinstance(_impl(kind), sa.JSON | sa.ARRAY)
        and (array := ARRAY_LITERAL.match(plain))
        and ("[]" in sql or array["items"] is not None)
    ):
        return _json_literal(array)
    plain = {"true": "1", "false": "0"}.get(plain, plain)
    return f"({plain})" if _is_valid(f"SELECT ({plain})") else None  # tried on an empty database


def made_up_key(kind: TypeEngine[Any]) -> str | None:
    """A key at random, for one that a function of the database makes."""
    match kind:
        case sa.Uuid():
            return SQLITE_UUID
        case sa.String() if not isinstance(kind, sa.Enum):
            return SQLITE_UUID_TEXT
        case _:
            return None


def _now(kind: TypeEngine[Any]) -> str:
    match kind:
        case sa.DateTime():
            return SQLITE_NOW
        case sa.Date():
            return "CURRENT_DATE"
        case sa.Time():
            return "CURRENT_TIME"
        case _:
            return "CURRENT_TIMESTAMP"


def can_filter(condition: str, columns: Sequence[str]) -> bool:
    """Whether SQLite takes the condition of a partial index over such columns."""
    names = ", ".join(_quote(name) for name in columns)
    return _is_valid(
        f"CREATE TABLE t ({names})",
        f"CREATE INDEX i ON t ({_quote(columns[0])}) WHERE {condition}",
    )


def _impl(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return kind.impl_instance if isinstance(kind, sa.TypeDecorator) else kind


def _json_literal(array: re.Match[str]) -> str:
    if array["items"] is not None:
        items = [
            found[1].replace("''", "'") if found[1] is not None else found[2]
            for found in STRING.finditer(array["items"])
        ]
    else:
        text = array["braces"].replace("''", "'")
        items = [
            re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[2]
            for found in BRACE_ITEM.finditer(text)
        ]
    quoted = json.dumps(items, ensure_ascii=False).replace("'", "''")
    return f"'{quoted}'"


def _quote(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _is_valid(*statements: str) -> bool:
    connection = sqlite3.connect(":memory:")
    try:
        for statement in statements:
            connection.execute(statement)
    except sqlite3.Error:
        return False
    finally:
        connection.close()
    return True


def counting_trigger(schema: str | None, table: str, column: str) -> str:
    """A trigger that gives a column the next number, as a sequence would."""
    prefix = f"{_quote(schema)}." if schema else ""
    name, target, number = _quote(f"{table}_{column}_seq"), _quote(table), _quote(column)
    following = f"(SELECT coalesce(max({number}), 0) + 1 FROM {target})"  # noqa: S608  # the names are quoted
    update = f"UPDATE {target} SET {number} = {following} WHERE rowid = NEW.rowid"  # noqa: S608  # as above
    statement = f"CREATE TRIGGER {prefix}{name} AFTER INSERT ON {target} WHEN NEW.{number} IS NULL BEGIN {update}; END"
    return statement.replace("%", "%%")
