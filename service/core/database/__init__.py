"""The database: what callers ask of it, and what its errors mean."""

from service.core.database.database import Database
from service.core.database.executor import Executor

__all__ = ["Database", "Executor"]
