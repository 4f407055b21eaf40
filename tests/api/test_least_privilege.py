"""What the service needs of PostgreSQL: the rows of its tables, and no more."""

from collections.abc import AsyncGenerator

import asyncpg
import pytest

from service.dev.deploy import connect
from service.dev.postgres import EmbeddedPostgres
from service.prisma.url import parse_database_url
from tests.support.api import bearer, serving
from tests.support.lens import LENS

ROWS_ALONE = f"""
    CREATE ROLE rows_alone LOGIN;
    GRANT USAGE ON SCHEMA {LENS.schema} TO rows_alone;
    GRANT SELECT, INSERT, UPDATE, DELETE ON "TestNote", "TestLabel", "TestSeat", "TestWord" TO rows_alone;
    GRANT USAGE ON SEQUENCE "TestLabel_id_seq" TO rows_alone;
"""


@pytest.fixture
async def restricted_url(postgres: EmbeddedPostgres, postgres_url: str) -> AsyncGenerator[str]:
    """The database, for a role that may read and write the rows of the tests' resources, and do nothing else."""
    owner = await connect(parse_database_url(postgres_url))
    await owner.execute(ROWS_ALONE)
    # Past the pooler, where a run is behind one: it has users of its own.
    direct = LENS.url(postgres.url(parse_database_url(postgres_url).url.database or ""))
    user = parse_database_url(direct).url.username
    yield direct.replace(f"//{user}", "//rows_alone")
    await owner.execute("DROP OWNED BY rows_alone; DROP ROLE rows_alone")
    await owner.close()


async def test_rows_of_its_tables_are_all_that_it_needs(restricted_url: str) -> None:
    async with serving(restricted_url, environment="production", headers=bearer()) as api:
        assert (await api.get("/utils/readiness")).status_code == 200
        note = await api.make_note("small")
        path = f"/notes/{note['id']}"
        label = await api.post("/labels/", json={"name": "n"})
        batch = {"items": [{"op": "update", "id": note["id"], "position": 1}]}
        assert label.status_code == 201
        for method, where, body, status in (
            ("GET", "/notes/?q=small", None, 200),
            ("PUT", path, {"title": "T"}, 200),
            ("PATCH", path, {"title": "U"}, 200),
            ("PATCH", "/notes/", batch, 200),
            ("POST", f"{path}/finish", None, 200),
            ("DELETE", path, None, 204),
            ("DELETE", f"/labels/{label.json()['id']}", None, 204),
        ):
            answer = await api.request(method, where, json=body)
            assert answer.status_code == status, (method, where, answer.text)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id INT)",
        'ALTER TABLE "TestNote" ADD mine INT',
        'DROP TABLE "TestNote"',
        'TRUNCATE "TestNote"',
        'SELECT * FROM "TestUnused"',
    ],
)
async def test_such_a_role_can_do_nothing_else(restricted_url: str, statement: str) -> None:
    connection = await connect(parse_database_url(restricted_url))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ('REVOKE SELECT ON "TestLabel" FROM rows_alone', "TestLabel"),
        (
            'REVOKE SELECT ON "TestLabel" FROM rows_alone; GRANT SELECT (id) ON "TestLabel" TO rows_alone',
            "TestLabel.name",
        ),
        (f"REVOKE USAGE ON SCHEMA {LENS.schema} FROM rows_alone, PUBLIC", "TestNote"),
    ],
)
async def test_what_it_may_not_read_is_not_ready_and_named(
    restricted_url: str, postgres_url: str, statement: str, named: str
) -> None:
    owner = await connect(parse_database_url(postgres_url))
    await owner.execute(statement)
    await owner.close()
    async with serving(restricted_url, environment="production", headers=bearer()) as api:
        answer = await api.get("/utils/readiness")
        assert answer.status_code == 503
        assert f"{named} (which this role may not read: GRANT USAGE" in answer.json()["detail"]
