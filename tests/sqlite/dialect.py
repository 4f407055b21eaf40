"""SQLite as PostgreSQL behaves: foreign keys are checked, and writers wait for each other instead of failing."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Error
from typing import Any

from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.types import TypeEngine, adapt_type

from tests.sqlite.connection import Connection
from tests.sqlite.errors import name_the_fault
from tests.sqlite.names import NamesApart
from tests.sqlite.sql import Compiler
from tests.sqlite.types import type_on_sqlite


class _LikePostgresql(SQLiteDialect_pysqlite):
    preparer = NamesApart
    statement_compiler = Compiler

    def type_descriptor(self, typeobj: TypeEngine[Any]) -> TypeEngine[Any]:
        other = type_on_sqlite(typeobj)
        return adapt_type(typeobj, self.colspecs) if other is None else other.dialect_impl(self)

    def connect(self, *cargs: Any, **cparams: Any) -> DBAPIConnection:
        """Without what the service tells asyncpg alone."""
        cparams["factory"] = Connection
        for name in ("async_creator_fn", "command_timeout", "server_settings"):
            cparams.pop(name, None)
        return super().connect(*cargs, **cparams)

    def on_connect(self) -> Callable[[DBAPIConnection], None]:
        begin = super().on_connect()

        def connected(connection: Any) -> None:
            begin(connection)
            # Transactions begin in `do_begin`, not where the driver would.
            connection.isolation_level = None
            cursor = connection.cursor()
            cursor.execute("PRAGMA foreign_keys = ON")
            cursor.execute("PRAGMA busy_timeout = 10000")
            _attach_schemas(cursor)
            cursor.close()

        return connected

    def do_begin(self, dbapi_connection: Any) -> None:
        """Writers queue up here, as they do on PostgreSQL's row locks."""
        cursor = dbapi_connection.cursor()
        with _named(cursor, ""):
            cursor.execute("BEGIN IMMEDIATE")
        cursor.close()

    def do_execute(self, cursor: DBAPICursor, statement: str, parameters: Any, context: Any = None) -> None:
        with _named(cursor, statement, parameters):
            super().do_execute(cursor, statement, parameters, context)

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        with _named(cursor, statement):
            super().do_executemany(cursor, statement, parameters, context)


class SqliteDialect(_LikePostgresql):
    """What creates tables."""

    supports_statement_cache = True


class AsyncSqliteDialect(_LikePostgresql, SQLiteDialect_aiosqlite):
    """What the service is given."""

    supports_statement_cache = True


@contextmanager
def _named(cursor: Any, statement: str, parameters: Any = None) -> Generator[None]:
    try:
        yield
    except Error as error:
        name_the_fault(error, cursor, statement, parameters)
        raise


def _attach_schemas(cursor: Any) -> None:
    """Each further schema is in a file beside the database's own, `shop` in `test.db.shop`."""
    cursor.execute("PRAGMA database_list")
    main = Path(cursor.fetchone()[2])
    for file in sorted(main.parent.glob(f"{main.name}.*")) if main.name else ():
        cursor.execute("ATTACH ? AS " + f'"{file.name.removeprefix(main.name + ".")}"', (str(file),))
