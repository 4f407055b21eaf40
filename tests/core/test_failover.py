"""Servers that change under a pool's connections, or that are slow, or cannot be had."""

import asyncio
import errno
import json
import os
import signal
import time
from math import inf
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database import Database
from service.core.database.api_errors import database_error
from service.core.database.engine import UniquelyNaming
from service.core.database.sqlstate import OutcomeUnknownError
from service.core.database.statement import AnyWrite
from service.dev.deploy import connect
from service.dev.postgres import EmbeddedPostgres
from service.prisma.url import parse_database_url
from tests.support.api import bearer, serving
from tests.support.lens import LENS
from tests.support.log import LogReader
from tests.support.raw import connected, request
from tests.support.server import running
from tests.support.tables import Label

NOTE = {"title": "T"}


async def run(database: Database, statement: str) -> None:
    """Run it on the connection that the next statement will take."""
    queue = database.servers[0].queue
    connection = await queue.acquire()
    assert connection.driver
    await connection.driver.fetch(statement)
    queue.release(connection)


async def test_a_server_that_became_read_only_is_left(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.core.database.server.READ_ONLY_SECONDS", 0.0)
    async with serving(f"{postgres_url}&connection_limit=1") as api:
        note = await api.make_note("kept")
        for method, path, body in (
            ("POST", "/notes/", NOTE),
            ("PATCH", f"/notes/{note['id']}", {"title": "Another"}),
        ):
            await run(api.application.state.database, "SET default_transaction_read_only = on")
            answer = await api.request(method, path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert answer.headers["retry-after"]
            assert (await api.request(method, path, json=body)).is_success


async def test_a_server_that_stays_read_only_keeps_its_connections(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = 0

    async def connect_and_count(**arguments: Any) -> object:
        nonlocal connected
        connected += 1
        return await real(**arguments)

    real = asyncpg.connect
    monkeypatch.setattr("service.core.database.server.READ_ONLY_SECONDS", 60.0)
    monkeypatch.setattr(asyncpg, "connect", connect_and_count)
    async with serving(
        f"{postgres_url}&connection_limit=1&options=-c%20default_transaction_read_only%3Don"
    ) as api:
        await api.get("/notes/")
        at_first = connected
        for _ in range(5):
            assert (await api.post("/notes/", json=NOTE)).status_code == 503
            assert (await api.get("/notes/")).status_code == 200
    assert connected == at_first


async def test_a_slow_replica_is_not_an_absent_one(postgres: EmbeddedPostgres, postgres_url: str) -> None:
    slow = LENS.url(await postgres.create_database("slow", template="template_mirror"))
    lock = await connect(parse_database_url(slow))
    await lock.execute('BEGIN; LOCK TABLE "TestNote" IN ACCESS EXCLUSIVE MODE')
    errors: list[Exception] = []
    replicas = json.dumps([slow, slow])
    async with serving(postgres_url, DATABASE_REPLICA_URLS=replicas, DATABASE_TIMEOUT="1") as api:
        api.application.state.database.observe(errors.append)
        for path in ("/notes/", "/notes/none"):
            began = time.monotonic()
            answer = await api.get(path)
            assert (answer.status_code, answer.json()["code"]) == (504, "timeout")
            assert 0.9 < time.monotonic() - began < 1.9
    assert len(errors) == 2, "each was asked of one server"
    await lock.close()
    await postgres.drop_database("slow")


async def test_a_replica_that_says_nothing_is_tried_by_one_at_a_time(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.core.database.replicas.PASS_OVER_SECONDS", 0.5)
    connected: list[asyncio.StreamWriter] = []

    def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.append(writer)

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    replicas = json.dumps([f"postgresql://u:p@127.0.0.1:{port}/silent?connect_timeout=1"])
    async with serving(postgres_url, DATABASE_REPLICA_URLS=replicas, DATABASE_TIMEOUT="1") as api:
        # It took all the time that there was, and is passed over all the same.
        assert (await api.get("/notes/")).status_code == 503
        assert (await api.get("/notes/")).status_code == 200
        await asyncio.sleep(0.6)
        answers = await asyncio.gather(*(api.get("/notes/") for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [200] * 4 + [503]
    assert len(connected) == 2
    for writer in connected:
        writer.close()
    silent.close()


async def test_replicas_take_turns(postgres_url: str) -> None:
    url = parse_database_url(postgres_url)
    database = Database(url, [url, url, url], statement_timeout=5)
    replicas = database.replicas
    turns = [replicas.in_turn() for _ in range(6)]
    assert all(set(turn) == set(replicas.servers) for turn in turns)
    assert [turn[0] for turn in turns] == replicas.servers * 2
    await database.dispose()


async def test_a_replica_is_tried_again_by_the_first_read_that_comes_to_it(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = parse_database_url(postgres_url)
    database = Database(url, [url, url], statement_timeout=5)
    good, away = database.replicas.servers
    database.replicas.pass_over(away)
    later = time.monotonic() + 60
    monkeypatch.setattr("service.core.database.replicas.time", SimpleNamespace(monotonic=lambda: later))
    for _ in range(2):
        await database.fetch("one", lambda: select(Label.name), {})
    assert (good.queue.open, away.queue.open) == (1, 1)
    await database.dispose()


@pytest.mark.parametrize(
    ("setting", "other", "expected"),
    [("timezone", "America/New_York", "UTC"), ("datestyle", "SQL, DMY", "ISO, MDY")],
)
async def test_sessions_are_alike_however_the_server_is_set(
    postgres_url: str, setting: str, other: str, expected: str
) -> None:
    connection = await connect(parse_database_url(postgres_url))
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f"ALTER DATABASE {name} SET {setting} = '{other}'")
    await connection.close()
    again = await connect(parse_database_url(postgres_url))
    assert await again.fetchval(f"SHOW {setting}") == expected
    await again.close()
    database = Database(parse_database_url(postgres_url), statement_timeout=5)
    for opened in (database.connect(), database.probe()):
        async with opened as mine:
            assert await mine.scalar(text(f"SHOW {setting}")) == expected
    await database.dispose()


@pytest.mark.parametrize(
    ("setting", "other", "expected"),
    [
        ("extra_float_digits", "0", "1"),
        ("bytea_output", "escape", "hex"),
        ("quote_all_identifiers", "on", "off"),
    ],
)
async def test_what_is_read_as_text_is_written_alike(
    postgres_url: str, setting: str, other: str, expected: str
) -> None:
    connection = await connect(parse_database_url(postgres_url))
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f"ALTER DATABASE {name} SET {setting} = '{other}'")
    await connection.close()
    database = Database(parse_database_url(postgres_url), statement_timeout=5)
    for opened in (database.connect(), database.probe()):
        async with opened as mine:
            assert await mine.scalar(text(f"SHOW {setting}")) == expected
    await database.dispose()


def refusal(state: str) -> Exception:
    return asyncpg.PostgresError.new({"C": state, "M": "no entrance", "S": "FATAL"})


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (refusal("28P01"), "the user and password"),
        (refusal("3D000"), "the name of the"),
        (OSError(errno.EMFILE, "Too many open files"), "`ulimit -n`"),
    ],
)
async def test_the_log_says_what_to_look_at(
    postgres_url: str, json_log: LogReader, monkeypatch: pytest.MonkeyPatch, error: Exception, hint: str
) -> None:
    async def refuse(**_: object) -> None:
        raise error

    async with serving(f"{postgres_url}&connection_limit=1", environment="staging") as api:
        assert (await api.get("/notes/", headers=bearer())).status_code == 200
        monkeypatch.setattr(asyncpg, "connect", refuse)
        api.application.state.database.servers[0].queue.invalidate()
        answer = await api.get("/notes/", headers=bearer())
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert any(hint in line["message"] for line in json_log.lines())


def test_asyncpg_still_asks_for_the_names_of_its_statements() -> None:
    """What is overridden is private."""
    assert callable(vars(asyncpg.Connection)["_get_unique_id"])
    assert "_get_unique_id" in vars(UniquelyNaming)


async def test_statements_of_two_processes_have_different_names(postgres_url: str) -> None:
    database = Database(parse_database_url(postgres_url), statement_timeout=5)
    async with database.connect() as mine:
        names = (await mine.execute(text("SELECT name FROM pg_prepared_statements"))).scalars().all()
    await database.dispose()
    assert names
    assert all(UniquelyNaming.process in name for name in names)


async def test_a_write_whose_answer_was_lost_is_not_repeated(postgres_url: str) -> None:
    tried = 0
    async with serving(postgres_url) as api:
        database = api.application.state.database

        async def work(session: AsyncSession) -> None:
            nonlocal tried
            tried += 1
            session.add(Label(name="lost"))
            await session.flush()
            connection = await session.connection()
            raw = await connection.get_raw_connection()
            assert raw.driver_connection
            raw.driver_connection.terminate()

        with pytest.raises(OutcomeUnknownError) as caught:
            await database.transaction(work)
    known = database_error(caught.value)
    assert known
    assert (known.status, "before you repeat the call" in known.detail, tried) == (503, True, 1)


async def test_a_write_that_is_not_acknowledged_in_time_may_be_stored(postgres_url: str) -> None:
    """What waits for a standby waits in its COMMIT; a trigger that is deferred does, too."""
    admin = await connect(parse_database_url(postgres_url))
    await admin.execute("""
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(4); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON "TestLabel" DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION wait();
    """)
    await admin.close()
    async with serving(postgres_url, DATABASE_TIMEOUT="1") as api:
        database = api.application.state.database

        async def work(session: AsyncSession) -> None:
            session.add(Label(name="late"))

        def build() -> AnyWrite:
            return insert(Label).values(name="later").returning(Label.name)

        for attempt in (database.transaction(work), database.write("later", build, {})):
            with pytest.raises(OutcomeUnknownError) as caught:
                await attempt
            known = database_error(caught.value)
            assert known
            assert (known.status, "before you repeat the call" in known.detail) == (504, True)


@pytest.mark.parametrize(
    ("state", "path", "status"),
    [
        ("53300", "/utils/health-check", 200),
        ("57P03", "/notes/", 503),
        ("28P01", "/utils/health-check", 503),
        ("28P01", "/notes/", 200),
    ],
)
async def test_a_server_that_is_full_is_ready(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, state: str, path: str, status: int
) -> None:
    """So is one that refuses the password by now, while there are connections from before: each instance would say so."""

    async def refuse(**_: object) -> None:
        raise refusal(state)

    async with serving(postgres_url) as api:
        assert (await api.get(path)).status_code == 200
        monkeypatch.setattr(asyncpg, "connect", refuse)
        monkeypatch.setattr("service.core.lifecycle.readiness.time", SimpleNamespace(monotonic=lambda: inf))
        assert (await api.get("/utils/readiness")).status_code == status


async def test_a_request_that_waited_behind_a_write_reads_from_a_replica(
    postgres: EmbeddedPostgres, postgres_url: str, tmp_path: Path
) -> None:
    """Both on one connection, the second sent before the first was answered."""
    behind = await postgres.create_database("behind", template="template_mirror")
    replicas = json.dumps([LENS.url(behind)])
    body = json.dumps({"name": "written"}).encode()
    headers = bearer() | {"Content-Type": "application/json"}
    with (
        (tmp_path / "log").open("w") as output,
        running(postgres_url, output, DATABASE_REPLICA_URLS=replicas) as server,
    ):
        async with connected(server) as connection:
            connection.writer.write(
                request("POST", "/labels/", headers, body) + request("GET", "/labels/1", headers)
            )
            answers = [await asyncio.wait_for(connection.answer(), 20) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 404], "the replica has no rows"


async def test_a_server_that_does_not_answer_keeps_no_process_alive(postgres_url: str) -> None:
    database = Database(parse_database_url(f"{postgres_url}&connection_limit=3"), statement_timeout=30)
    queue = database.servers[0].queue
    taken = [await queue.acquire() for _ in range(3)]
    drivers = [each.driver for each in taken if each.driver]
    backends = [(await driver.fetch("SELECT pg_backend_pid()"))[0][0] for driver in drivers]
    for each in taken:
        queue.release(each)
    for backend in backends:
        os.kill(backend, signal.SIGSTOP)
    began = time.monotonic()
    try:
        await database.dispose()
    finally:
        for backend in backends:
            os.kill(backend, signal.SIGCONT)
    assert time.monotonic() - began < 5
