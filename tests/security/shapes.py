"""Another schema with owners: keys of two columns, claims of other types, parents that may be missing, and two steps up."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from msgspec import UNSET, UnsetType
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.core.http.query import ListQuery
from service.core.resources.conditions import claim, through
from service.core.resources.controller import CrudController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import JsonObject, JsonObjectText, Payload, Resource
from service.prisma.types import literal_sql
from tests.security.tenants.dto import Number, Text
from tests.support.own_base import OwnBase


class ShapeBase(OwnBase):
    """Apart from the mirrored schema, with which the database is compared."""

    __abstract__ = True
    metadata = sa.MetaData(naming_convention={"fk": "%(table_name)s_%(column_0_name)s_fkey"})


class Org(ShapeBase):
    __tablename__ = "ShapeOrg"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    uid: Mapped[UUID] = mapped_column(sa.Uuid)


class FolderRow(ShapeBase):
    __tablename__ = "ShapeFolder"

    org_id: Mapped[int] = mapped_column("orgId", sa.ForeignKey("ShapeOrg.id"), primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(sa.Text, server_default=literal_sql("'open'"))
    org: Mapped[Org] = relationship()


class DocRow(ShapeBase):
    __tablename__ = "ShapeDoc"
    __table_args__ = (
        sa.ForeignKeyConstraint(["orgId", "folder"], ["ShapeFolder.orgId", "ShapeFolder.number"]),
    )

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    org_id: Mapped[int] = mapped_column("orgId", sa.Integer)
    folder: Mapped[int] = mapped_column(sa.Integer)
    state: Mapped[str] = mapped_column(sa.Text, server_default=literal_sql("'open'"))
    meta: Mapped[Any] = mapped_column(pg.JSONB(none_as_null=True), nullable=True)
    in_folder: Mapped[FolderRow] = relationship()


class CommentRow(ShapeBase):
    __tablename__ = "ShapeComment"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    doc_id: Mapped[int | None] = mapped_column("docId", sa.ForeignKey("ShapeDoc.id"))
    author: Mapped[str] = mapped_column(sa.Text)
    doc: Mapped[DocRow | None] = relationship()


class Folder(Resource):
    """A folder."""

    org_id: Number
    number: Number


class FolderCreate(Payload):
    """A new folder."""

    org_id: Number
    number: Number


class FolderReplace(Payload):
    """Nothing of a folder changes."""


class FolderUpdate(Payload):
    """Nothing of a folder changes."""


class Doc(Resource):
    """A document."""

    id: Number
    org_id: Number
    folder: Number
    state: Text
    meta: JsonObjectText | None


class DocReplace(Payload):
    """All that a document says."""

    org_id: Number
    folder: Number
    state: Text | UnsetType = UNSET


class DocCreate(DocReplace):
    """A new document."""


class DocUpdate(Payload):
    """What to change."""

    org_id: Number | UnsetType = UNSET
    folder: Number | UnsetType = UNSET
    state: Text | UnsetType = UNSET
    meta: JsonObject | UnsetType | None = UNSET


class Comment(Resource):
    """A comment."""

    id: Number
    doc_id: Number | None
    author: Text


class CommentCreate(Payload):
    """A new comment."""

    doc_id: Number | None = None


class CommentReplace(CommentCreate):
    """All that a comment says."""


class CommentUpdate(Payload):
    """What to change."""

    doc_id: Number | UnsetType | None = UNSET
    author: Text | UnsetType = UNSET


class FolderRepository(Repository[FolderRow, Folder]):
    """By a uuid of the row that it belongs to, and by what it says itself."""

    reader = ListReader(
        Mapping(
            Folder,
            FolderRow,
            changed_by=[FolderReplace],
            readable=through(FolderRow.org, Org.uid == claim("org")) & (FolderRow.state != "secret"),
            writable=FolderRow.state == "open",
        ),
        filters={},
        sorts={"number": FolderRow.number},
    )


class DocRepository(Repository[DocRow, Doc]):
    """Two steps up by a key of two columns, and open to be written."""

    reader = ListReader(
        Mapping(
            Doc,
            DocRow,
            changed_by=[DocUpdate],
            readable=through(DocRow.in_folder),
            writable=through(DocRow.in_folder) & (DocRow.state == "open"),
        ),
        filters={},
        sorts={"id": DocRow.id},
    )


class CommentRepository(Repository[CommentRow, Comment]):
    """By whoever reads what it is about, if it is about anything, and by its author, who alone writes it."""

    reader = ListReader(
        Mapping(
            Comment,
            CommentRow,
            changed_by=[CommentUpdate],
            readable=through(CommentRow.doc) | (CommentRow.author == claim("sub")),
            writable=CommentRow.author == claim("sub"),
        ),
        filters={},
        sorts={"id": CommentRow.id},
    )


class FolderController(
    CrudController[FolderRepository, Folder, ListQuery, FolderCreate, FolderReplace, FolderUpdate]
):
    """Folders."""

    path = "/folders"


class DocController(CrudController[DocRepository, Doc, ListQuery, DocCreate, DocReplace, DocUpdate]):
    """Documents."""

    path = "/docs"


class CommentController(
    CrudController[CommentRepository, Comment, ListQuery, CommentCreate, CommentReplace, CommentUpdate]
):
    """Comments."""

    path = "/comments"
