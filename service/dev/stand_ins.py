"""Stand-ins for the extensions that migrations ask for and the embedded PostgreSQL lacks."""

import re
from collections.abc import Iterable
from pathlib import Path

import asyncpg

from service.dev.deploy import connect
from service.dev.postgres import EmbeddedPostgres
from service.prisma.migrations import Migration
from service.prisma.url import parse_database_url

SOURCES = Path(__file__).with_name("extensions")
CREATE_EXTENSION = re.compile(r'create\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)"?', re.IGNORECASE)
CONTROL = "default_version = '1.0'\nrelocatable = true\n"


async def stand_in(server: EmbeddedPostgres, migrations: Iterable[Migration], folder: Path) -> list[str]:
    """Write what is missing below `folder`, show it to the server, and return the names."""
    wanted = {name for migration in migrations for name in CREATE_EXTENSION.findall(migration.sql)}
    target = folder / "extension"
    earlier = {path.stem for path in target.glob("*.control")}  # a server that is kept has them already
    missing = sorted(wanted - (await _available(server) - earlier)) if wanted else []
    if missing:
        target.mkdir(parents=True, exist_ok=True)
        for name in missing:
            source = SOURCES / f"{name}.sql"
            (target / f"{name}.control").write_text(CONTROL)
            (target / f"{name}--1.0.sql").write_text(
                source.read_text() if source.is_file() else "-- nothing\n"
            )
        await server.configure({"extension_control_path": f"$system:{folder}"})
    return missing


async def _available(server: EmbeddedPostgres) -> set[str]:
    connection: asyncpg.Connection[asyncpg.Record] = await connect(parse_database_url(server.url()))
    try:
        return {row[0] for row in await connection.fetch("SELECT name FROM pg_available_extensions")}
    finally:
        await connection.close()
