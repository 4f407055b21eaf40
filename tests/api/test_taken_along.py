"""What goes with a deleted row is no longer kept, nor is what counted it."""

import sqlalchemy as sa
from msgspec import UNSET, UnsetType
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from service.core.http.query import ListQuery
from service.core.resources.conditions import everybody, through
from service.core.resources.controller import CrudController, ReadController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.nested import count_of
from service.core.resources.read_repository import ReadRepository
from service.core.resources.repository import Repository
from service.core.schema import Int, Payload, Resource, RowCount
from tests.conformance.made import resource_of
from tests.support.api import bearer, serving
from tests.support.database import create_tables, transaction_on
from tests.support.group_cache import GroupCache
from tests.support.own_base import OwnBase


class CascadeBase(OwnBase):
    """Apart from the mirrored schema, with which the database is compared."""

    __abstract__ = True
    metadata = sa.MetaData()


class Firm(CascadeBase):
    __tablename__ = "TestFirm"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    folders: Mapped[list["Folder"]] = relationship(lambda: Folder)


class Folder(CascadeBase):
    """Goes with its firm, and with the folder above it, which may be another firm's."""

    __tablename__ = "TestFolder"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    firm_id: Mapped[int] = mapped_column("firmId", sa.ForeignKey("TestFirm.id", ondelete="CASCADE"))
    above_id: Mapped[int | None] = mapped_column(
        "aboveId", sa.ForeignKey("TestFolder.id", ondelete="CASCADE")
    )
    below: Mapped[list["Folder"]] = relationship(lambda: Folder)


class Sheet(CascadeBase):
    """Goes with its folder."""

    __tablename__ = "TestSheet"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    folder_id: Mapped[int] = mapped_column("folderId", sa.ForeignKey("TestFolder.id", ondelete="CASCADE"))


class Pin(CascadeBase):
    """Stays when its folder goes."""

    __tablename__ = "TestPin"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    folder_id: Mapped[int | None] = mapped_column(
        "folderId", sa.ForeignKey("TestFolder.id", ondelete="SET NULL")
    )


class CountedFolder(Resource):
    """A folder and how many are below it."""

    id: Int
    firm_id: Int
    above_id: Int | None
    below_count: RowCount


class FolderReplace(Payload):
    """All that a folder says."""

    firm_id: Int
    above_id: Int | None = None


class FolderCreate(FolderReplace, kw_only=True):
    """A new folder."""

    id: Int


class FolderUpdate(Payload):
    """What to change of a folder."""

    above_id: Int | UnsetType | None = UNSET


class FolderRepository(Repository[Folder, CountedFolder]):
    """Reads and writes folders."""

    reader = ListReader(
        Mapping(
            CountedFolder,
            Folder,
            changed_by=[FolderReplace],
            fields={"below_count": count_of(Folder.below)},
            readable=everybody("a test"),
        ),
        filters={},
        sorts={"id": Folder.id},
    )


class FolderController(
    CrudController[FolderRepository, CountedFolder, ListQuery, FolderCreate, FolderReplace, FolderUpdate]
):
    """Folders."""

    path = "/folder"


class Hall(CascadeBase):
    __tablename__ = "TestHall"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)


class Rack(CascadeBase):
    """Whoever sees its hall sees it, and nobody when the hall is gone."""

    __tablename__ = "TestRack"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    hall_id: Mapped[int | None] = mapped_column("hallId", sa.ForeignKey("TestHall.id", ondelete="SET NULL"))
    hall: Mapped[Hall | None] = relationship(lazy="raise")


class Crate(CascadeBase):
    """The same of its rack, which no foreign key holds, as `relationMode = "prisma"` leaves it."""

    __tablename__ = "TestCrate"
    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    rack_id: Mapped[int] = mapped_column("rackId", sa.Integer)
    rack: Mapped[Rack | None] = relationship(
        primaryjoin=lambda: foreign(Crate.rack_id) == Rack.id, lazy="raise"
    )


RESOURCES = [resource_of(Firm), FolderController, resource_of(Sheet), resource_of(Pin)]
FOLDERS = {1: (1, None), 2: (2, None), 3: (1, 2), 4: (2, 1)}
"""Those of each firm, and one in a folder of the other's."""


