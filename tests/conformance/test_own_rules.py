"""Resources with code of their own conform: what a rule of theirs leaves unjudged is said, and all else is judged."""

import contextlib
from typing import Annotated, Any
from unittest.mock import AsyncMock, MagicMock, Mock

import pytest
import sqlalchemy as sa
from msgspec import Meta

from service.core.errors import NotFound
from service.core.resources.conditions import policy_of
from service.core.resources.controller import CrudController
from service.core.resources.row_repository import RowRepository
from service.core.schema import Absent, Payload
from service.dev.samples.checked import Form
from service.dev.samples.rows import Row
from tests.conformance.payloads import some_row, taken_of
from tests.conformance.subject import DRAWS, Refused, Subject
from tests.conformance.suite import conform
from tests.conformance.wire import NoPayloadError, fits, fitted
from tests.security.tenants import dto
from tests.security.tenants.resources import TaskRepository
from tests.security.tenants.world import world_of
from tests.support.own_rules import (
    MarkedController,
    MarkedRepository,
    NamedController,
    PlacedController,
    SignedController,
)
from tests.support.tables import NoteStatus


async def test_what_a_rule_of_its_own_refuses_is_no_fault(database_url: str) -> None:
    findings = await conform(PlacedController, database_url)
    assert not findings.failed
    assert "a rule in tests.support.own_rules: There are 12 places." in str(findings.notes)


