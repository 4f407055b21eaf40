"""The database: the interface for callers, and the meaning of its errors."""

from typing import TypeAlias

from service.core.database.database import Database
from service.core.database.unit_of_work import UnitOfWork

__all__ = ["Database", "Executor"]

Executor: TypeAlias = Database | UnitOfWork
"""What repositories run their statements by: each by itself, or all within one transaction. Both have the same methods."""
