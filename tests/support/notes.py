"""Notes: a resource of the tests' own, with a field of each kind."""

from functools import partial
from typing import Annotated, Literal

from litestar import patch, post, put
from litestar.params import PathParameter
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.auth import CallerRequest
from service.core.http.query import ListQuery
from service.core.http.reply import Created
from service.core.resources.conditions import everybody
from service.core.resources.controller import CrudController
from service.core.resources.filters import holds_all, one_of, text_in
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import (
    BigInt,
    Body,
    Decimal,
    IfMatch,
    JsonObject,
    JsonObjectText,
    Payload,
    Resource,
    Search,
    Timestamp,
)
from tests.support import tables
from tests.support.tables import NoteStatus

NoteId = Annotated[str, Meta(description="The note's id.", examples=["cmh3x2k1v0000a8b4c6d2e9f1"])]
NewId = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9-]{20,36}\Z", description="The caller's own.", examples=["a" * 20])
]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9-]+\Z", description="Words and hyphens.", examples=["a-b"])]
Title = Annotated[str, Meta(min_length=1, max_length=200, description="The title.", examples=["Hello"])]
Summary = Annotated[str, Meta(max_length=500, description="A few sentences.", examples=["About it."])]
Content = Annotated[JsonObject, Meta(description="A document.", examples=[{"a": 1}])]
Metadata = Annotated[JsonObject, Meta(description="Whatever else.", examples=[{"b": 2}])]
ContentText = Annotated[JsonObjectText, Meta(description="A document.", examples=[{"a": 1}])]
MetadataText = Annotated[JsonObjectText, Meta(description="Whatever else.", examples=[{"b": 2}])]
Tag = Annotated[str, Meta(min_length=1, max_length=64, examples=["news"])]
Tags = Annotated[list[Tag], Meta(max_length=50, description="In their order.", examples=[["news"]])]
Position = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1, description="The place.", examples=[0])]
Rating = Annotated[
    str,
    Meta(
        pattern=r"^-?[0-9](\.[0-9]{1,2})?\Z",
        description="A decimal number as text.",
        examples=["4.50"],
    ),
]
ParentId = Annotated[str, Meta(min_length=1, description="The note above.", examples=["a" * 20])]
PathNoteId = Annotated[str, PathParameter(description="The note's id.")]


class Note(Resource):
    """A note."""

    id: NoteId
    slug: Slug | None
    title: Title
    summary: Summary | None
    content: ContentText
    metadata: MetadataText | None
    status: Annotated[NoteStatus, Meta(description="How far it is.")]
    tags: Annotated[list[str], Meta(description="In their order.", examples=[["news"]])]
    position: Position
    view_count: Annotated[BigInt, Meta(description="How often it was seen.")]
    rating: Annotated[Decimal, Meta(description="A decimal number as text.")] | None
    last_editor_id: Annotated[str, Meta(description="Who changed it last.", examples=["u"])] | None
    parent_id: ParentId | None
    created_at: Annotated[Timestamp, Meta(description="When it was created.")]
    updated_at: Annotated[Timestamp, Meta(description="When it was last changed.")]


class NoteReplace(Payload, kw_only=True):
    """All that a note says."""

    slug: Slug | None = None
    title: Title
    summary: Summary | None = None
    content: Content = {}  # noqa: RUF012  # msgspec copies an empty default
    metadata: Metadata | None = None
    tags: Tags = []  # noqa: RUF012  # msgspec copies an empty default
    position: Position = 0
    rating: Rating | None = None
    parent_id: ParentId | None = None


class NoteCreate(NoteReplace, kw_only=True):
    """A new note."""

    id: NewId | UnsetType = UNSET


class NoteUpdate(Payload):
    """What to change."""

    slug: Slug | UnsetType | None = UNSET
    title: Title | UnsetType = UNSET
    summary: Summary | UnsetType | None = UNSET
    content: Content | UnsetType = UNSET
    metadata: Metadata | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    rating: Rating | UnsetType | None = UNSET
    parent_id: ParentId | UnsetType | None = UNSET


class NoteQuery(ListQuery):
    """Which notes, in which order."""

    status: Annotated[tuple[NoteStatus, ...], Meta(description="In any of these.")] = ()
    tag: Annotated[tuple[Tag, ...], Meta(max_length=10, description="With all of these.")] = ()
    q: Search | None = None
    sort: (
        Annotated[
            Literal["-createdAt", "createdAt", "title", "-title", "position", "-position"],
            Meta(description="The order."),
        ]
        | None
    ) = None


class NoteRepository(Repository[tables.Note, Note]):
    """Reads and writes notes."""

    reader = ListReader(
        Mapping(
            Note, tables.Note, changed_by=[NoteReplace, tables.Note.status], readable=everybody("a test")
        ),
        filters={
            "status": one_of(tables.Note.status),
            "tag": holds_all(tables.Note.tags),
            "q": text_in(tables.Note.title),
        },
        sorts={
            "createdAt": tables.Note.created_at,
            "title": tables.Note.title,
            "position": tables.Note.position,
        },
        default_sort="-createdAt",
    )

    def from_token(self) -> dict[str, object]:
        return {"last_editor_id": self.caller.user_id} if self.caller.user_id else {}

    async def finish(self, note_id: str, if_match: str | None) -> Note:
        return await self.database.transaction(partial(self._finish, note_id=note_id, if_match=if_match))

    async def _finish(self, session: AsyncSession, *, note_id: str, if_match: str | None) -> Note:
        note = await self.lock(session, note_id, columns=[tables.Note.view_count, tables.Note.parent_id])
        await self.check_match(session, note_id, if_match=if_match)
        notes = self.within(session)
        done: dict[str, object] = {"status": NoteStatus.DONE}
        counted = done | {"view_count": note.view_count + 1}
        finished = await notes.update(note_id, if_match=None, changes=counted)
        if note.parent_id:
            await notes.update(note.parent_id, if_match=None, changes=done)
        return finished


class NoteController(CrudController[NoteRepository, Note, NoteQuery, NoteCreate, NoteReplace, NoteUpdate]):
    """Notes."""

    path = "/notes"

    @post("/", operation_id="createNote")
    async def create(self, payload: Body[NoteCreate], request: CallerRequest) -> Created[Note]:
        """Create a note."""
        note = await self.repository.for_caller(request.user).create(payload)
        return Created(note, note.id)

    @put("/{note_id:str}", operation_id="replaceNote")
    async def replace_note(
        self,
        note_id: PathNoteId,
        payload: Body[NoteReplace],
        request: CallerRequest,
        if_match: IfMatch,
    ) -> Note:
        """Replace what a note says."""
        return await self.change(note_id, request=request, payload=payload, if_match=if_match)

    @patch("/{note_id:str}", operation_id="updateNote")
    async def update_note(
        self,
        note_id: PathNoteId,
        payload: Body[NoteUpdate],
        request: CallerRequest,
        if_match: IfMatch,
    ) -> Note:
        """Change some of what a note says."""
        return await self.change(note_id, request=request, payload=payload, if_match=if_match)

    @post("/{note_id:str}/finish", operation_id="finishNote", status_code=200)
    async def finish_note(self, note_id: PathNoteId, request: CallerRequest, if_match: IfMatch) -> Note:
        """Finish a note and the one above it, and count that."""
        return await self.repository.for_caller(request.user).finish(note_id, if_match)
