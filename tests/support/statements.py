"""The statements that the application sends to its database."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import event

from tests.support.api import Api


async def statements_of(api: Api) -> list[str]:
    """A list that grows by each statement of the application's one connection."""
    statements: list[str] = []

    def note(*logged: Any) -> None:
        # asyncpg says it of one object, SQLAlchemy of several.
        statements.append(logged[0].query if len(logged) == 1 else logged[2])

    server = api.application.state.database.servers[0]
    connection = await server.queue.acquire()
    if connection.driver is None:
        event.listen(server.engine.sync_engine, "before_cursor_execute", note)
    else:
        connection.driver.add_query_logger(note)
    server.queue.release(connection)
    return statements


def asked_for(statements: Iterable[str]) -> list[str]:
    """Without what drivers ask of themselves."""
    own = ("pg_catalog", "current_setting('jit')", "set_config('jit'")
    return [
        each for each in statements if not each.startswith("BEGIN") and not any(part in each for part in own)
    ]
