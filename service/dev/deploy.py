"""Applies the mirrored migrations to a local database, as `prisma migrate deploy` does.

DATABASE_URL=postgresql://... python -m service.dev.deploy
"""

import asyncio
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from typing import TypeAlias
from uuid import uuid4

import asyncpg

from service.dev.statements import has_own_transaction, statements
from service.prisma.migrations import BASELINE, TABLE, Migration, MirrorError, compare, read_migrations
from service.prisma.url import DatabaseUrl, DatabaseUrlError, parse_database_url
from service.prisma.url_parameters import DEFAULT_SCHEMA

ADVISORY_LOCK = 72707369
"""The key of Prisma's advisory lock, by which two deployments wait for each other, whichever tool runs them."""

CREATE_TABLE = f"""CREATE TABLE {TABLE} (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
)"""
START = f"INSERT INTO {TABLE} (id, checksum, migration_name) VALUES ($1, $2, $3)"  # noqa: S608  # the table is a constant
FINISH = f"UPDATE {TABLE} SET finished_at = now(), applied_steps_count = 1 WHERE id = $1"  # noqa: S608  # the table is a constant
FAIL = f"UPDATE {TABLE} SET logs = $2 WHERE id = $1"  # noqa: S608  # the table is a constant
FORGET = f"DELETE FROM {TABLE} WHERE migration_name = $1 AND finished_at IS NULL"  # noqa: S608  # the table is a constant
FAILED = f"SELECT migration_name FROM {TABLE} WHERE finished_at IS NULL AND rolled_back_at IS NULL"  # noqa: S608  # the table is a constant
FINISHED = f"SELECT migration_name, checksum FROM {TABLE} WHERE finished_at IS NOT NULL"  # noqa: S608  # the table is a constant
HOLDER = """SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = $1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
PATIENCE = 10.0
"""How many seconds Prisma waits for its lock."""
ALONE = (asyncpg.ActiveSQLTransactionError, asyncpg.UnsafeNewEnumValueUsageError)
"""The errors of a statement that cannot run in its script's transaction: `CREATE INDEX CONCURRENTLY`, or the use of an
enum's value that the same transaction added."""
ELSEWHERE = """
ALTER SCHEMA public RENAME TO "public meanwhile";
ALTER SCHEMA {schema} RENAME TO public;
SET search_path TO public;
{script};
"""
"""Runs a baseline, whose script creates everything in `public`, for a database whose schema is called otherwise."""
BACK = """
ALTER SCHEMA public RENAME TO {schema};
ALTER SCHEMA "public meanwhile" RENAME TO public;
"""
IS_ELSEWHERE = """SELECT to_regnamespace('"public meanwhile"') IS NOT NULL"""
OUTDATED = (
    "This database was made by a baseline that has changed since, and no migration says how. Delete the database with its data, "
    "and deploy to a new one; with compose: docker compose down --volumes"
)
SEARCH_PATH = "SELECT set_config('search_path', $1, false)"
RELATIONS = """SELECT count(*) FROM pg_class WHERE relnamespace = quote_ident(current_schema())::regnamespace
    AND relkind IN ('r', 'p', 'v', 'm', 'f')"""


Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class DeployError(Exception):
    """The migrations cannot be applied; the message says what to do."""

    def __init__(self, message: str, failed: str | None = None) -> None:
        super().__init__(message)
        self.failed = failed
        """The name of the migration that PostgreSQL refused; None where something else is wrong."""


async def connect(url: DatabaseUrl) -> Connection:
    """Open a connection to `url`, with the URL's schema as its `search_path`."""
    arguments = {
        name: value for name, value in url.connect_args.items() if not name.startswith("prepared_statement")
    }
    connection = await asyncpg.connect(
        host=url.url.host,
        port=url.url.port,
        user=url.url.username,
        password=url.url.password,
        database=url.url.database,
        **arguments,
    )
    await connection.execute("SELECT set_config('search_path', quote_ident($1), false)", url.schema)
    return connection


async def deploy(
    connection: Connection,
    migrations: Sequence[Migration],
    progress: Callable[[str], object] = lambda _: None,
) -> list[str]:
    """Apply the migrations that the database lacks and return their names.

    `progress` is given each name once it is applied. Raises `DeployError` where they cannot be applied.
    """
    await _lock(connection)
    search_path = await connection.fetchval("SHOW search_path")
    try:
        if await connection.fetchval("SELECT current_schema()") is None:
            await connection.execute(f"CREATE SCHEMA {search_path}")
        missing = await _missing(connection, migrations)
        for migration in missing:
            await _apply(connection, migration, search_path)
            progress(migration.name)
        return [migration.name for migration in missing]
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", ADVISORY_LOCK)


