"""Resources over notes with code of their own, as a team writes it into its slices."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from service.core.errors import Conflict
from service.core.http.query import ListQuery
from service.core.resources.conditions import everybody, signed_in
from service.core.resources.controller import CrudController
from service.core.resources.filters import one_of
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import Payload
from tests.support import tables
from tests.support.notes import Note, NoteCreate, NoteReplace, NoteUpdate, Position, Title
from tests.support.tables import NoteStatus

MAX_PLACE = 12


class Query(ListQuery):
    """Which notes, a few at a time."""

    limit: Annotated[int, Meta(ge=1, le=4)] = 4
    id: tuple[str, ...] = ()


def reader_of(mapping: Mapping[tables.Note, Note]) -> ListReader[tables.Note, Note]:
    return ListReader(mapping, filters={"id": one_of(tables.Note.id)}, sorts={"id": tables.Note.id})


class PlacedRepository(Repository[tables.Note, Note, Note, NoteCreate, NoteReplace | NoteUpdate]):
    """Notes that stand at one of a few places, which only this rule knows."""

    reader = reader_of(Mapping(Note, tables.Note, changed_by=[NoteReplace], readable=everybody("a test")))

    async def create(self, payload: NoteCreate) -> Note:
        refuse_place(payload.position)
        return await super().create(payload)

    async def change(self, *key: object, payload: NoteReplace | NoteUpdate, if_match: str | None) -> Note:
        refuse_place(payload.position)
        return await super().change(*key, payload=payload, if_match=if_match)


def refuse_place(position: object) -> None:
    if isinstance(position, int) and position > MAX_PLACE:
        raise Conflict(f"There are {MAX_PLACE} places.")


class PlacedController(CrudController[PlacedRepository, Note, Query, NoteCreate, NoteReplace, NoteUpdate]):
    """Notes at places."""

    path = "/placed"


class SignedReplace(Payload, kw_only=True):
    """All that callers say of a note whose title is their own name."""

    position: Position = 0


class SignedUpdate(Payload):
    """What to change."""

    position: Position | UnsetType = UNSET


class SignedRepository(Repository[tables.Note, Note]):
    """Notes that the user of the token signs, in a column that is required."""

    reader = reader_of(Mapping(Note, tables.Note, changed_by=[SignedReplace], readable=everybody("a test")))

    def from_token(self) -> dict[str, object]:
        return {"title": self.caller.user_id} if self.caller.user_id else {}


class SignedController(
    CrudController[SignedRepository, Note, Query, SignedReplace, SignedReplace, SignedUpdate]
):
    """Signed notes."""

    path = "/signed"


class NamedRepository(Repository[tables.Note, Note, Note, SignedReplace]):
    """Notes whose title, which is required, this code fills."""

    reader = reader_of(Mapping(Note, tables.Note, changed_by=[SignedReplace], readable=everybody("a test")))

    async def create(self, payload: SignedReplace) -> Note:
        return await self.insert({**self.mapping.values_of(payload), "title": "Named"})


class NamedController(
    CrudController[NamedRepository, Note, Query, SignedReplace, SignedReplace, SignedUpdate]
):
    """Notes that are named here."""

    path = "/named"


class MarkedReplace(Payload, kw_only=True):
    """All that callers say of a note that is never taken away."""

    title: Title


class MarkedUpdate(Payload):
    """What to change."""

    title: Title | UnsetType = UNSET


class MarkedRepository(Repository[tables.Note, Note]):
    """Notes that a DELETE marks as done, after which nobody reads them."""

    reader = reader_of(
        Mapping(
            Note,
            tables.Note,
            changed_by=[MarkedReplace],
            readable=(tables.Note.status != NoteStatus.DONE) & signed_in(),
        )
    )

    def deletion_marks(self) -> dict[str, object]:
        return {"status": NoteStatus.DONE}


class MarkedController(
    CrudController[MarkedRepository, Note, Query, MarkedReplace, MarkedReplace, MarkedUpdate]
):
    """Notes that are marked as deleted."""

    path = "/marked"
