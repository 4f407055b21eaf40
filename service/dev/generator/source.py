"""A scratch database to reflect: an embedded PostgreSQL with the mirrored migrations applied."""

import contextlib
import hashlib
import os
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import asyncpg

from service.dev.folders import LOCAL
from service.dev.generator.progress import Progress
from service.dev.migrate import migrate
from service.dev.postgres import FAST_AND_LOOSE, EmbeddedPostgres, embedded_postgres
from service.prisma.migrations import Migration
from service.prisma.url import DatabaseUrl, parse_database_url

CACHE = LOCAL / "reflected"


@contextlib.asynccontextmanager
async def scratch_database(
    migrations: Sequence[Migration], cache: Path = CACHE
) -> AsyncGenerator[DatabaseUrl]:
    """Yield a database with the migrations applied; one is kept for each set of their checksums, and found again."""
    checksums = "".join(migration.checksum for migration in migrations)
    name = f"schema_{hashlib.sha256(checksums.encode()).hexdigest()[:16]}"
    with embedded_postgres(cache / "data") as server:
        await server.configure(FAST_AND_LOOSE)
        if not await server.has_database(name):
            await _build(server, name, migrations)
        yield parse_database_url(server.url(name))


async def _build(server: EmbeddedPostgres, name: str, migrations: Sequence[Migration]) -> None:
    """Build the database under another name, and rename it once all is applied: `name` stands for the whole schema."""
    half = f"{name}_{os.getpid()}"
    try:
        url = await server.create_database(half)
        with Progress(len(migrations)) as progress:
            await migrate(server, url, migrations, progress.step)
        with contextlib.suppress(asyncpg.DuplicateDatabaseError):  # another process was faster
            await server.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')
    finally:
        await server.drop_database(half)
