"""Values that PostgreSQL takes for equal, and callers do not: each is a change of the other."""

from collections.abc import AsyncGenerator
from decimal import Decimal as Number
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec import UNSET, UnsetType
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from service.core.http.query import ListQuery
from service.core.resources.conditions import claim, everybody
from service.core.resources.controller import CrudController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import Decimal, Payload, Resource
from service.prisma.types import ExactDecimal, ScalarList
from tests.support.api import Api, bearer, serving
from tests.support.database import create_tables, transaction_on
from tests.support.own_base import OwnBase


class WareBase(OwnBase):
    """Apart from the mirrored schema, with which the database is compared."""

    __abstract__ = True
    metadata = sa.MetaData()


class WareRow(WareBase):
    __tablename__ = "TestWare"

    name: Mapped[str] = mapped_column(pg.CITEXT, primary_key=True)
    label: Mapped[str | None] = mapped_column(pg.CITEXT)
    amount: Mapped[Number | None] = mapped_column(ExactDecimal())
    labels: Mapped[list[str]] = mapped_column(ScalarList(pg.CITEXT), nullable=True)
    amounts: Mapped[list[Number]] = mapped_column(ScalarList(ExactDecimal()), nullable=True)


class Ware(Resource):
    """A ware."""

    name: str
    label: str | None
    amount: Decimal | None
    labels: list[str]
    amounts: list[Decimal]


class WareReplace(Payload, kw_only=True):
    """All that a ware says."""

    label: str | None = None
    amount: Decimal | None = None
    labels: list[str] = []  # noqa: RUF012  # msgspec copies an empty default
    amounts: list[Decimal] = []  # noqa: RUF012  # msgspec copies an empty default


class WareCreate(WareReplace, kw_only=True):
    """A new ware."""

    name: str


class WareUpdate(Payload):
    """What to change."""

    label: str | UnsetType | None = UNSET
    amount: Decimal | UnsetType | None = UNSET
    labels: list[str] | UnsetType = UNSET
    amounts: list[Decimal] | UnsetType = UNSET


class WareRepository(Repository[WareRow, Ware]):
    """Reads and writes wares."""

    reader = ListReader(
        Mapping(Ware, WareRow, changed_by=[WareReplace], readable=everybody("a test")),
        filters={},
        sorts={"name": WareRow.name},
    )


class CrateRow(WareBase):
    __tablename__ = "TestCrate"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    owner: Mapped[str] = mapped_column(pg.CITEXT)


class Crate(Resource):
    """What belongs to whom the token names."""

    id: str
    owner: str


class CrateReplace(Payload):
    """All that a crate says."""

    owner: str


class CrateCreate(Payload):
    """A new crate."""

    id: str
    owner: str | UnsetType = UNSET


class CrateUpdate(Payload):
    """What to change."""

    owner: str | UnsetType = UNSET


class CrateRepository(Repository[CrateRow, Crate]):
    """Reads and writes crates."""

    reader = ListReader(
        Mapping(Crate, CrateRow, changed_by=[CrateReplace], readable=CrateRow.owner == claim("tenant")),
        filters={},
        sorts={"id": CrateRow.id},
    )


class CrateController(
    CrudController[CrateRepository, Crate, ListQuery, CrateCreate, CrateReplace, CrateUpdate]
):
    """Crates."""

    path = "/crates"


class WareController(CrudController[WareRepository, Ware, ListQuery, WareCreate, WareReplace, WareUpdate]):
    """Wares."""

    path = "/wares"


@pytest.fixture
async def wares(postgres_url: str) -> AsyncGenerator[Api]:
    async with transaction_on(postgres_url) as connection:
        # Where the role's search_path finds it, in whatever schema the tables are.
        await connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS citext SCHEMA public"))
    await create_tables(postgres_url, WareBase.metadata)
    async with serving(postgres_url, resources=[WareController, CrateController], API_DOCS="false") as served:
        yield served


