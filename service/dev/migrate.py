"""Applies the mirrored migrations to a database of the embedded PostgreSQL, with stand-ins for missing extensions."""

from collections.abc import Callable, Sequence

from service.dev.deploy import DeployError, connect, deploy
from service.dev.postgres import EmbeddedPostgres
from service.dev.stand_ins import WORKING, extensions_of, stand_in
from service.prisma.migrations import Migration
from service.prisma.url import parse_database_url

ADVICE = (
    "Mend the migration in app-web (SQL that another tool runs before the migrations belongs in `initShadowDb` of "
    "prisma.config.ts, as one text), or adopt the tables of a database that has them, in place of the migrations; it is only read: "
    "DATABASE_URL=postgresql://... nox -s adopt -- PRISMA --baseline"
)


async def migrate(
    server: EmbeddedPostgres,
    url: str,
    migrations: Sequence[Migration],
    progress: Callable[[str], object] = lambda _: None,
) -> list[str]:
    """Apply the migrations that the database at `url` lacks and return their names.

    The server gets stand-ins for extensions that it lacks. Raises `DeployError`, with advice where a migration failed.
    """
    missing = set(await stand_in(server, migrations))
    connection = await connect(parse_database_url(url))
    try:
        return await deploy(connection, migrations, progress)
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


def _asked_for(migrations: Sequence[Migration], failed: str | None) -> set[str]:
    """The extensions that migrations ask for, up to the one that failed: those of later ones cannot be the reason."""
    found = set[str]()
    for migration in migrations:
        found |= extensions_of(migration)
        if migration.name == failed:
            break
    return found