async def test_a_rule_is_no_excuse_for_what_the_service_does(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def delete_row(*given: object, **more: object) -> None:
        del given, more

    monkeypatch.setattr(RowRepository, "delete_row", delete_row)
    assert "what_is_deleted_is_gone" in (await conform(PlacedController, sqlite_url)).failed


async def test_a_row_that_was_only_touched_is_not_marked_as_deleted(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def delete_row(self: RowRepository[Any, Any], *key: object, if_match: str | None) -> None:
        await self.update_row(*key, if_match=if_match, changes={"position": 3})

    delete_row.__module__ = RowRepository.__module__
    monkeypatch.setattr(RowRepository, "delete_row", delete_row)
    assert "what_is_deleted_is_gone" in (await conform(PlacedController, sqlite_url)).failed


async def test_what_own_code_fills_is_judged(database_url: str) -> None:
    findings = await conform(NamedController, database_url)
    assert not findings.failed
    assert "title of a new row" not in str(findings.notes)


async def test_what_the_token_fills_need_not_be_sent(database_url: str) -> None:
    findings = await conform(SignedController, database_url)
    assert not findings.failed
    assert "title of a new row is what a token says" in str(findings.notes)
    assert "each_field_changes_alone" not in str(findings.notes)


class TaggedCreate(Payload):
    """A task with its tags, whose title is what the token says."""

    project_id: dto.Text
    tag_ids: list[dto.Number] = []  # noqa: RUF012  # msgspec copies an empty default


class TaggedRepository(TaskRepository):
    """Tasks that are called after whoever makes them."""

    def from_token(self) -> dict[str, object]:
        return {"title": self.caller.user_id} if self.caller.user_id else {}


class TaggedController(
    CrudController[TaggedRepository, dto.Task, dto.TaskQuery, TaggedCreate, Absent, Absent]
):
    """Tasks with tags."""

    path = "/tagged"


async def test_what_the_token_fills_is_missing_beside_links_too(database_url: str) -> None:
    world = world_of(database_url)
    await world.create()
    await world.engine.dispose()
    findings = await conform(TaggedController, database_url)
    assert not findings.failed
    assert "title of a new row is what a token says" in str(findings.notes)


async def test_a_row_that_is_marked_as_deleted_is_no_fault(database_url: str) -> None:
    findings = await conform(MarkedController, database_url)
    assert not findings.failed
    assert "a DELETE marks the row" not in str(findings.notes)


async def test_a_row_that_is_marked_and_read_as_before_is_a_fault(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deletion_marks(_: object) -> dict[str, object]:
        return {"title": "Deleted"}

    monkeypatch.setattr(MarkedRepository, "deletion_marks", deletion_marks)
    failed = (await conform(MarkedController, sqlite_url)).failed
    assert set(failed) == {"what_is_deleted_is_gone", "a_batch_is_done_as_a_whole"}
    assert "callers read it as before: have `readable` leave it out" in str(failed)


async def test_a_mark_that_the_second_delete_does_not_see_is_a_fault(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def delete(self: MarkedRepository, *key: object, if_match: str | None) -> None:
        del if_match
        with contextlib.suppress(NotFound):
            await self.update(*key, if_match=None, changes=self.deletion_marks())

    monkeypatch.setattr(MarkedRepository, "delete", delete)
    failed = (await conform(MarkedController, sqlite_url)).failed
    assert "DELETE" in failed["what_is_deleted_is_gone"]


async def test_nobody_is_asked_who_is_not_known_to_have_read_the_row(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    unreadable = MarkedRepository.mapping.model.status == NoteStatus.DONE
    monkeypatch.setattr(MarkedRepository.mapping, "policy", policy_of(unreadable, None))
    notes = (await conform(MarkedController, sqlite_url)).notes
    assert "a DELETE marks the row, and no token is known with which it was read before" in str(notes)


@pytest.mark.parametrize("number", [0, 7, 123])
@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (300, Annotated[int, Meta(ge=0, le=5)]),
        (300, Annotated[int, Meta(lt=5)]),
        (-300, Annotated[int, Meta(gt=4)]),
        (7, Annotated[int, Meta(ge=10, le=50, multiple_of=10)]),
        (0.5, Annotated[float, Meta(gt=1, lt=3)]),
        ("A text 12", Annotated[str, Meta(max_length=4)]),
        ("12", Annotated[str, Meta(min_length=8)]),
    ],
)
def test_values_are_made_up_within_the_bounds_that_a_team_sets(value: object, kind: Any, number: int) -> None:
    assert fits(fitted("field", value, kind, number), kind)


def test_texts_of_a_pattern_are_made_of_its_example() -> None:
    key = Annotated[str, Meta(pattern=r"^[A-Z]{2,10}\Z", examples=["KEY"])]
    made = {fitted("key", "A text", key, number) for number in range(20)}
    assert len(made) == 20


def test_a_pattern_needs_an_example() -> None:
    """Which texts a pattern takes is not worked out."""
    with pytest.raises(NoPayloadError, match="give its Meta an example"):
        fitted("field", "A text", Annotated[str, Meta(pattern="^[0-9]{9}$")], 1)


class Coded(Payload):
    """A row whose code has a form of its own."""

    code: Annotated[str, Meta(pattern="^[A-Z]+$")]
    name: str


def test_what_a_payload_does_not_take_of_a_stored_row_is_not_sent() -> None:
    assert taken_of(Coded, {"id": 1, "code": "birch-hill", "name": "Birch"}) == {"name": "Birch"}
    assert taken_of(Coded, {"code": "BH", "name": "Birch"}) == {"code": "BH", "name": "Birch"}


@pytest.mark.parametrize(("stored", "row"), [(["low", "UP", "low"], 1), (["low"], None)])
async def test_a_row_to_change_is_one_that_the_payloads_take(stored: list[str], row: int | None) -> None:
    rows = [{"code": code, "name": str(at)} for at, code in enumerate(stored)]
    offered = MagicMock(payload=Mock(return_value=Coded))
    offered.__contains__.side_effect = "replace".__eq__
    read = AsyncMock(side_effect=[(each, "tag") for each in rows])
    subject = Mock(list=AsyncMock(return_value=rows), read=read, offered=offered)
    if row is None:
        with pytest.raises(Refused, match="no stored row"):
            await some_row(subject)
    else:
        assert await some_row(subject) == rows[row]


def test_a_drawn_row_that_none_of_its_unique_columns_allows_is_passed_over() -> None:
    table = sa.Table(
        "Drawn", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.Integer)
    )
    table.append_constraint(sa.CheckConstraint("a > 1"))
    drawn = iter([Refused("no further row can be made up"), *({"a": number} for number in range(DRAWS))])

    def next_row(form: Form) -> Row:
        row = next(drawn) if form is Form.DRAWN else {}
        if isinstance(row, Refused):
            raise row
        return row

    subject = Mock(table=table, next_row=next_row)
    rows = [row for form, row in Subject.tried(subject) if form is Form.DRAWN]
    assert rows[0] == {"a": 0}
    assert len(rows) == DRAWS - 1
    subject.next_row = Mock(side_effect=Refused("no further row can be made up"))
    with pytest.raises(Refused):
        next(Subject.tried(subject))
