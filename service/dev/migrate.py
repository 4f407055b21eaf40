"""Applies the mirrored migrations to a database of the embedded PostgreSQL, with stand-ins for what the server lacks."""

import re
from collections.abc import Callable, Sequence

import asyncpg

from service.dev.deploy import Connection, DeployError, connect, deploy, forget
from service.dev.postgres import EmbeddedPostgres
from service.dev.stand_ins import WORKING, extensions_of, stand_in
from service.prisma.migrations import Migration
from service.prisma.url import parse_database_url

ADVICE = (
    "Mend the migration in app-web (SQL that another tool runs before the migrations belongs in `initShadowDb` of "
    "prisma.config.ts, as one text), or adopt the tables of a database that has them, in place of the migrations; it is only read: "
    "DATABASE_URL=postgresql://... nox -s adopt -- PRISMA --baseline"
)
UNCHECKED = "SET check_function_bodies = off"
LACKED = {
    re.compile(r'role "(.+)" does not exist'): "SELECT format('CREATE ROLE %I', $1::text)",
    re.compile(r'collation "(?:pg_catalog\.)?([^.]+)" for encoding "UTF8" does not exist'): (
        """SELECT format('CREATE COLLATION pg_catalog.%I FROM "C"', $1::text)"""
    ),
}
"""Errors for what belongs to a server and not to a database, each with a query for the statement that creates a stand-in."""


async def migrate(
    server: EmbeddedPostgres,
    url: str,
    migrations: Sequence[Migration],
    progress: Callable[[str], object] = lambda _: None,
) -> list[str]:
    """Apply the migrations that the database at `url` lacks and return their names.

    The server gets stand-ins for extensions, roles and collations that it lacks. Raises `DeployError`, with advice where a
    migration failed.
    """
    missing = set(await stand_in(server, migrations))
    connection = await connect(parse_database_url(url))
    try:
        if missing:
            # The bodies of functions may name what the stand-ins lack; PostgreSQL looks for it when they are called.
            await connection.execute(UNCHECKED)
        return await _deploy(connection, migrations, progress)
    except DeployError as error:
        if not error.failed:
            raise
        stand_ins = missing & _asked_for(migrations, error.failed)
        names = ", ".join(sorted(stand_ins))
        lacks = (
            f"The embedded PostgreSQL lacks {names}, and has but a stand-in for it: "
            f"set DATABASE_URL to a PostgreSQL that has {names}."
        )
        # A stand-in that works does what most migrations ask of it. Where one is empty, ADVICE is of no use, because
        # the script of a baseline asks for the extension as well.
        advice = [*([lacks] if stand_ins else []), *([ADVICE] if stand_ins <= WORKING else [])]
        raise DeployError("\n".join((str(error), *advice))) from None
    finally:
        await connection.close()


async def _deploy(
    connection: Connection, migrations: Sequence[Migration], progress: Callable[[str], object]
) -> list[str]:
    """Apply the migrations; where one names a role or a collation that the server lacks, create it and apply that one again.

    `GRANT` and row-level security name roles that a team creates beside its migrations; which collations there are depends
    on how the server was built. A role without rights and a collation that sorts by code points are enough to apply them.
    """
    applied: list[str] = []

    def note(name: str) -> None:
        applied.append(name)
        progress(name)

    while True:
        try:
            await deploy(connection, migrations, note)
        except DeployError as error:
            creation = await _stand_in_for(connection, error)
            if creation is None or error.failed is None:
                raise
            await connection.execute(creation)
            await forget(connection, error.failed)
        else:
            return applied


async def _stand_in_for(connection: Connection, error: DeployError) -> str | None:
    """The statement that creates what a migration names and the server lacks, where that is why the migration failed."""
    if isinstance(error.__cause__, asyncpg.UndefinedObjectError):
        for pattern, query in LACKED.items():
            if found := pattern.fullmatch(error.__cause__.message or ""):
                return await connection.fetchval(query, found[1])
    return None


def _asked_for(migrations: Sequence[Migration], failed: str | None) -> set[str]:
    """The extensions that migrations ask for, up to the one that failed: those of later ones cannot be the reason."""
    found = set[str]()
    for migration in migrations:
        found |= extensions_of(migration)
        if migration.name == failed:
            break
    return found
