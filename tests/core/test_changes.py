"""A change of one row is one statement, and still only of the state that it was made for."""

from collections.abc import AsyncGenerator
from typing import Protocol

import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from service.dev.deploy import connect
from service.prisma.url import parse_database_url
from tests.support.api import MEMBER, Api, bearer, serving
from tests.support.database import execute

TWO_NOTES = """
    INSERT INTO "TestNote" (id, slug, title, content, "updatedAt")
    SELECT id, id, id, '{}', now() FROM unnest(ARRAY['one', 'two']) AS id
"""
PARTITIONED = """
    ALTER TABLE "TestLabel" RENAME TO plain;
    CREATE TABLE "TestLabel" (id serial, name text NOT NULL) PARTITION BY LIST (name);
    CREATE TABLE one PARTITION OF "TestLabel" FOR VALUES IN ('One');
    CREATE TABLE others PARTITION OF "TestLabel" DEFAULT;
"""
REWRITE = 'UPDATE "TestNote" SET id = id'


@pytest.fixture
async def postgres_api(postgres_url: str) -> AsyncGenerator[Api]:
    async with serving(postgres_url) as api:
        yield api


class Logged(Protocol):
    """What asyncpg tells of a statement that it ran."""

    query: str


async def log_statements(api: Api) -> list[str]:
    """What the service's connections run from here on."""
    statements: list[str] = []

    def note(logged: Logged) -> None:
        statements.append(logged.query.split()[0])

    def listen(connection: DBAPIConnection, *_: object) -> None:
        connection.driver_connection.add_query_logger(note)

    (server,) = api.application.state.database.servers
    event.listen(server.engine.pool, "checkout", listen)
    await server.queue.close()
    return statements


async def test_it_takes_one_statement(postgres_api: Api) -> None:
    note = await postgres_api.make_note("one")
    path = f"/notes/{note['id']}"
    etag = (await postgres_api.get(path)).headers["etag"]
    statements = await log_statements(postgres_api)
    changed = await postgres_api.patch(path, json={"position": 1}, headers={"If-Match": etag})
    assert (changed.status_code, statements) == (200, ["UPDATE"])
    assert (await postgres_api.patch(path, json={"position": 2})).status_code == 200
    etag = (await postgres_api.patch(path, json={"position": 3})).headers["etag"]
    assert statements == ["UPDATE"] * 3
    assert (await postgres_api.delete(path, headers={"If-Match": etag})).status_code == 204
    assert statements == [*["UPDATE"] * 3, "DELETE"]


MANY_TAGS = ", ".join(f'"{"0" * 24}-{number:016x}"' for number in range(1000))


async def test_it_takes_one_statement_however_many_tags_are_named(postgres_api: Api) -> None:
    note = await postgres_api.make_note("one")
    path = f"/notes/{note['id']}"
    etag = (await postgres_api.get(path)).headers["etag"]
    statements = await log_statements(postgres_api)
    stale = {"If-Match": MANY_TAGS}
    assert (await postgres_api.patch(path, json={"position": 1}, headers=stale)).status_code == 412
    assert statements.count("UPDATE") == 1
    assert (await postgres_api.delete(path, headers=stale)).status_code == 412
    assert statements.count("DELETE") == 1
    statements.clear()
    changed = await postgres_api.patch(
        path, json={"position": 1}, headers={"If-Match": f"{MANY_TAGS}, {etag}"}
    )
    assert (changed.status_code, statements) == (200, ["UPDATE"])
    either = {"If-Match": f"{MANY_TAGS}, {changed.headers['etag']}"}
    assert (await postgres_api.delete(path, headers=either)).status_code == 204
    assert statements == ["UPDATE", "DELETE"]


