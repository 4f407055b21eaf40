"""nox -s run: the API with hot reload, on a PostgreSQL of its own where none is named."""

import asyncio
import contextlib
import importlib
import os
import sys
from argparse import ArgumentParser
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path

from service.core.http.connection.serve import serve, sockets_of
from service.core.telemetry.logs import configure_logging
from service.dev.announced import announce
from service.dev.cluster import NoEmbeddedPostgresError
from service.dev.deploy import DeployError, connect
from service.dev.environment import load_environment
from service.dev.exit_codes import INTERRUPTED, USAGE_ERROR
from service.dev.folders import LOCAL, ROOT
from service.dev.interrupts import ignore_interrupts, raise_interrupts
from service.dev.migrate import migrate
from service.dev.port import PortTakenError, check_port, noted
from service.dev.postgres import EmbeddedPostgres, embedded_postgres
from service.prisma.migrations import MirrorError, read_migrations
from service.prisma.url import DatabaseUrl, parse_database_url
from service.settings import SettingsError, load_settings

DEMO = "service.dev.demo"  # deleted together with the example's resources
RELOAD_SECONDS = 1
"""The time that a reload leaves requests in flight: one that never arrives whole must not hold up the next version."""


def main() -> int:
    raise_interrupts()
    load_environment()
    try:
        check_port(os.environ)
        with _database() as database:
            _serve(database)
    except (NoEmbeddedPostgresError, DeployError, MirrorError, SettingsError, PortTakenError) as error:
        print(error, file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


@contextlib.contextmanager
def _database() -> Generator[str | None]:
    """Provide the database: the one that DATABASE_URL names, untouched, or an embedded one, migrated and filled.

    Yields a description of the embedded one, to which DATABASE_URL then leads; None for the other, which its URL
    describes.
    """
    if os.environ.get("DATABASE_URL"):
        yield None
        return
    left_behind = _process_of(LOCAL / "postgres")
    with embedded_postgres(LOCAL / "postgres") as server:
        try:
            os.environ["DATABASE_URL"] = asyncio.run(prepare(server))
            yield _described(server.data, left_behind)
        except DeployError as error:
            raise DeployError(f"{error}\nOr delete {LOCAL / 'postgres'} to begin anew.") from None
        finally:
            # A second signal must not interrupt `pg_ctl`, which stops PostgreSQL.
            ignore_interrupts()


def _process_of(data: Path) -> str | None:
    """The process id in the server's pid file; a server that was killed leaves the file behind."""
    with contextlib.suppress(OSError):
        return (data / "postmaster.pid").read_text("utf-8").split("\n", 1)[0]
    return None


def _described(data: Path, left_behind: str | None) -> str:
    version = (data / "PG_VERSION").read_text("utf-8").strip()
    folder = data.relative_to(ROOT) if data.is_relative_to(ROOT) else data
    already = left_behind and left_behind == _process_of(data)
    return f"embedded PostgreSQL {version}, data in {folder}" + (
        f" (it ran already, as process {left_behind})" if already else ""
    )


async def prepare(server: EmbeddedPostgres) -> str:
    """Create, migrate and fill the application's database, and return its URL.

    It is named after the first migration, so that a newly adopted schema has a database beside that of the earlier one.
    """
    migrations = read_migrations()
    first = next((each.checksum for each in migrations), "")
    url = await server.create_database(f"app_{first[:12]}")
    is_new = await migrate(server, url, migrations) == [each.name for each in migrations]
    database = parse_database_url(url)
    connection = await connect(database)
    try:
        if find_spec(DEMO):
            await importlib.import_module(DEMO).fill(connection, database)
        elif is_new:
            await _fill(database)
    finally:
        await connection.close()
    return url


async def _fill(database: DatabaseUrl) -> None:
    """Insert a few made-up rows of each model, so that lists show something."""
    from service.dev.samples.fill import fill  # noqa: PLC0415  # only where there is no demo

    filled = await fill(database)
    for line in filled.lines:
        print(f"Made-up rows: {line}", flush=True)


def _serve(database: str | None) -> None:
    settings = load_settings()
    configure_logging(local=settings.is_local)
    sockets = sockets_of(settings)
    # An inherited socket, or PORT=0, has another address than HOST and PORT say.
    address, port = sockets[0].getsockname()[:2]
    host = settings.host if settings.listen_fd is None else str(address)
    announce(settings, host, port, database or settings.database_url.masked)
    with noted(port):
        serve(
            "service.dev.reloaded:create_app",
            settings,
            sockets,
            shutdown_timeout=RELOAD_SECONDS,
            reload_dirs=[str(ROOT / "service")],
        )


if __name__ == "__main__":
    ArgumentParser(prog="nox -s run", description=__doc__).parse_args()
    sys.exit(main())
