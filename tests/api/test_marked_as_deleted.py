"""A DELETE that marks the row: for callers it is gone, and the database keeps it."""

from typing import Any

import sqlalchemy as sa

from tests.prisma.support.engines import engine_of
from tests.support.api import bearer, serving
from tests.support.own_rules import MarkedController
from tests.support.tables import Note, NoteStatus

USER = bearer()


async def test_a_row_that_is_marked_is_gone_for_callers(database_url: str) -> None:
    async with serving(database_url, resources=[MarkedController], headers=USER) as api:
        made = await api.post("/marked/", json={"title": "One"})
        path, stale = f"/marked/{made.json()['id']}", made.headers["etag"]
        tag = (await api.patch(path, json={"title": "Two"})).headers["etag"]
        assert (await api.delete(path, headers={"If-Match": stale})).status_code == 412
        deleted = await api.delete(path, headers={"If-Match": tag})
        assert deleted.status_code == 204, deleted.text
        assert f"{made.json()['id']}" in deleted.headers["cache-group-invalidation"]
        for method in ("GET", "DELETE"):
            assert (await api.request(method, path)).status_code == 404
        assert (await api.patch(path, json={"title": "Three"})).status_code == 404
        other = (await api.post("/marked/", json={"title": "Other"})).json()["id"]
        batch = await api.patch("/marked/", json={"items": [{"op": "delete", "id": other}]})
        assert batch.json()["items"][0]["status"] == 204
        assert (await api.get("/marked/")).json()["total"] == 0
    assert await _stored(database_url) == [(NoteStatus.DONE, True)] * 2


async def test_a_call_without_a_token_still_sees_what_is_marked(database_url: str) -> None:
    """As local takes it. The row exists for such a call, so that it can be deleted again."""
    async with serving(database_url, resources=[MarkedController]) as api:
        made = (await api.post("/marked/", json={"title": "One"})).json()
        path = f"/marked/{made['id']}"
        for _ in range(2):
            assert (await api.delete(path)).status_code == 204
            assert (await api.get(path)).json()["status"] == "DONE"
        assert (await api.get("/marked/")).json()["total"] == 1
        assert (await api.delete(path, headers=USER)).status_code == 404


async def _stored(database_url: str) -> list[Any]:
    engine = engine_of(database_url)
    async with engine.connect() as connection:
        moved = Note.updated_at > Note.created_at
        rows = [tuple(row) for row in await connection.execute(sa.select(Note.status, moved))]
    await engine.dispose()
    return rows
