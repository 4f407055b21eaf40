"""The service on an SQLite file, as a dialect of SQLAlchemy's: what its SQL and its column types are there.

The service itself knows PostgreSQL alone. To import this package makes the dialect SQLite's in this process.
"""

from sqlalchemy.dialects import registry

from tests.sqlite import sql

__all__ = ["sql"]

registry.register("sqlite", "tests.sqlite.dialect", "SqliteDialect")
registry.register("sqlite.aiosqlite", "tests.sqlite.dialect", "AsyncSqliteDialect")
