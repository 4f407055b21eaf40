"""The example's demo data."""

from service.dev.deploy import Connection
from service.prisma.url import DatabaseUrl


async def fill(connection: Connection, database: DatabaseUrl) -> None:
    """Put the demo's rows into a database that has no users."""
    if not await connection.fetchval('SELECT count(*) FROM "User"'):
        from service.dev.demo.load import load_demo  # noqa: PLC0415  # the models take a second that others need not wait

        await load_demo(database)