EQUAL: list[tuple[str, Any, Any]] = [
    ("label", "news", "News"),
    ("amount", "1.0", "1.00"),
    ("labels", ["a", "b"], ["a", "B"]),
    ("amounts", ["1"], ["1.0"]),
]


@pytest.mark.parametrize(("name", "one", "other"), EQUAL)
async def test_a_change_of_what_callers_see_is_stored(wares: Api, name: str, one: Any, other: Any) -> None:
    body = {"name": "Ware", name: one}
    made = await wares.post("/wares/", json=body)
    assert made.status_code == 201, made.text
    assert (await wares.post("/wares/", json=body)).status_code == 200
    assert (await wares.post("/wares/", json=body | {name: other})).status_code == 409
    for method, sent in (("PATCH", other), ("PUT", one)):
        changed = await wares.request(method, "/wares/Ware", json={name: sent})
        assert (changed.status_code, changed.json()[name]) == (200, sent), changed.text
        assert (await wares.get("/wares/Ware")).json() == changed.json()


async def test_without_a_token_an_owner_that_it_would_fill_is_required(wares: Api) -> None:
    """In local, where a call needs no token."""
    refused = await wares.post("/crates/", json={"id": "one"})
    errors = [(each["pointer"], each["code"]) for each in refused.json()["errors"]]
    assert (refused.status_code, errors) == (422, [("/owner", "required")]), refused.text
    assert (await wares.post("/crates/", json={"id": "one", "owner": "Mine"})).status_code == 201


async def test_a_key_in_another_case_is_another_creation(wares: Api) -> None:
    assert (await wares.post("/wares/", json={"name": "Ware"})).status_code == 201
    refused = await wares.post("/wares/", json={"name": "WARE"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "/name")


async def test_a_batch_names_a_row_once_however_it_is_spelled(wares: Api) -> None:
    assert (await wares.post("/wares/", json={"name": "Ware"})).status_code == 201
    items = [{"op": "update", "name": "Ware", "label": "a"}, {"op": "delete", "name": "WARE"}]
    refused = await wares.patch("/wares/", json={"items": items})
    assert refused.status_code == 422
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
        ("/items/1", "repeated")
    ]


async def test_a_refused_write_names_its_row_however_it_was_spelled(wares: Api) -> None:
    assert (await wares.post("/wares/", json={"name": "Ware"})).status_code == 201
    kept = (await wares.get("/wares/Ware")).headers["Cache-Groups"]
    refused = await wares.patch("/wares/WARE", json={"label": "a"}, headers={"If-Match": '"old"'})
    assert refused.status_code == 412
    stale = refused.headers["Cache-Group-Invalidation"]
    assert set(stale.split(", ")) & set(kept.split(", ")), (stale, kept)


async def test_the_database_decides_whether_a_row_is_the_tokens(wares: Api) -> None:
    red = bearer(tenant="red")
    made = await wares.post("/crates/", json={"id": "a", "owner": "Red"}, headers=red)
    assert (made.status_code, made.json()["owner"]) == (201, "Red"), made.text
    assert (await wares.post("/crates/", json={"id": "a", "owner": "Red"}, headers=red)).status_code == 200
    assert (await wares.put("/crates/a", json=made.json(), headers=red)).json() == made.json()
    assert (await wares.post("/crates/", json={"id": "b"}, headers=red)).json()["owner"] == "red"
    for method, path, body in (
        ("POST", "/crates/", {"id": "c", "owner": "blue"}),
        ("PATCH", "/crates/a", {"owner": "blue"}),
        ("PUT", "/crates/a", {"owner": "blue"}),
    ):
        assert (await wares.request(method, path, json=body, headers=red)).status_code == 403
    assert (await wares.get("/crates/")).json()["items"] == [
        {"id": "a", "owner": "Red"},
        {"id": "b", "owner": "red"},
    ]