async def forget(connection: Connection, failed: str) -> None:
    """Remove what is recorded of a migration that failed, so that it is applied again."""
    await connection.execute(FORGET, failed)


async def _missing(connection: Connection, migrations: Sequence[Migration]) -> list[Migration]:
    is_new = await connection.fetchval("SELECT to_regclass($1)", TABLE) is None
    if is_new:
        if await connection.fetchval(RELATIONS):
            raise DeployError(
                "The database is not empty and has no _prisma_migrations (P3005). Baseline it in app-web: "
                "prisma migrate resolve --applied NAME"
            )
        await connection.execute(CREATE_TABLE)
    if failed := [row[0] for row in await connection.fetch(FAILED)]:
        raise DeployError(
            f"Migration {failed[0]} failed earlier (P3009). Mend it in app-web: "
            f"prisma migrate resolve --rolled-back {failed[0]}",
            failed[0],
        )
    finished = [(row[0], row[1]) for row in await connection.fetch(FINISHED)]
    state = compare(migrations, finished)
    if [name for name, _ in finished] == [BASELINE] and BASELINE in {*state.changed, *state.unknown}:
        raise DeployError(OUTDATED)
    # A database that Prisma has set up holds what the baseline creates, and Prisma must not find a row of it there.
    given = [migration for migration in migrations if is_new or migration.name != BASELINE]
    return [migration for migration in given if migration.name in state.missing]


async def _apply(connection: Connection, migration: Migration, search_path: str) -> None:
    identity = str(uuid4())
    await connection.execute(START, identity, migration.checksum, migration.name)
    script, failure = migration.sql, None
    if migration.name == BASELINE and search_path != DEFAULT_SCHEMA:
        script = (ELSEWHERE + BACK).format(schema=search_path, script=script)
    try:
        await _run(connection, script)
    except asyncpg.PostgresError as error:
        failure = error
    # A script with its own BEGIN may leave its transaction open, and one that pg_dump wrote an empty search_path.
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")
    # Where the script ran statement by statement, no transaction has given the schemas their names again.
    if failure and script != migration.sql and await connection.fetchval(IS_ELSEWHERE):
        await connection.execute(BACK.format(schema=search_path))
    await connection.execute(SEARCH_PATH, search_path)
    if failure:
        await connection.execute(FAIL, identity, str(failure))
        raise DeployError(
            f"Migration {migration.name} failed (P3018): {failure}", migration.name
        ) from failure
    await connection.execute(FINISH, identity)


async def _run(connection: Connection, script: str) -> None:
    """Run a script in one transaction; statement by statement where it has its own, or a statement allows none."""
    found = statements(script)
    if found and not has_own_transaction(found):
        try:
            await connection.execute(script)
        except ALONE:
            if len(found) == 1:
                raise
        else:
            return
    for statement in found:
        await connection.execute(statement)


async def _lock(connection: Connection) -> None:
    """Take Prisma's lock. Raises `DeployError` where it is not free within the time that Prisma waits for it."""
    deadline = time.monotonic() + PATIENCE
    is_told = False
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", ADVISORY_LOCK):
        if not is_told:
            print(f"Another deployment is at work: waiting for it, up to {PATIENCE:g} s.", file=sys.stderr)
            is_told = True
        if time.monotonic() > deadline:
            holder = await connection.fetchval(HOLDER, ADVISORY_LOCK)
            raise DeployError(
                f"Prisma's lock was not free within {PATIENCE:g} s (P1002): session {holder} holds it. Deploy again "
                f"when that deployment is done; if it hangs, end it: SELECT pg_terminate_backend({holder})"
            )
        await asyncio.sleep(0.1)


async def _main() -> None:
    connection = await connect(parse_database_url(os.environ.get("DATABASE_URL", "")))
    try:
        applied = await deploy(connection, read_migrations(), lambda name: print(f"Applied {name}"))
    finally:
        await connection.close()
    print(f"{len(applied)} migrations applied." if applied else "No migration is missing.")


if __name__ == "__main__":
    ArgumentParser(prog="python -m service.dev.deploy", description=__doc__).parse_args()
    try:
        asyncio.run(_main())
    except (DatabaseUrlError, DeployError, MirrorError, OSError, asyncpg.PostgresError) as failure:
        print(f"DATABASE_URL or its database: {failure}", file=sys.stderr)
        sys.exit(1)
