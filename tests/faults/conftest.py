"""Fixtures of the fault tests: a PostgreSQL of their own that may be stopped, and a database for each test."""

from collections.abc import AsyncGenerator, Generator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from service.dev.deploy import connect, deploy
from service.prisma.migrations import read_migrations
from service.prisma.url import parse_database_url
from tests.faults.cluster import Cluster, running_cluster
from tests.support.database import execute
from tests.support.tables import create_own_tables

TEMPLATE = "template_faults"
_numbers = count()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--minutes", type=float, default=10.0, help="How long the soak takes.")


@pytest.fixture(scope="session")
def bare_cluster() -> Generator[Cluster]:
    # Not in pytest's folder, which another run closes to the user that the server runs as.
    with TemporaryDirectory(prefix="faults-") as folder, running_cluster(Path(folder)) as cluster:
        yield cluster


@pytest.fixture(scope="session")
async def cluster(bare_cluster: Cluster) -> Cluster:
    """The server, with a template that holds the mirrored schema and the tests' own tables."""
    await execute(bare_cluster.url(), f"CREATE DATABASE {TEMPLATE}")
    connection = await connect(parse_database_url(bare_cluster.url(TEMPLATE)))
    await deploy(connection, read_migrations())
    await connection.close()
    await create_own_tables(bare_cluster.url(TEMPLATE))
    return bare_cluster


@pytest.fixture
async def database(cluster: Cluster) -> AsyncGenerator[str]:
    """The name of a database of the test's own."""
    name = f"faults_{next(_numbers)}"
    await execute(cluster.url(), f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield name
    await execute(cluster.url(), f"DROP DATABASE {name} WITH (FORCE)")
