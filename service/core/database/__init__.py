"""The database: the interface for callers, and the meaning of its errors."""

from service.core.database.database import Database
from service.core.database.executor import Executor

__all__ = ["Database", "Executor"]
