"""The example's demo data."""

from service.dev.deploy import Connection
from service.prisma.url import DatabaseUrl


async def fill(connection: Connection, database: DatabaseUrl) -> None:
    """Insert the demo's rows, unless the database has users already."""
    if not await connection.fetchval('SELECT count(*) FROM "User"'):
        from service.dev.demo.load import load_demo  # noqa: PLC0415  # the models take a second to import

        await load_demo(database)
