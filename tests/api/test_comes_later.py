"""What is read before the row that it refers to is made is no longer kept then: without a foreign key it need not be there."""

import sqlalchemy as sa
from msgspec import UNSET, UnsetType
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from service.core.http.query import ListQuery
from service.core.resources.conditions import everybody
from service.core.resources.controller import CrudController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.nested import to_one
from service.core.resources.repository import Repository
from service.core.schema import Int, Payload, Resource, Text
from tests.conformance.made import resource_of
from tests.support.api import serving
from tests.support.database import create_tables
from tests.support.group_cache import GroupCache
from tests.support.own_base import OwnBase


class LaterBase(OwnBase):
    """Apart from the mirrored schema, with which the database is compared."""

    __abstract__ = True
    metadata = sa.MetaData()


class Tariff(LaterBase):
    __tablename__ = "TestTariff"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(sa.Text, unique=True)


class Buyer(LaterBase):
    """Refers to a tariff by what is not its key, as `relationMode = "prisma"` leaves it."""

    __tablename__ = "TestBuyer"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    tariff_code: Mapped[str] = mapped_column("tariffCode", sa.Text)
    tariff: Mapped[Tariff | None] = relationship(
        primaryjoin=lambda: foreign(Buyer.tariff_code) == Tariff.code, lazy="raise"
    )


class BuyerTariff(Resource):
    """What a buyer shows of its tariff."""

    id: Int


class ShownBuyer(Resource):
    """A buyer, and the tariff where there is one."""

    id: Int
    tariff_code: str
    tariff: BuyerTariff | None


class BuyerReplace(Payload):
    """All that a buyer says."""

    tariff_code: Text


class BuyerCreate(BuyerReplace, kw_only=True):
    """A new buyer."""

    id: Int


class BuyerUpdate(Payload):
    """What to change of a buyer."""

    tariff_code: Text | UnsetType = UNSET


class BuyerRepository(Repository[Buyer, ShownBuyer]):
    """Reads and writes buyers."""

    reader = ListReader(
        Mapping(
            ShownBuyer,
            Buyer,
            changed_by=[BuyerReplace],
            fields={"tariff": to_one(Buyer.tariff, Mapping(BuyerTariff, Tariff))},
            readable=everybody("a test"),
        ),
        filters={},
        sorts={"id": Buyer.id},
    )


class BuyerController(
    CrudController[BuyerRepository, ShownBuyer, ListQuery, BuyerCreate, BuyerReplace, BuyerUpdate]
):
    """Buyers."""

    path = "/buyer"


async def test_what_was_shown_without_a_row_that_comes_is_dropped(database_url: str) -> None:
    await create_tables(database_url, LaterBase.metadata)
    async with serving(database_url, resources=[resource_of(Tariff), BuyerController]) as api:
        cache = GroupCache(api)
        assert (await api.post("/buyer/", json={"id": 1, "tariffCode": "gold"})).status_code == 201
        await cache.read("/buyer/", "/buyer/1")
        assert len(cache.kept) == 2
        made = await api.post("/tariff/", json={"id": 7, "code": "gold"})
        assert made.status_code == 201
        cache.heard(made)
        await cache.check()
        assert (await api.get("/buyer/1")).json()["tariff"] == {"id": 7}
