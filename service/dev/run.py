"""nox -s run: the API with hot reload, on a PostgreSQL of its own where none is named."""

import asyncio
import contextlib
import importlib
import os
import secrets
import signal
import socket
import sys
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path

from dotenv import load_dotenv

from service.core.http.server import serve
from service.core.telemetry.logs import configure_logging
from service.dev.cluster import NoEmbeddedPostgresError
from service.dev.deploy import DeployError, connect
from service.dev.migrate import migrate
from service.dev.postgres import EmbeddedPostgres, embedded_postgres
from service.prisma.migrations import MirrorError, read_migrations
from service.prisma.url import DatabaseUrl, parse_database_url
from service.settings import SettingsError, load_settings

ROOT = Path(__file__).resolve().parents[2]
LOCAL = Path(os.environ.get("LOCAL_FOLDER", ROOT / ".local"))
DEMO = "service.dev.demo"  # gone with the example's resources
USAGE_ERROR = 2
INTERRUPTED = 130
RELOAD_SECONDS = 1
"""For requests in flight when a file changed: one that never arrives whole must not hold up the next version."""


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    load_dotenv(ROOT / ".env")
    os.environ.setdefault("ENVIRONMENT", "local")
    os.environ.setdefault("SECRET_KEY", secrets.token_hex(32))
    try:
        with _database():
            _serve()
    except (NoEmbeddedPostgresError, DeployError, MirrorError, SettingsError, PortTakenError) as error:
        print(error, file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


class PortTakenError(RuntimeError):
    """Something else listens where this would."""


@contextlib.contextmanager
def _database() -> Generator[None]:
    """The database that DATABASE_URL names, as it is; or an embedded one, migrated, with demo data at first."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with embedded_postgres(LOCAL / "postgres") as server:
        os.environ["DATABASE_URL"] = server.url()
        try:
            asyncio.run(_prepare(server))
            yield
        except DeployError as error:
            raise DeployError(f"{error}\nOr delete {LOCAL / 'postgres'} to begin anew.") from None
        finally:
            # No second signal may reach the command that stops PostgreSQL.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)


async def _prepare(server: EmbeddedPostgres) -> None:
    await migrate(server, server.url(), read_migrations())
    database = parse_database_url(server.url())
    connection = await connect(database)
    try:
        if find_spec(DEMO):
            await importlib.import_module(DEMO).fill(connection, database)
        else:
            await _fill(database)
    finally:
        await connection.close()


async def _fill(database: DatabaseUrl) -> None:
    """A few made-up rows of each model, where there are none yet, so that lists show something."""
    from service.dev.samples.fill import fill_if_empty  # noqa: PLC0415  # only where there is no demo

    filled = await fill_if_empty(database)
    for line in filled.lines if filled else ():
        print(f"No made-up row: {line}", flush=True)


def _serve() -> None:
    settings = load_settings()
    base = f"http://{settings.host}:{settings.port}"
    _check_port(settings.host, settings.port)
    print(
        f"Health check   {base}/api/v1/utils/health-check\n"
        f"API document   {base}/api/v1/docs\n"
        f"Database       {settings.database_url.masked}",
        flush=True,
    )
    configure_logging(local=settings.is_local)
    serve(
        "service.dev.reloaded:create_app",
        settings,
        shutdown_timeout=RELOAD_SECONDS,
        reload_dirs=[str(ROOT / "service")],
    )


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTakenError(f"Port {port} is taken. Stop what listens there, or set PORT.") from None


if __name__ == "__main__":
    sys.exit(main())
