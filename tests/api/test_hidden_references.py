"""A row that refers to one that its caller may not read: what was read may be sent back, and nothing else that is hidden."""

from collections.abc import AsyncGenerator
from collections.abc import Mapping as Values
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec import UNSET, UnsetType
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.core.http.query import ListQuery
from service.core.resources.conditions import claim
from service.core.resources.controller import CrudController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import Payload, Resource
from tests.support.api import Api, bearer, serving
from tests.support.database import create_tables, transaction_on
from tests.support.own_base import OwnBase

MINE = bearer("me")


class FolderBase(OwnBase):
    """Apart from the mirrored schema, with which the database is compared."""

    __abstract__ = True
    metadata = sa.MetaData()


class OwnedFolderRow(FolderBase):
    __tablename__ = "TestFolder"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    owner: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text)
    parent_id: Mapped[str | None] = mapped_column("parentId", sa.ForeignKey("TestFolder.id"))
    copy_id: Mapped[str | None] = mapped_column("copyId", sa.ForeignKey("TestFolder.id"))
    parent: Mapped["OwnedFolderRow | None"] = relationship(
        remote_side="OwnedFolderRow.id", foreign_keys=[parent_id]
    )
    copy: Mapped["OwnedFolderRow | None"] = relationship(
        remote_side="OwnedFolderRow.id", foreign_keys=[copy_id]
    )


class Folder(Resource):
    """A folder."""

    id: str
    name: str
    parent_id: str | None
    copy_id: str | None


class FolderReplace(Payload, kw_only=True):
    """All that a folder says."""

    name: str
    parent_id: str | None = None
    copy_id: str | None = None


class FolderCreate(FolderReplace, kw_only=True):
    """A new folder."""

    id: str


class FolderUpdate(Payload):
    """What to change."""

    name: str | UnsetType = UNSET
    parent_id: str | UnsetType | None = UNSET
    copy_id: str | UnsetType | None = UNSET


class FolderRepository(Repository[OwnedFolderRow, Folder]):
    """Reads and writes folders: everybody sees their own."""

    reader = ListReader(
        Mapping(
            Folder,
            OwnedFolderRow,
            changed_by=[FolderReplace],
            readable=OwnedFolderRow.owner == claim("sub"),
            hidden=[OwnedFolderRow.owner],
        ),
        filters={},
        sorts={"id": OwnedFolderRow.id},
    )


class FolderController(
    CrudController[FolderRepository, Folder, ListQuery, FolderCreate, FolderReplace, FolderUpdate]
):
    """Folders."""

    path = "/folders"


@pytest.fixture
async def folders(database_url: str) -> AsyncGenerator[Api]:
    """`mine` lies in `theirs`."""
    rows = [
        {"id": "theirs", "owner": "they", "name": "Theirs", "parentId": None},
        {"id": "another", "owner": "they", "name": "Another", "parentId": None},
        {"id": "mine", "owner": "me", "name": "Mine", "parentId": "theirs"},
    ]
    await create_tables(database_url, FolderBase.metadata)
    async with transaction_on(database_url) as connection:
        await connection.execute(sa.insert(OwnedFolderRow), rows)
    async with serving(database_url, resources=[FolderController], headers=MINE, API_DOCS="false") as served:
        yield served


async def test_what_was_read_may_be_sent_back(folders: Api) -> None:
    read = await folders.get("/folders/mine")
    headers = {"If-Match": read.headers["etag"]}
    body = read.json() | {"name": "Changed"}
    assert body["parentId"] == "theirs"
    replaced = await folders.put("/folders/mine", json=body, headers=headers)
    assert (replaced.status_code, replaced.json()) == (200, body), replaced.text
    change = {"name": "Again", "parentId": "theirs"}
    patched = await folders.patch("/folders/mine", json=change)
    assert (patched.status_code, patched.json()) == (200, body | change), patched.text
    change |= {"name": "At last", "copyId": "mine"}
    batch = await folders.patch("/folders/", json={"items": [{"op": "update", "id": "mine"} | change]})
    assert (batch.status_code, batch.json()["items"][0]["item"]) == (200, body | change), batch.text


@pytest.mark.parametrize("hidden", ["another", "theirs", "none"])
@pytest.mark.parametrize("more", [{}, {"parentId": "theirs"}])
async def test_what_else_is_hidden_is_nothing(folders: Api, hidden: str, more: Values[str, Any]) -> None:
    refused = await folders.patch("/folders/mine", json={"name": "Other", "copyId": hidden, **more})
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/copyId"]
    assert (await folders.get("/folders/mine")).json()["name"] == "Mine"


async def test_a_reference_that_was_given_up_is_hidden_from_then_on(folders: Api) -> None:
    assert (await folders.patch("/folders/mine", json={"parentId": None})).status_code == 200
    refused = await folders.patch("/folders/mine", json={"parentId": "theirs"})
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/parentId"]
