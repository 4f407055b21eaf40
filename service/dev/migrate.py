"""The mirrored migrations in a database of the embedded PostgreSQL, for whoever needs one."""

from collections.abc import Callable, Sequence

from service.dev.deploy import DeployError, connect, deploy
from service.dev.postgres import EmbeddedPostgres
from service.dev.stand_ins import WORKING, extensions_of, stand_in
from service.prisma.migrations import Migration
from service.prisma.url import parse_database_url

ADVICE = (
    "Mend it in app-web (what other tools make before the migrations belongs in `initShadowDb` of prisma.config.ts, as one "
    "text), or take the tables of a database that has them, which is only read, in the place of the migrations: "
    "DATABASE_URL=postgresql://... nox -s adopt -- PRISMA --baseline"
)


async def migrate(
    server: EmbeddedPostgres,
    url: str,
    migrations: Sequence[Migration],
    progress: Callable[[str], object] = lambda _: None,
) -> list[str]:
    """Apply what is missing to the database at `url`, extensions or stand-ins for them included."""
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
        # What a stand-in does, most migrations ask no more of; a baseline's script asks for the extension as well.
        advice = [*([lacks] if stand_ins else []), *([ADVICE] if stand_ins <= WORKING else [])]
        raise DeployError("\n".join((str(error), *advice))) from None
    finally:
        await connection.close()


def _asked_for(migrations: Sequence[Migration], failed: str | None) -> set[str]:
    """The extensions of what came before a failure: no stand-in that only a later migration asks for is its reason."""
    found = set[str]()
    for migration in migrations:
        found |= extensions_of(migration)
        if migration.name == failed:
            break
    return found
