"""A row that proves that one may write cannot go to somebody else meanwhile."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from tests.security.conftest import tenants_served
from tests.security.tenants.served import ADMIN

WAITS = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
MOVE = sa.text("""UPDATE "TenantProject" SET "teamId" = 'blue' WHERE "id" = 'p-red'""")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/tasks/", {"title": "new", "projectId": "p-red"}, 403),
        ("PATCH", "/tasks/1", {"title": "new"}, 404),
        ("DELETE", "/tasks/2", None, 404),
        ("PATCH", "/tasks/", {"items": [{"op": "update", "id": 2, "title": "new"}]}, 422),
    ],
)
async def test_a_write_waits_for_what_becomes_of_the_parent(
    postgres_url: str, method: str, path: str, body: Any, status: int
) -> None:
    async with tenants_served(postgres_url) as tenants:
        await tenants.world.reset()
        async with tenants.world.engine.begin() as connection:
            await connection.execute(MOVE)
            write = asyncio.create_task(tenants.ask(ADMIN, method, path, body))
            async with asyncio.timeout(30):
                while not (await connection.execute(WAITS)).scalar():
                    assert not write.done(), "it relies on what may be taken away"
                    await asyncio.sleep(0.05)
        before = await tenants.world.rows()
        answer = await write
        assert answer.status_code == status, answer.text
        assert await tenants.world.rows() == before


async def test_nobody_waits_for_another_teams_rows(postgres_url: str) -> None:
    """Else one could tell that they are there, and hold them up."""
    async with tenants_served(postgres_url) as tenants:
        await tenants.world.reset()
        async with tenants.world.engine.begin() as connection:
            await connection.execute(sa.text("""SELECT 1 FROM "TenantTask" WHERE "id" = 11 FOR UPDATE"""))
            for item in ({"op": "delete", "id": 11}, {"op": "update", "id": 11, "title": "mine"}):
                async with asyncio.timeout(5):
                    answer = await tenants.ask(ADMIN, "PATCH", "/tasks/", {"items": [item]})
                assert answer.status_code == (200 if item["op"] == "delete" else 422), answer.text
            for body in ({"title": "mine"}, None):
                async with asyncio.timeout(5):
                    answer = await tenants.ask(ADMIN, "PATCH" if body else "DELETE", "/tasks/11", body)
                assert answer.status_code == 404, answer.text
