"""Applies the mirrored migrations to a database of the embedded PostgreSQL, with stand-ins for what the server lacks."""

from collections.abc import Callable, Sequence

from service.dev.deploy import Connection, DeployError, connect, deploy, forget
from service.dev.postgres import EmbeddedPostgres
from service.dev.stand_ins import WORKING, extensions_of, stand_in
from service.dev.taken_for_granted import creation_of
from service.prisma.migrations import Migration
from service.prisma.url import parse_database_url

ADVICE = (
    "Mend the migration in app-web (SQL that another tool runs before the migrations belongs in `initShadowDb` of "
    "prisma.config.ts, as one text), or adopt the tables of a database that has them, in place of the migrations; it is only read: "
    "DATABASE_URL=postgresql://... nox -s adopt -- PRISMA --baseline"
)
UNCHECKED = "SET check_function_bodies = off"
REFERENCES_TO_STAND_IN = """SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
    WHERE confrelid = to_regclass('auth.users') AND conparentid = 0 AND obj_description(confrelid, 'pg_class') = 'stand-in'"""


async def migrate(
    server: EmbeddedPostgres,
    url: str,
    migrations: Sequence[Migration],
    progress: Callable[[str], object] = lambda _: None,
) -> list[str]:
    """Apply the migrations that the database at `url` lacks and return their names.

    The server gets stand-ins for what it lacks: extensions, roles, collations, what Supabase adds. Raises `DeployError`,
    with advice where a migration failed.
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
    """Apply the migrations; where one names what the team's server has beside them, create that and apply this one again.

    `GRANT` and row-level security name roles that a team creates itself; which collations there are depends on how the
    server was built; Supabase has extensions, and users of its own. Nobody signs in to a stand-in: what refers to its users
    could hold no row.
    """
    applied: list[str] = []

    def note(name: str) -> None:
        applied.append(name)
        progress(name)

    while True:
        try:
            await deploy(connection, migrations, note)
        except DeployError as error:
            creation = await creation_of(connection, error.__cause__)
            if creation is None or error.failed is None:
                raise
            await connection.execute(creation)
            await forget(connection, error.failed)
        else:
            for (statement,) in await connection.fetch(REFERENCES_TO_STAND_IN):
                await connection.execute(statement)
            return applied


def _asked_for(migrations: Sequence[Migration], failed: str | None) -> set[str]:
    """The extensions that migrations ask for, up to the one that failed: those of later ones cannot be the reason."""
    found = set[str]()
    for migration in migrations:
        found |= extensions_of(migration)
        if migration.name == failed:
            break
    return found
