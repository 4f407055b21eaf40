"""Stand-ins for the extensions that migrations ask for and the embedded PostgreSQL lacks."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import asyncpg

from service.dev.deploy import connect
from service.dev.postgres import EmbeddedPostgres
from service.dev.taken_for_granted import extensions_named
from service.prisma.migrations import Migration
from service.prisma.url import parse_database_url

SOURCES = Path(__file__).with_name("extensions")
WORKING = frozenset(path.stem for path in SOURCES.glob("*.sql"))
"""The extensions whose stand-in does something; that of any other is an empty script."""
CREATE_EXTENSION = re.compile(
    r"""--[^\n]*|/\*.*?\*/|create\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)"?(?:[^;]*?\sversion\s+['"]?([\w.]+))?""",
    re.IGNORECASE | re.DOTALL,
)
"""Matches comments too, which may speak of extensions: these matches have no name."""
LOOKS_ITSELF = "pg_available_extensions"
VERSION = "1.0"
CONTROL = f"default_version = '{VERSION}'\nrelocatable = true\n"


async def stand_in(server: EmbeddedPostgres, migrations: Iterable[Migration]) -> list[str]:
    """Write a stand-in for each extension that the migrations ask for and the server lacks; return their names.

    They lie in a folder beside the server's data, where the server is told to look (`extension_control_path`).
    """
    folder = server.data.with_name("extensions")
    wanted: dict[str, set[str]] = {}
    for name, version in (found for migration in migrations for found in _asked_for(migration)):
        wanted.setdefault(name, {VERSION}).add(version or VERSION)
    target = folder / "extension"
    earlier = {path.stem for path in target.glob("*.control")}  # a kept server lists them as available
    missing = sorted(wanted.keys() - (await _available(server) - earlier)) if wanted else []
    if missing:
        target.mkdir(parents=True, exist_ok=True)
        for name in missing:
            source = SOURCES / f"{name}.sql"
            (target / f"{name}.control").write_text(CONTROL, "utf-8")
            for version in wanted[name]:
                (target / f"{name}--{version}.sql").write_text(
                    source.read_text("utf-8") if source.is_file() else "-- nothing\n", "utf-8"
                )
        _let_read(folder)
        await server.configure({"extension_control_path": f"$system:{folder}"})
    return missing


def extensions_of(migration: Migration) -> set[str]:
    """The names of the extensions that a migration asks for, or takes for granted."""
    return {name for name, _ in _asked_for(migration)}


def _asked_for(migration: Migration) -> Iterator[tuple[str, str]]:
    """The extensions that a migration creates or calls a function of, each with its version; empty where none is given."""
    if LOOKS_ITSELF in migration.sql:
        # The migration looks itself which extensions there are: a stand-in would mislead it.
        return
    yield from (found for found in CREATE_EXTENSION.findall(migration.sql) if found[0])
    yield from ((name, "") for name in sorted(extensions_named(migration.sql)))


def _let_read(folder: Path) -> None:
    """Let everybody read the files, whatever the umask is, because the server may run as another user."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


async def _available(server: EmbeddedPostgres) -> set[str]:
    connection: asyncpg.Connection[asyncpg.Record] = await connect(parse_database_url(server.url()))
    try:
        return {row[0] for row in await connection.fetch("SELECT name FROM pg_available_extensions")}
    finally:
        await connection.close()
