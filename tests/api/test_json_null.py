"""JSON's own null (Prisma's `JsonNull`), and no list: what was read can be sent back, and changes no byte."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec import UNSET, UnsetType
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Mapped, mapped_column

from service.core.http.query import ListQuery
from service.core.resources.conditions import everybody
from service.core.resources.controller import CrudController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import JsonText, JsonValue, Payload, Resource
from service.prisma.types import ScalarList
from tests.support.api import Api, serving
from tests.support.database import create_tables
from tests.support.own_base import OwnBase


class PaperBase(OwnBase):
    __abstract__ = True
    metadata = sa.MetaData()


class PaperRow(PaperBase):
    __tablename__ = "TestPaper"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    name: Mapped[str | None] = mapped_column(sa.Text)
    needed: Mapped[Any] = mapped_column(pg.JSONB, nullable=False)
    plain: Mapped[Any] = mapped_column(pg.JSON, nullable=False)
    spare: Mapped[Any] = mapped_column(pg.JSONB(none_as_null=True), nullable=True)
    many: Mapped[list[Any]] = mapped_column(ScalarList(pg.JSONB), nullable=True)


class Paper(Resource):
    """A paper."""

    id: int
    name: str | None
    needed: JsonText
    plain: JsonText
    spare: JsonText | None
    many: list[JsonText]


class PaperReplace(Payload):
    """All of a paper."""

    needed: JsonValue | None
    plain: JsonValue | None
    name: str | None = None
    spare: JsonValue | None = None
    many: list[JsonValue | None] | UnsetType = UNSET


class PaperUpdate(Payload):
    """What to change."""

    name: str | UnsetType | None = UNSET
    needed: JsonValue | UnsetType | None = UNSET
    plain: JsonValue | UnsetType | None = UNSET
    spare: JsonValue | UnsetType | None = UNSET
    many: list[JsonValue | None] | UnsetType = UNSET


class PaperRepository(Repository[PaperRow, Paper]):
    """Papers."""

    reader = ListReader(
        Mapping(Paper, PaperRow, changed_by=[PaperUpdate], readable=everybody("a test")),
        filters={},
        sorts={"id": PaperRow.id},
    )


class PaperController(
    CrudController[PaperRepository, Paper, ListQuery, PaperReplace, PaperReplace, PaperUpdate]
):
    """Papers."""

    path = "/papers"


@pytest.fixture
async def papers(database_url: str) -> AsyncGenerator[Api]:
    await create_tables(database_url, PaperBase.metadata)
    async with serving(database_url, resources=[PaperController], API_DOCS="false") as served:
        yield served


COLUMNS = (PaperRow.needed, PaperRow.plain, PaperRow.spare)
STORED = sa.insert(PaperRow).values({"id": 1} | {column.key: sa.text("'null'") for column in COLUMNS})
TEXTS = sa.select(*(sa.cast(column, sa.Text) for column in COLUMNS), PaperRow.many.is_(None))
NULLS = ("null", "null", "null", True)


async def stored(api: Api) -> list[Any]:
    engine: AsyncEngine = api.application.state.database.servers[0].engine
    async with engine.connect() as connection:
        return [*map(tuple, await connection.execute(TEXTS))]


async def store(api: Api) -> None:
    engine: AsyncEngine = api.application.state.database.servers[0].engine
    async with engine.begin() as connection:
        await connection.execute(STORED)


async def test_what_was_read_is_put_back_and_changes_no_byte(papers: Api) -> None:
    await store(papers)
    read = await papers.get("/papers/1")
    assert read.json() == {"id": 1, "name": None, "needed": None, "plain": None, "spare": None, "many": []}
    tag = read.headers["etag"]
    again = await papers.put("/papers/1", json=read.json(), headers={"If-Match": tag})
    assert (again.status_code, again.json(), again.headers["etag"]) == (200, read.json(), tag)
    assert await stored(papers) == [NULLS]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_it_stays_where_another_field_is_changed(papers: Api, method: str) -> None:
    await store(papers)
    body = (await papers.get("/papers/1")).json() | {"name": "x"}
    body = body if method == "PUT" else {name: body[name] for name in body if name != "id"}
    answer = await papers.request(method, "/papers/1", json=body)
    assert (answer.status_code, answer.json()["name"]) == (200, "x"), answer.text
    assert await stored(papers) == [NULLS]


async def test_null_is_jsons_own_where_the_column_has_no_other(papers: Api) -> None:
    body = {"needed": None, "plain": None, "spare": None, "many": [None, 1]}
    made = [await papers.post("/papers/", json={**body, "name": "x"}) for _ in range(2)]
    assert [each.status_code for each in made] == [201, 201], made[0].text
    assert made[0].json()["many"] == [None, 1]
    path = f"/papers/{made[0].json()['id']}"
    again = await papers.put(path, json=made[0].json(), headers={"If-Match": made[0].headers["etag"]})
    assert (again.status_code, again.headers["etag"]) == (200, made[0].headers["etag"])
    assert await stored(papers) == [("null", "null", None, False)] * 2
    full = await papers.patch(path, json={"needed": {"a": 1}, "spare": {"a": 1}})
    assert full.json()["needed"] == full.json()["spare"] == {"a": 1}
    merge = {"Content-Type": "application/merge-patch+json"}
    for headers in (None, merge):
        await papers.patch(path, json={"needed": {"a": 1}, "spare": {"a": 1}})
        emptied = await papers.patch(path, json={"needed": None, "spare": None}, headers=headers)
        assert (emptied.status_code, emptied.json()["needed"], emptied.json()["spare"]) == (200, None, None)
        assert await stored(papers) == [("null", "null", None, False)] * 2


async def test_a_list_in_a_list_of_documents_is_a_document(papers: Api) -> None:
    many = [[None, None], [], [[1], {"a": [2]}], "x"]
    made = await papers.post("/papers/", json={"needed": 1, "plain": [1], "many": many})
    assert (made.status_code, made.json()["many"]) == (201, many), made.text
    changed = await papers.patch(f"/papers/{made.json()['id']}", json={"many": many[::-1]})
    assert (changed.status_code, changed.json()["many"]) == (200, many[::-1]), changed.text
