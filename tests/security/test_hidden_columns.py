"""What a resource hides of its rows, no answer tells by another way."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec import UNSET, UnsetType
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.core.http.cache_groups import Groups, any_row_of
from service.core.http.query import ListQuery
from service.core.resources.caching.write_effects import effects_of
from service.core.resources.conditions import Condition, claim, everybody
from service.core.resources.controller import CrudController, ReadController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping, MappingError
from service.core.resources.nested import count_of
from service.core.resources.read_repository import ReadRepository
from service.core.resources.repository import Repository
from service.core.schema import Payload, Resource, RowCount
from tests.security.tenants.dto import Text
from tests.support.api import Api, bearer, serving
from tests.support.database import create_tables, transaction_on
from tests.support.own_base import OwnBase


class HiddenBase(OwnBase):
    """Apart from the mirrored schema, with which the database is compared."""

    __abstract__ = True
    metadata = sa.MetaData(naming_convention={"fk": "%(table_name)s_%(column_0_name)s_fkey"})


class HiddenKeeper(HiddenBase):
    __tablename__ = "HiddenKeeper"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    boxes: Mapped[list["HiddenBox"]] = relationship(back_populates="keeper")


class HiddenBox(HiddenBase):
    __tablename__ = "HiddenBox"
    __table_args__ = (sa.Index("HiddenBox_keeperId_name_key", "keeperId", "name", unique=True),)

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)
    pin: Mapped[str | None] = mapped_column(sa.Text)
    keeper_id: Mapped[str | None] = mapped_column("keeperId", sa.ForeignKey("HiddenKeeper.id"))
    keeper: Mapped[HiddenKeeper | None] = relationship(back_populates="boxes")


class Keeper(Resource):
    """Who keeps boxes."""

    id: Text
    box_count: RowCount


class KeeperName(Resource):
    """Who keeps boxes, and no more."""

    id: Text


class KeeperReplace(Payload):
    """Nothing of a keeper changes."""


class KeeperUpdate(Payload):
    """Nothing of a keeper changes."""


class KeeperRepository(Repository[HiddenKeeper, Keeper]):
    """Keepers."""

    reader = ListReader(
        Mapping(
            Keeper,
            HiddenKeeper,
            changed_by=[KeeperReplace],
            fields={"box_count": count_of(HiddenKeeper.boxes)},
            readable=everybody("a test"),
        ),
        filters={},
        sorts={"id": HiddenKeeper.id},
    )


class KeeperController(
    CrudController[KeeperRepository, Keeper, ListQuery, KeeperReplace, KeeperReplace, KeeperUpdate]
):
    """Keepers."""

    path = "/keepers"


class Box(Resource):
    """A box."""

    id: Text
    name: Text


class BoxReplace(Payload):
    """All that a box says."""

    name: Text


class BoxCreate(BoxReplace):
    """A new box."""

    id: Text
    pin: Text | UnsetType = UNSET


class BoxUpdate(Payload):
    """What to change."""

    name: Text | UnsetType = UNSET
    pin: Text | UnsetType = UNSET


class BoxRepository(Repository[HiddenBox, Box]):
    """Boxes, of which nobody learns who keeps them."""

    reader = ListReader(
        Mapping(
            Box, HiddenBox, changed_by=[BoxUpdate], readable=everybody("a test"), hidden=[HiddenBox.keeper_id]
        ),
        filters={},
        sorts={"id": HiddenBox.id},
    )


class BoxController(CrudController[BoxRepository, Box, ListQuery, BoxCreate, BoxReplace, BoxUpdate]):
    """Boxes."""

    path = "/boxes"


@pytest.fixture
async def boxes(database_url: str) -> AsyncGenerator[Api]:
    """One box each of two names, both kept by `k-secret`."""
    await create_tables(database_url, HiddenBase.metadata)
    async with transaction_on(database_url) as connection:
        await connection.execute(sa.insert(HiddenKeeper), {"id": "k-secret"})
        rows = [{"id": name, "name": name, "keeperId": "k-secret"} for name in ("one", "two")]
        await connection.execute(sa.insert(HiddenBox), rows)
    resources = [KeeperController, BoxController]
    async with serving(database_url, resources=resources, headers=bearer(), API_DOCS="false") as api:
        yield api


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/boxes/one", None),
        ("PATCH", "/boxes/", {"items": [{"op": "delete", "id": "one"}]}),
        ("PATCH", "/boxes/one", {"name": "three"}),
    ],
)
async def test_no_write_names_whose_a_row_is(boxes: Api, method: str, path: str, body: Any) -> None:
    answer = await boxes.request(method, path, json=body)
    assert answer.is_success, answer.text
    stale = answer.headers["cache-group-invalidation"]
    assert "k-secret" not in stale
    if body is None:
        # Its keeper's count is another now: a copy of any keeper may say what is wrong.
        kept = (await boxes.get("/keepers/k-secret")).headers["cache-groups"]
        assert {*stale.split(", ")} & {*kept.split(", ")}


@pytest.mark.parametrize("hidden", [[HiddenBox.keeper_id], []])
def test_no_group_names_what_nothing_shows(hidden: list[Any]) -> None:
    """Whether it is hidden by name, or left out."""
    boxes = Mapping(Box, HiddenBox, changed_by=[BoxUpdate], hidden=hidden)
    groups = Groups()
    effect = effects_of([KeeperRepository.reader.mapping, boxes])[HiddenBox]
    effect.invalidate_referred(groups, {"keeper_id": "k-secret"})
    assert groups.keys == {}
    assert any_row_of("HiddenKeeper") in groups.names


async def test_no_conflict_names_what_is_hidden(boxes: Api) -> None:
    answer = await boxes.patch("/boxes/one", json={"name": "two"})
    assert answer.status_code == 409
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/name"]


async def test_no_tag_tells_what_is_taken_and_never_shown(boxes: Api) -> None:
    before = (await boxes.get("/boxes/one")).headers["etag"]
    changed = await boxes.patch("/boxes/one", json={"pin": "1234"}, headers={"If-Match": before})
    assert changed.status_code == 200
    assert changed.headers["etag"] == before
    renamed = await boxes.patch("/boxes/one", json={"name": "three"}, headers={"If-Match": before})
    assert renamed.headers["etag"] != before


@pytest.mark.parametrize("readable", [everybody("a test"), HiddenKeeper.id == claim("sub")])
async def test_no_reference_names_what_is_hidden(boxes: Api, database_url: str, readable: Condition) -> None:
    """Whether all rows that it may lead to are read, or some."""
    del boxes

    class Keepers(ReadRepository[HiddenKeeper, KeeperName]):
        reader = ListReader(
            Mapping(KeeperName, HiddenKeeper, readable=readable), filters={}, sorts={"id": HiddenKeeper.id}
        )

    class Boxes(BoxRepository):
        def from_token(self) -> dict[str, object]:
            return {"keeper_id": "nobody"}

    class KeepersController(ReadController[Keepers, KeeperName, ListQuery]):
        """Keepers."""

        path = "/keepers"

    class BoxesController(CrudController[Boxes, Box, ListQuery, BoxCreate, BoxReplace, BoxUpdate]):
        """Boxes."""

        path = "/boxes"

    resources = [KeepersController, BoxesController]
    async with serving(database_url, resources=resources, headers=bearer(), API_DOCS="false") as api:
        for answer in (
            await api.post("/boxes/", json={"id": "three", "name": "three"}),
            await api.patch("/boxes/one", json={"name": "three"}),
        ):
            assert (answer.status_code, answer.json()["errors"]) == (422, []), answer.text


@pytest.mark.parametrize("pin", ["1234", "4321"])
async def test_no_repeat_tells_what_is_taken_and_never_shown(boxes: Api, pin: str) -> None:
    """Whoever tries values is not told which one is stored."""
    before = (await boxes.get("/boxes/one")).headers["etag"]
    assert (await boxes.patch("/boxes/one", json={"pin": "1234", "name": "1"})).status_code == 200
    stale = {"If-Match": before}
    assert (await boxes.patch("/boxes/one", json={"pin": pin}, headers=stale)).status_code == 412
    items = [{"op": "update", "id": "one", "pin": pin, "ifMatch": before}]
    assert (await boxes.patch("/boxes/", json={"items": items})).status_code == 412
    created = await boxes.post("/boxes/", json={"id": "one", "name": "1", "pin": pin})
    assert created.status_code == 409
    # What is shown may be repeated, and what is stored may be sent where no state is named.
    assert (await boxes.patch("/boxes/one", json={"name": "1"}, headers=stale)).status_code == 200
    assert (await boxes.post("/boxes/", json={"id": "one", "name": "1"})).status_code == 200
    assert (await boxes.patch("/boxes/one", json={"pin": pin})).status_code == 200


@pytest.mark.parametrize("hidden", [[HiddenBox.pin], []])
def test_no_list_is_sorted_by_what_nothing_shows(hidden: list[Any]) -> None:
    """Its cursors would hold the value."""
    reader = ListReader(
        Mapping(Box, HiddenBox, hidden=hidden),
        filters={},
        sorts={"id": HiddenBox.id, "pin": HiddenBox.pin},
    )
    with pytest.raises(MappingError, match=r"Box: the list cannot be sorted by `pin`, .*HiddenBox\.pin"):
        type("Sorted", (ReadRepository,), {"reader": reader})