async def test_what_goes_with_a_row_is_dropped_at_any_depth(database_url: str) -> None:
    await create_tables(database_url, CascadeBase.metadata)
    async with transaction_on(database_url) as connection:
        await connection.execute(sa.insert(Firm).values([{"id": 1}, {"id": 2}]))
        for id_, (firm, above) in FOLDERS.items():
            await connection.execute(sa.insert(Folder).values(id=id_, firm_id=firm, above_id=above))
            await connection.execute(sa.insert(Sheet).values(id=id_, folder_id=id_))
            await connection.execute(sa.insert(Pin).values(id=id_, folder_id=id_))
    async with serving(database_url, resources=RESOURCES) as api:
        cache = GroupCache(api)
        paths = [f"/{model}/{id_}" for model in ("folder", "sheet", "pin") for id_ in FOLDERS]
        await cache.read("/firm/2", *paths)
        deleted = await api.delete("/firm/1")
        assert deleted.status_code == 204
        cache.heard(deleted)
        assert "/firm/2" in cache.kept
        await cache.check()


async def test_what_is_readable_through_a_row_is_dropped_with_it(database_url: str) -> None:
    await create_tables(database_url, CascadeBase.metadata)
    async with transaction_on(database_url) as connection:
        for model, values in (
            (Hall, [{"id": 1}, {"id": 2}]),
            (Rack, [{"id": 1, "hall_id": 1}, {"id": 2, "hall_id": 2}, {"id": 3, "hall_id": 2}]),
            (Crate, [{"id": each, "rack_id": each} for each in (1, 2, 3)]),
        ):
            await connection.execute(sa.insert(model).values(values))
    resources = [
        resource_of(Hall),
        resource_of(Rack, readable=through(Rack.hall)),
        resource_of(Crate, readable=through(Crate.rack)),
    ]
    async with serving(database_url, resources=resources, headers=bearer()) as api:
        cache = GroupCache(api)
        for path, left in (("/rack/2", {1, 3}), ("/hall/1", {3})):
            # Crate 3 alone is shown, and the others are counted.
            await cache.read("/crate/?limit=1&sort=-id", *(f"/crate/{each}" for each in (1, 2, 3)))
            deleted = await api.delete(path)
            assert deleted.status_code == 204
            cache.heard(deleted)
            await cache.check()
            assert {item["id"] for item in (await api.get("/crate/")).json()["items"]} == left


class CountedFirm(Resource):
    """A firm and how many folders it has."""

    id: Int
    folder_count: RowCount


class FirmRepository(ReadRepository[Firm, CountedFirm]):
    """Reads firms."""

    reader = ListReader(
        Mapping(
            CountedFirm,
            Firm,
            fields={"folder_count": count_of(Firm.folders)},
            readable=everybody("a test"),
        ),
        filters={},
        sorts={"id": Firm.id},
    )


class FirmController(ReadController[FirmRepository, CountedFirm, ListQuery]):
    """Firms."""

    path = "/firm"


class ArchivingRepository(FolderRepository):
    """Folders that a DELETE gives to the second firm, in place of taking them away."""

    def deletion_marks(self) -> dict[str, object]:
        return {"firm_id": 2}


class ArchivingController(
    CrudController[ArchivingRepository, CountedFolder, ListQuery, FolderCreate, FolderReplace, FolderUpdate]
):
    """Folders."""

    path = "/folder"


async def test_what_a_mark_refers_to_is_dropped(database_url: str) -> None:
    """The firm that has the folder from now on, of which nothing that was stored before says anything."""
    await create_tables(database_url, CascadeBase.metadata)
    async with transaction_on(database_url) as connection:
        await connection.execute(sa.insert(Firm).values([{"id": each} for each in (1, 2, 3)]))
        await connection.execute(sa.insert(Folder).values(id=1, firm_id=1))
    async with serving(database_url, resources=[FirmController, ArchivingController]) as api:
        cache = GroupCache(api)
        await cache.read(*(f"/firm/{each}" for each in (1, 2, 3)))
        deleted = await api.delete("/folder/1")
        assert deleted.status_code == 204
        cache.heard(deleted)
        assert list(cache.kept) == ["/firm/3"]
        assert (await api.get("/firm/2")).json()["folderCount"] == 1
