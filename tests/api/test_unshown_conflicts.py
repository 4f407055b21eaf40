"""Columns that nobody sees may be unique, or refer to what is gone: what a write is refused for names none of them."""

from collections.abc import AsyncGenerator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.core.http.query import ListQuery
from service.core.resources.conditions import everybody
from service.core.resources.controller import CrudController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import Absent, Payload, Resource
from tests.support.api import Api, bearer, serving
from tests.support.database import create_tables, transaction_on
from tests.support.own_base import OwnBase


class BadgeBase(OwnBase):
    """Apart from the mirrored schema, with which the database is compared."""

    __abstract__ = True
    metadata = sa.MetaData()


class BadgeOwnerRow(BadgeBase):
    __tablename__ = "TestBadgeOwner"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)


class BadgeRow(BadgeBase):
    __tablename__ = "TestBadge"
    __table_args__ = (
        sa.UniqueConstraint("club", "name", name="TestBadge_club_name_key"),
        sa.UniqueConstraint("owner", name="TestBadge_owner_key"),
    )

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    club: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text)
    owner: Mapped[str] = mapped_column(sa.ForeignKey("TestBadgeOwner.id", name="TestBadge_owner_fkey"))


class Badge(Resource):
    """A badge: whose it is and of which club, it does not show, and nobody has called that hidden."""

    id: str
    name: str


class BadgeCreate(Payload):
    """A new badge."""

    id: str
    name: str


class BadgeRepository(Repository[BadgeRow, Badge]):
    """Makes badges: one for each user."""

    reader = ListReader(
        Mapping(Badge, BadgeRow, changed_by=[], readable=everybody("a test")),
        filters={},
        sorts={"id": BadgeRow.id},
    )

    def from_token(self) -> dict[str, object]:
        return {"owner": self.caller.user_id, "club": "only"}


class BadgeController(CrudController[BadgeRepository, Badge, ListQuery, BadgeCreate, Absent, Absent]):
    """Badges."""

    path = "/badges"


@pytest.fixture
async def badges(database_url: str) -> AsyncGenerator[Api]:
    await create_tables(database_url, BadgeBase.metadata)
    async with transaction_on(database_url) as connection:
        await connection.execute(sa.insert(BadgeOwnerRow), [{"id": "me"}, {"id": "other"}])
    async with serving(database_url, resources=[BadgeController], API_DOCS="false") as served:
        made = await served.post("/badges", json={"id": "a", "name": "First"}, headers=bearer("me"))
        assert made.status_code == 201
        yield served


async def test_what_is_taken_is_named_where_callers_know_it(badges: Api) -> None:
    again = await badges.post("/badges", json={"id": "b", "name": "Second"}, headers=bearer("me"))
    assert (again.status_code, again.json()["errors"]) == (409, [])
    alike = await badges.post("/badges", json={"id": "c", "name": "First"}, headers=bearer("other"))
    assert [(each["pointer"], each["message"]) for each in alike.json()["errors"]] == [("/name", "is taken")]
    assert not any(hidden in answer.text for answer in (again, alike) for hidden in ("owner", "club"))


async def test_a_token_of_no_user_is_told_so_without_the_column_that_it_fills(badges: Api) -> None:
    refused = await badges.post("/badges", json={"id": "d", "name": "Third"}, headers=bearer("nobody"))
    assert (refused.status_code, refused.json()["errors"]) == (422, [])
    assert refused.json()["detail"] == "The token's `sub` is the id of no user."
