"""The database: what callers ask of it, and what its errors mean."""

from service.core.database.database import Database, Session

__all__ = ["Database", "Session"]
