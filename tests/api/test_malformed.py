"""Texts that PostgreSQL alone can read, and cannot, whatever it calls that: they are the caller's to mend."""

from collections.abc import AsyncGenerator

import pytest
import sqlalchemy as sa
from msgspec import UNSET, UnsetType
from sqlalchemy.orm import Mapped, mapped_column

from service.core.http.query import ListQuery
from service.core.resources.conditions import everybody
from service.core.resources.controller import CrudController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import Payload, Resource
from service.prisma.types import AsText, ScalarList
from tests.support.api import Api, serving
from tests.support.database import create_tables
from tests.support.own_base import OwnBase


class SyntaxBase(OwnBase):
    __abstract__ = True
    metadata = sa.MetaData()


class SyntaxRow(SyntaxBase):
    __tablename__ = "TestSyntax"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    words: Mapped[str | None] = mapped_column(AsText("tsvector"))
    query: Mapped[str | None] = mapped_column(AsText("tsquery"))
    path: Mapped[str | None] = mapped_column(AsText("jsonpath"))
    kind: Mapped[str | None] = mapped_column(AsText("regtype"))
    table: Mapped[str | None] = mapped_column(AsText("regclass"))
    function: Mapped[str | None] = mapped_column(AsText("regproc"))
    schema: Mapped[str | None] = mapped_column(AsText("regnamespace"))
    queries: Mapped[list[str]] = mapped_column(ScalarList(AsText("tsquery")), nullable=True)


class Syntax(Resource):
    """What PostgreSQL reads."""

    id: int
    words: str | None
    query: str | None
    path: str | None
    kind: str | None
    table: str | None
    function: str | None
    schema: str | None
    queries: list[str]


class SyntaxUpdate(Payload):
    """What to change."""

    words: str | UnsetType | None = UNSET
    query: str | UnsetType | None = UNSET
    path: str | UnsetType | None = UNSET
    kind: str | UnsetType | None = UNSET
    table: str | UnsetType | None = UNSET
    function: str | UnsetType | None = UNSET
    schema: str | UnsetType | None = UNSET
    queries: list[str] | UnsetType = UNSET


class SyntaxReplace(SyntaxUpdate):
    """The same, for PUT."""


class SyntaxRepository(Repository[SyntaxRow, Syntax]):
    """Reads and writes them."""

    reader = ListReader(
        Mapping(Syntax, SyntaxRow, changed_by=[SyntaxUpdate], readable=everybody("a test")),
        filters={},
        sorts={"id": SyntaxRow.id},
    )


class SyntaxController(
    CrudController[SyntaxRepository, Syntax, ListQuery, SyntaxUpdate, SyntaxReplace, SyntaxUpdate]
):
    """What PostgreSQL reads."""

    path = "/syntaxes"


@pytest.fixture
async def syntaxes(postgres_url: str) -> AsyncGenerator[Api]:
    await create_tables(postgres_url, SyntaxBase.metadata)
    async with serving(postgres_url, resources=[SyntaxController], API_DOCS="false") as served:
        yield served


MALFORMED = {
    "words": "a:b:c '",
    "query": "a & ",
    "path": "$.a[",
    "kind": "nothing",
    "table": "nothing",
    "function": "nothing",
    "schema": "nothing",
    "queries": ["a", "b | "],
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_a_text_that_is_none_of_its_type_is_named(syntaxes: Api, name: str) -> None:
    row = (await syntaxes.post("/syntaxes/", json={"kind": "integer"})).json()["id"]
    body = {name: MALFORMED[name]}
    for method, path in (("POST", "/syntaxes/"), ("PATCH", f"/syntaxes/{row}")):
        answer = await syntaxes.request(method, path, json=body)
        assert answer.status_code == 422, answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{name}"]


async def test_where_it_may_be_either_it_is_the_callers_all_the_same(syntaxes: Api) -> None:
    answer = await syntaxes.post("/syntaxes/", json={"query": "a & ", "queries": ["a & "]})
    assert (answer.status_code, answer.json()["errors"]) == (422, [])