async def test_one_of_several_tags_is_enough(api: Api) -> None:
    note = await api.make_note("one")
    path = f"/notes/{note['id']}"
    etag = (await api.get(path)).headers["etag"]
    for tags, status in ((MANY_TAGS, 412), ('"of another service"', 412), (f"{MANY_TAGS}, {etag}", 200)):
        changed = await api.patch(path, json={"position": 1}, headers={"If-Match": tags})
        assert changed.status_code == status
    for tags, status in (
        (etag, 412),
        ('"of another service"', 412),
        (f"{changed.headers['etag']}, {etag}", 204),
    ):
        assert (await api.delete(path, headers={"If-Match": tags})).status_code == status


async def test_a_tag_of_another_row_of_the_same_transaction_is_none_of_this_one(
    postgres_api: Api, postgres_url: str
) -> None:
    await execute(postgres_url, TWO_NOTES)
    other = {"If-Match": (await postgres_api.get("/notes/two")).headers["etag"]}
    assert (await postgres_api.patch("/notes/one", json={"position": 1}, headers=other)).status_code == 412
    assert (await postgres_api.delete("/notes/one", headers=other)).status_code == 412


async def test_a_row_that_was_written_anew_and_says_the_same_is_the_same(
    postgres_api: Api, postgres_url: str
) -> None:
    note = await postgres_api.make_note("one")
    path = f"/notes/{note['id']}"
    etag = (await postgres_api.get(path)).headers["etag"]
    connection = await connect(parse_database_url(postgres_url))
    for _ in range(2):
        await connection.execute(REWRITE)
        assert (await postgres_api.get(path)).headers["etag"] == etag
        assert (await postgres_api.get(path, headers={"If-None-Match": etag})).status_code == 304
        changed = await postgres_api.patch(path, json={"position": 7}, headers={"If-Match": etag})
        assert (changed.status_code, changed.json()["position"]) == (200, 7)
        etag = changed.headers["etag"]
    await connection.execute(REWRITE)
    await connection.close()
    assert (await postgres_api.delete(path, headers={"If-Match": etag})).status_code == 204
    assert (await postgres_api.get(path)).status_code == 404


async def test_what_changes_nothing_writes_nothing(api: Api) -> None:
    sent = {"tags": ["a", "b"], "rating": "4.50", "metadata": {"b": 1, "a": [None]}}
    note = await api.make_note("same", **sent)
    path, etag = f"/notes/{note['id']}", (await api.get(f"/notes/{note['id']}")).headers["etag"]
    same = {**sent, "slug": "same", "summary": None, "rating": "4.5", "position": 0}
    for headers in ({}, {"If-Match": etag}, {"If-Match": "*"}, {"If-Match": f'"x", {etag}'}):
        for body in ({}, same):
            answer = await api.patch(path, json=body, headers=headers | bearer(MEMBER))
            assert (answer.status_code, answer.json(), answer.headers["etag"]) == (200, note, etag)
    changed = await api.patch(path, json=same | {"tags": []}, headers=bearer(MEMBER))
    assert (changed.json()["tags"], changed.json()["lastEditorId"]) == ([], MEMBER)
    assert changed.json()["updatedAt"] > note["updatedAt"]
    for headers in ({}, {"If-Match": "*"}, {"If-Match": etag}):
        for body in ({}, {"position": 1}):
            assert (await api.patch("/notes/nobody", json=body, headers=headers)).status_code == 404


async def test_a_partitioned_table_is_written_alike(postgres_api: Api, postgres_url: str) -> None:
    await execute(postgres_url, PARTITIONED)
    created = await postgres_api.post("/labels/", json={"name": "One"})
    path, etag = f"/labels/{created.json()['id']}", created.headers["etag"]
    assert (await postgres_api.get(path)).headers["etag"] == etag
    changed = await postgres_api.patch(path, json={"name": "Two"}, headers={"If-Match": etag})
    assert (changed.status_code, changed.json()["name"]) == (200, "Two")
    for answer in (
        await postgres_api.patch(path, json={"name": "Three"}, headers={"If-Match": etag}),
        await postgres_api.delete(path, headers={"If-Match": etag}),
    ):
        assert answer.status_code == 412
    gone = await postgres_api.delete(path, headers={"If-Match": changed.headers["etag"]})
    assert gone.status_code == 204
