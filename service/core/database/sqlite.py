"""What the database layer does for SQLite alone, on which tests run."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteIdentifierPreparer
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

from service.core.database.statement import AnySelect, AnyWrite
from service.prisma.base import Base, ViewBase

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
"""What PostgreSQL calls SQLite's errors."""


def behave_like_postgresql(engine: AsyncEngine) -> None:
    """Check foreign keys, and let writers wait for each other instead of failing."""
    hold_every_name(engine.sync_engine)
    event.listen(engine.sync_engine, "connect", _set_up)
    event.listen(engine.sync_engine, "begin", _begin)


def hold_every_name(engine: Engine) -> None:
    """Let it have further schemas, and names that differ in case alone, which to SQLite are the same."""
    event.listen(engine, "connect", _attach_schemas)
    engine.dialect.identifier_preparer = _Apart(engine.dialect)


class _Apart(SQLiteIdentifierPreparer):
    """Calls all but one of the names that differ in case alone by others."""

    def quote(self, ident: str) -> str:
        return super().quote(_other_names().get(ident, ident))


@cache
def _other_names() -> Mapping[str, str]:
    """Of columns of one table, and of tables and indexes of one schema."""
    groups: dict[tuple[object, ...], set[str]] = {}
    metadatas = {model.metadata for base in (Base, ViewBase) for model in (base, *_below(base))}
    for table in (table for metadata in metadatas for table in metadata.tables.values()):
        for name in (table.name, *(str(index.name) for index in table.indexes)):
            groups.setdefault((table.metadata, table.schema, name.lower()), set()).add(name)
        for column in table.columns:
            groups.setdefault((table, column.name.lower()), set()).add(column.name)
    alike = [sorted(names) for names in groups.values() if len(names) > 1]
    return {name: f"{name}~{at}" for names in alike for at, name in enumerate(names[:-1])}


def _below(model: type[DeclarativeBase]) -> Iterator[type[DeclarativeBase]]:
    for each in model.__subclasses__():
        yield from (each, *_below(each))


async def fetch(
    connection: AsyncConnection, clause: AnySelect | AnyWrite, values: Mapping[str, object]
) -> list[tuple[Any, ...]]:
    """Run one statement in a transaction of its own."""
    async with connection.begin():
        return [tuple(row) for row in await connection.execute(clause, dict(values))]


def _set_up(connection: Any, _record: ConnectionPoolEntry) -> None:
    """Transactions begin where SQLAlchemy begins them, not where the driver would."""
    connection.isolation_level = None
    cursor = connection.cursor()
    connection.create_function("row_guard", -1, _row_guard, deterministic=True)
    connection.create_function("holds_words", -1, _holds_words, deterministic=True)
    connection.create_function("lower", 1, _lower, deterministic=True)
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA busy_timeout = 10000")
    cursor.close()


def _attach_schemas(connection: Any, _record: ConnectionPoolEntry) -> None:
    """On "connect": each further schema is in a file beside the database's own, `shop` in `test.db.shop`."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA database_list")
    main = Path(cursor.fetchone()[2])
    for file in sorted(main.parent.glob(f"{main.name}.*")) if main.name else ():
        cursor.execute("ATTACH ? AS " + f'"{file.name.removeprefix(main.name + ".")}"', (str(file),))


def _row_guard(*columns: object) -> int:
    """Tell the contents of columns apart, as `hashtextextended` does on PostgreSQL."""
    return int.from_bytes(blake2b(repr(columns).encode(), digest_size=8).digest(), signed=True)


def _holds_words(text: str, *columns: object) -> bool:
    """Whether the columns hold each word of the text; PostgreSQL knows their forms as well."""
    held = _words(" ".join(str(column) for column in columns if column is not None))
    return bool(asked := _words(text)) and asked <= held


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _lower(value: object) -> str | None:
    """SQLite's own knows ASCII alone."""
    return None if value is None else str(value).lower()


def _begin(connection: Any) -> None:
    """Writers queue up here, as they do on PostgreSQL's row locks."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
