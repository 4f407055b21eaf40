"""A scratch database to reflect: an embedded PostgreSQL with the mirrored migrations applied."""

import contextlib
import hashlib
import sys
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from service.dev.postgres import FAST_AND_LOOSE, embedded_postgres
from service.dev.stand_ins import stand_in
from service.prisma.deploy import connect, deploy
from service.prisma.migrations import Migration
from service.prisma.url import DatabaseUrl, parse_database_url

CACHE = Path(__file__).resolve().parents[3] / ".local" / "reflected"


@contextlib.asynccontextmanager
async def scratch_database(
    migrations: Sequence[Migration], cache: Path = CACHE
) -> AsyncGenerator[DatabaseUrl]:
    """Apply the migrations, or find them applied: a database is kept for each set of checksums."""
    checksums = "".join(migration.checksum for migration in migrations)
    name = f"schema_{hashlib.sha256(checksums.encode()).hexdigest()[:16]}"
    with embedded_postgres(cache / "data") as server:
        await server.configure(FAST_AND_LOOSE)
        await stand_in(server, migrations, cache)
        url = parse_database_url(await server.create_database(name))
        await _deploy(url, migrations)
        yield url


async def _deploy(url: DatabaseUrl, migrations: Sequence[Migration]) -> None:
    applied: list[str] = []

    def show(name: str) -> None:
        applied.append(name)
        print(
            f"\r{len(applied)} of {len(migrations)} migrations applied", end="", file=sys.stderr, flush=True
        )

    connection = await connect(url)
    try:
        await deploy(connection, migrations, show)
    finally:
        await connection.close()
    if applied:
        print(file=sys.stderr)
