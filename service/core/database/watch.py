"""Lets an observer, such as tracing, wrap each statement while it runs."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from contextvars import Context
from typing import Any, TypeAlias

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext
from sqlalchemy.ext.asyncio import AsyncEngine

Watch: TypeAlias = Callable[[str, Sequence[Context]], AbstractContextManager[None]]
"""Returns the context manager in which the statement of this SQL runs.

A statement that answers several callers at once comes with their contexts; without any, it belongs to whoever runs it.
"""


def watch_engine(engine: AsyncEngine, watch: Watch) -> None:
    """Run within `watch` what SQLAlchemy itself executes: the statements of sessions and connections."""

    def run(cursor: DBAPICursor, sql: str, parameters: Sequence[Any], context: ExecutionContext) -> bool:
        with watch(sql, ()):
            context.dialect.do_execute(cursor, sql, parameters, context)
        return True

    def run_many(
        cursor: DBAPICursor, sql: str, parameters: Sequence[Sequence[Any]], context: ExecutionContext
    ) -> bool:
        with watch(sql, ()):
            context.dialect.do_executemany(cursor, sql, parameters, context)
        return True

    event.listen(engine.sync_engine, "do_execute", run)
    event.listen(engine.sync_engine, "do_executemany", run_many)
