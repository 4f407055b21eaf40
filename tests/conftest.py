"""Fixtures: each test gets a database of its own, once on SQLite and once on PostgreSQL."""

import os
import time
from collections.abc import AsyncGenerator, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from service.dev.migrate import migrate
from service.dev.postgres import FAST_AND_LOOSE, EmbeddedPostgres, embedded_postgres
from service.prisma.migrations import read_migrations
from service.prisma.url import DEFAULT_PORT, parse_database_url
from tests.sqlite.files import copy_sqlite, create_sqlite
from tests.support.api import Api, serving
from tests.support.lens import LENS
from tests.support.pooler import pgbouncer
from tests.support.tables import create_own_tables

TEMPLATE = "template_mirror"

if os.environ.pop("DATABASE_URL", None):
    # A test that does not use its own database must fail, and not write to a developer's.
    os.environ["DATABASE_URL_WAS_SET"] = "1"


@pytest.fixture(autouse=True)
def _no_database_from_outside() -> None:
    assert "DATABASE_URL" not in os.environ, "a test put DATABASE_URL into the environment"


def pytest_addoption(parser: pytest.Parser) -> None:
    options = parser.getgroup("lens", "the same tests, seen through another setting")
    options.addoption("--pooler", action="store_true", help="PgBouncer in transaction mode before PostgreSQL")
    options.addoption("--timezone", metavar="ZONE", help="the time zone of PostgreSQL and of this process")
    options.addoption(
        "--schema", default=LENS.schema, metavar="NAME", help="the schema that holds the tables"
    )
    options.addoption("--socket", action="store_true", help="the application behind uvicorn, over TCP")


def pytest_configure(config: pytest.Config) -> None:
    LENS.pooler = config.option.pooler
    LENS.schema = config.option.schema
    LENS.socket = config.option.socket
    LENS.timezone = config.option.timezone
    if LENS.timezone:
        os.environ["TZ"] = LENS.timezone
        time.tzset()


@pytest.fixture(scope="session")
async def postgres() -> AsyncGenerator[EmbeddedPostgres]:
    """One throw-away server for the run, and in it a template that holds the mirrored schema."""
    # Not in pytest's folder, since another run of pytest closes that to the user whom the server runs as.
    with (
        TemporaryDirectory(prefix="tests-") as folder,
        embedded_postgres(Path(folder) / "postgres", keep=False) as server,
    ):
        await _make_template(server)
        yield server


async def _make_template(server: EmbeddedPostgres) -> None:
    await server.configure(FAST_AND_LOOSE | ({"timezone": LENS.timezone} if LENS.timezone else {}))
    url = LENS.url(await server.create_database(TEMPLATE))
    await migrate(server, url, read_migrations())
    await create_own_tables(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    create_sqlite(path)
    return path


_numbers = count()


@pytest.fixture(scope="session")
def pooler(postgres: EmbeddedPostgres) -> Iterator[int | None]:
    """The port of PgBouncer where the run has `--pooler`, else None."""
    if not LENS.pooler:
        yield None
        return
    folder = parse_database_url(postgres.url()).url.host
    assert folder
    with pgbouncer(folder, DEFAULT_PORT, Path(folder)) as port:
        yield port


@pytest.fixture
async def postgres_url(postgres: EmbeddedPostgres, pooler: int | None) -> AsyncGenerator[str]:
    """An empty PostgreSQL database with the mirrored schema."""
    name = f"test_{next(_numbers)}"
    url = await postgres.create_database(name, template=TEMPLATE)
    if pooler:
        url = f"postgresql://postgres:unused@127.0.0.1:{pooler}/{name}?pgbouncer=true"
    yield LENS.url(url)
    await postgres.drop_database(name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty SQLite file with the mirrored schema."""
    return copy_sqlite(sqlite_template, tmp_path / "test.db")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, sqlite_url: str, postgres_url: str) -> str:
    """An empty database with the mirrored schema, of each kind in turn."""
    return sqlite_url if request.param == "sqlite" else postgres_url


@pytest.fixture
async def api(database_url: str) -> AsyncGenerator[Api]:
    """The application in local, called without a token."""
    async with serving(database_url) as served:
        yield served
