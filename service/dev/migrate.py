"""The mirrored migrations in a database of the embedded PostgreSQL, for whoever needs one."""

from collections.abc import Callable, Sequence

from service.dev.deploy import DeployError, connect, deploy
from service.dev.postgres import EmbeddedPostgres
from service.dev.stand_ins import stand_in
from service.prisma.migrations import Migration
from service.prisma.url import parse_database_url


async def migrate(
    server: EmbeddedPostgres,
    url: str,
    migrations: Sequence[Migration],
    progress: Callable[[str], object] = lambda _: None,
) -> list[str]:
    """Apply what is missing to the database at `url`, extensions or stand-ins for them included."""
    missing = await stand_in(server, migrations)
    connection = await connect(parse_database_url(url))
    try:
        return await deploy(connection, migrations, progress)
    except DeployError as error:
        if not missing:
            raise
        names = ", ".join(missing)
        raise DeployError(
            f"{error}\nThe embedded PostgreSQL lacks {names}, and has but a stand-in for it: "
            f"set DATABASE_URL to a PostgreSQL that has {names}."
        ) from None
    finally:
        await connection.close()
