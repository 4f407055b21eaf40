"""Reads survive what can be survived; what cannot is a clear answer."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.auth import NO_TOKEN
from service.core.database import Database
from service.core.database.sqlstate import CannotConnectError, is_disconnect, sqlstate
from service.core.http.cursor import CursorSigner
from service.core.resources.access.policies import Policies
from service.dev.deploy import connect
from service.dev.postgres import EmbeddedPostgres
from service.prisma.url import parse_database_url
from tests.conftest import TEMPLATE
from tests.faults.sabotage import fail_with, sabotage
from tests.support.api import SECRET_KEY, serving
from tests.support.lens import LENS
from tests.support.notes import NoteQuery, NoteRepository
from tests.support.server import free_port
from tests.support.tables import Label

HOLDER = "holder"
KILL_ALL = f"""
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND datname = '{{}}' AND application_name <> '{HOLDER}'
"""


@pytest.fixture
async def replica_url(postgres: EmbeddedPostgres) -> AsyncGenerator[str]:
    """Another database in place of a replica: it never catches up."""
    yield LENS.url(await postgres.create_database("replica", template=TEMPLATE))
    await postgres.drop_database("replica")


def name_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


async def kill_all(postgres: EmbeddedPostgres, url: str) -> None:
    await postgres.execute(KILL_ALL.format(name_of(url)))


@asynccontextmanager
async def waiting(url: str) -> AsyncGenerator[None]:
    """Whoever reads notes waits, until this connection ends; it is not killed."""
    connection = await connect(parse_database_url(url))
    await connection.execute(f"SET application_name = '{HOLDER}'")
    await connection.execute('BEGIN; LOCK TABLE "TestNote" IN ACCESS EXCLUSIVE MODE')
    yield
    await connection.close()


async def test_a_read_is_repeated_on_another_connection(
    postgres: EmbeddedPostgres, postgres_url: str
) -> None:
    errors: list[Exception] = []
    async with serving(postgres_url) as api:
        api.application.state.database.observe(errors.append)
        async with waiting(postgres_url):
            answer = asyncio.create_task(api.get("/notes/"))
            await asyncio.sleep(0.3)
            await kill_all(postgres, postgres_url)
        assert (await answer).status_code == 200
    assert [is_disconnect(error) for error in errors] == [True]


async def test_a_read_survives_its_connection(postgres: EmbeddedPostgres, postgres_url: str) -> None:
    async with serving(postgres_url) as api:
        note = await api.make_note("kept")
        await kill_all(postgres, postgres_url)
        assert (await api.get(f"/notes/{note['id']}")).status_code == 200
        await kill_all(postgres, postgres_url)
        assert (await api.patch(f"/notes/{note['id']}", json={"title": "U"})).status_code == 200


@pytest.mark.parametrize(("failures", "status", "attempts"), [(2, 201, 3), (3, 503, 3)])
async def test_a_serialisation_failure_is_tried_three_times(
    postgres_url: str, failures: int, status: int, attempts: int
) -> None:
    await sabotage(postgres_url)
    async with serving(postgres_url) as api:
        await fail_with(postgres_url, "40001", failures)
        assert (await api.post("/notes/", json={"title": "T"})).status_code == status
        watch = await connect(parse_database_url(postgres_url))
        assert await watch.fetchval("SELECT last_value FROM attempt") == attempts
        await watch.close()


@pytest.mark.parametrize(("failures", "status"), [(1, 200), (2, 503)])
async def test_a_read_that_may_succeed_when_it_is_repeated_is_repeated_once(
    postgres_url: str, failures: int, status: int
) -> None:
    errors: list[Exception] = []
    await sabotage(postgres_url)
    async with serving(postgres_url) as api:
        api.application.state.database.observe(errors.append)
        await fail_with(postgres_url, "40001", failures)
        assert (await api.get("/labels/")).status_code == status
    assert [sqlstate(error) for error in errors] == ["40001"] * failures


async def test_who_observes_is_told_of_failed_writes(postgres_url: str) -> None:
    errors: list[Exception] = []
    async with serving(postgres_url) as api:
        api.application.state.database.observe(errors.append)
        assert (await api.post("/notes/", json={"title": "T", "parentId": "nobody"})).status_code == 422
    assert [sqlstate(error) for error in errors] == ["23503"]


async def test_no_answer_to_a_connection_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://u:p@127.0.0.1:{silent.getsockname()[1]}/away?connect_timeout=1"
        database = Database(parse_database_url(url), statement_timeout=5)
        for connection in (database.probe(), database.connect()):
            with pytest.raises(CannotConnectError, match="no answer in time"):
                await connection.__aenter__()
        await database.dispose()


async def test_reads_go_to_a_replica_and_writes_do_not(postgres_url: str, replica_url: str) -> None:
    async with serving(postgres_url, DATABASE_REPLICA_URLS=json.dumps([replica_url])) as api:
        note = await api.make_note("lagging")
        assert note["title"] == "Lagging"
        assert (await api.get(f"/notes/{note['id']}")).status_code == 404
        assert (await api.get("/notes/")).json()["total"] == 0


async def test_who_has_written_reads_from_the_primary(postgres_url: str, replica_url: str) -> None:
    async with serving(postgres_url, DATABASE_REPLICA_URLS=json.dumps([replica_url])) as api:
        await api.make_note("mine")
        database = api.application.state.database
        notes = NoteRepository(database, CursorSigner(SECRET_KEY), Policies({})).for_caller(NO_TOKEN)

        async def write(session: AsyncSession) -> None:
            await session.execute(update(Label).values(name="N"))

        assert (await notes.read_list(NoteQuery())).total == 0
        await database.transaction(write)
        assert (await notes.read_list(NoteQuery())).total == 1


async def test_a_lost_replica_is_passed_over(
    postgres: EmbeddedPostgres, postgres_url: str, replica_url: str
) -> None:
    replicas = [f"postgresql://u:p@127.0.0.1:{free_port()}/away", replica_url]
    async with serving(postgres_url, DATABASE_REPLICA_URLS=json.dumps(replicas)) as api:
        note = await api.make_note("found")
        # One is away from the start, the other one lags.
        for _ in range(2):
            assert (await api.get(f"/notes/{note['id']}")).status_code == 404
        async with waiting(replica_url):
            answer = asyncio.create_task(api.get(f"/notes/{note['id']}"))
            await asyncio.sleep(0.3)
            await kill_all(postgres, replica_url)
        assert (await answer).status_code == 200, "the primary answers"
        assert (await api.get(f"/notes/{note['id']}")).status_code == 200, "the replica is left alone for now"


@pytest.mark.parametrize("replicas", [0, 1])
async def test_a_wrong_question_is_not_asked_again(
    postgres_url: str, replica_url: str, replicas: int
) -> None:
    errors: list[Exception] = []
    urls = [replica_url][:replicas]
    async with serving(postgres_url, DATABASE_REPLICA_URLS=json.dumps(urls)) as api:
        api.application.state.database.observe(errors.append)
        connection = await connect(parse_database_url(urls[0] if urls else postgres_url))
        await connection.execute('DROP TABLE "TestLabel" CASCADE')
        await connection.close()
        assert (await api.get("/labels/")).status_code == 503
    assert [sqlstate(error) for error in errors] == ["42P01"]


async def test_the_tables_are_those_of_the_schema_wherever_the_role_would_look(postgres_url: str) -> None:
    """As with Prisma, for which a role's `search_path` means nothing."""
    owner = await connect(parse_database_url(postgres_url))
    database = name_of(postgres_url)
    for first in ("elsewhere", "decoy"):
        await owner.execute(f'ALTER DATABASE "{database}" SET search_path = {first}')
        await owner.execute(f"CREATE SCHEMA {first}; GRANT USAGE ON SCHEMA {first} TO PUBLIC")
        if first == "decoy":
            await owner.execute('CREATE TABLE decoy."TestLabel" (id INT PRIMARY KEY, name TEXT)')
        async with serving(postgres_url) as api:
            assert (await api.get("/utils/readiness")).status_code == 200, first
            created = await api.post("/labels/", json={"name": first})
            assert created.status_code == 201, first
            assert (await api.get(created.headers["location"].removeprefix("/api/v1"))).json()[
                "name"
            ] == first
            note = await api.make_note(first)
            changes = {"items": [{"op": "update", "id": note["id"], "title": "t"}]}
            assert (await api.patch("/notes/", json=changes)).status_code == 200, first
    await owner.close()
