"""PostgreSQL's defaults in SQLite's words."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.types import TypeEngine

from service.prisma.types import ScalarList, UtcTimestamp
from tests.sqlite.names import MAIN, name_apart
from tests.sqlite.portable_sql import is_valid, portable_expression
from tests.sqlite.types import JsonList

NOW = re.compile(
    r"""\(?(now\(\)|localtimestamp(\(\d\))?|current_(timestamp|date|time)(\(\d\))?|(transaction|statement|clock)_timestamp\(\)
    |timezone\('utc',\ (now\(\)|current_timestamp)\))(\ at\ time\ zone\ 'utc')?\)?""",
    re.IGNORECASE | re.VERBOSE,
)
ARRAY_LITERAL = re.compile(r"^\(?(?:ARRAY\s*\[(?P<items>.*)\]|'\{(?P<braces>.*)\}')\)?$", re.DOTALL)
ITEM = re.compile(r"\s*(?:'((?:[^']|'')*)'|([^,]+))")
BRACE_ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,]+)')
LITERAL = re.compile(r"'(?:[^']|'')*'", re.DOTALL)
OTHERWISE_STORED = (sa.Uuid, sa.DateTime, sa.Date, sa.Time, sa.LargeBinary)
"""What SQLite keeps in another form than PostgreSQL writes."""
UUID_MAKERS = ("gen_random_uuid()", "uuid_generate_v4()")

SQLITE_NOW = "(strftime('%Y-%m-%d %H:%M:%f000', 'now'))"
SQLITE_UUID = "(lower(hex(randomblob(16))))"
SQLITE_UUID_TEXT = (
    "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' "
    "|| substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))"
)
SQLITE = dialect()


def portable_default(sql: str, kind: TypeEngine[Any]) -> str | None:
    """The default in SQLite's words, or None where it has none."""
    plain = portable_expression(sql).strip()
    if NOW.fullmatch(plain):
        return _now(_impl(kind))
    if plain in UUID_MAKERS:
        return made_up_default(kind)
    if isinstance(kind, ScalarList | JsonList):
        array = ARRAY_LITERAL.match(plain)
        return array and _text(json.dumps(_stored_list(array, kind.item), ensure_ascii=False))
    if isinstance(_impl(kind), OTHERWISE_STORED):
        literal = LITERAL.fullmatch(plain)
        return literal and _stored_literal(plain[1:-1].replace("''", "'"), kind)
    plain = {"true": "1", "false": "0"}.get(plain, plain)
    return f"({plain})" if is_valid(f"SELECT ({plain})") else None


def made_up_default(kind: TypeEngine[Any]) -> str | None:
    """A value for a column that PostgreSQL never leaves empty, by a function of its own."""
    match _impl(kind):
        case sa.Uuid():
            return SQLITE_UUID
        case sa.Enum():
            return None
        case sa.String():
            return SQLITE_UUID_TEXT
        case sa.Boolean() | sa.Integer() | sa.Float():
            return "0"
        case sa.DateTime() | sa.Date() | sa.Time() as moment:
            return _now(moment)
        case sa.Numeric():
            return "'0'"
        case sa.LargeBinary():
            return "(randomblob(16))"
        case sa.ARRAY():
            return "'[]'"
        case sa.JSON():
            return "'[]'" if isinstance(kind, JsonList) else "'{}'"
        case _:
            return None


def counted_default(schema: str | None, table: str, column: str) -> str:
    """The next number, as a sequence would give it."""
    names = (schema or MAIN, name_apart(table), name_apart(column))
    return f"(following({', '.join(map(_text, names))}))"


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


def _impl(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return kind.impl_instance if isinstance(kind, sa.TypeDecorator) else kind


def _stored_list(array: re.Match[str], item: TypeEngine[Any]) -> list[Any]:
    values = [None if text is None else _value(text, item) for text in _items(array)]
    return JsonList(item).process_bind_param(values, SQLITE) or []


def _items(array: re.Match[str]) -> Iterator[str | None]:
    """The texts of the items; None for NULL."""
    if array["items"] is not None:
        for found in ITEM.finditer(array["items"]):
            yield found[1].replace("''", "'") if found[1] is not None else _unless_null(found[2])
    else:
        for found in BRACE_ITEM.finditer(array["braces"].replace("''", "'")):
            yield re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else _unless_null(found[2])


def _unless_null(text: str) -> str | None:
    bare = text.strip(" ()")
    return None if bare.upper() == "NULL" else bare


def _stored_literal(text: str, kind: TypeEngine[Any]) -> str:
    value = _value(text, kind)
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    stored = kind.dialect_impl(SQLITE).bind_processor(SQLITE)
    return _text(str(stored(value) if stored else value))


def _text(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _value(text: str, kind: TypeEngine[Any]) -> Any:  # one for each type
    """What PostgreSQL makes of a text in a default."""
    match _impl(kind):
        case sa.Boolean():
            return text.lower() in {"t", "true"}
        case sa.Integer():
            return int(text)
        case sa.Float():
            return float(text)
        case sa.Numeric():
            return Decimal(text)
        case sa.Uuid():
            return UUID(text)
        case sa.DateTime():
            moment = datetime.fromisoformat(text)
            return moment.replace(tzinfo=UTC) if isinstance(kind, UtcTimestamp) else moment
        case sa.Date():
            return date.fromisoformat(text)
        case sa.Time():
            return time.fromisoformat(text)
        case sa.LargeBinary():
            return bytes.fromhex(text.removeprefix(r"\x"))
        case sa.JSON():
            return json.loads(text)
        case _:
            return text
