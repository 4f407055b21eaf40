"""Tests the suite itself: the tests' own resources pass it, and a broken core does not."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from service.core.http import reply
from service.core.resources.lists import ListReader
from service.core.resources.row_repository import RowRepository
from service.core.schema import Payload
from tests.conformance.conftest import NOTE
from tests.conformance.made import resource_of
from tests.conformance.offered import AnyController, judged
from tests.conformance.payloads import defaults_of
from tests.conformance.suite import conform
from tests.support.database import create_tables, transaction_on
from tests.support.kinds import KindBase, KindController
from tests.support.notes import NoteController
from tests.support.serve import RESOURCES
from tests.support.shapes import Colour
from tests.support.tables import Note


@pytest.mark.parametrize("resource", judged(RESOURCES), ids=lambda resource: resource.__name__)
async def test_the_tests_own_resources_conform(resource: AnyController, database_url: str) -> None:
    findings = await conform(resource, database_url)
    assert not findings.failed
    assert not findings.notes


async def test_every_type_conforms(database_url: str, record_property: Callable[[str, object], None]) -> None:
    await create_tables(database_url, KindBase.metadata)
    findings = await conform(KindController, database_url)
    for note in findings.notes:
        record_property(NOTE, note)
    assert not findings.failed


async def test_what_is_only_read_conforms(database_url: str) -> None:
    findings = await conform(resource_of(Note, read_only=True), database_url)
    assert not findings.failed
    assert not findings.notes


async def test_what_makes_no_rows_conforms(database_url: str) -> None:
    findings = await conform(resource_of(Note, creates=False), database_url)
    assert not findings.failed
    assert not [note for note in findings.notes if "what_is_deleted_is_gone" in note]


async def test_a_row_that_stays_where_none_is_made_is_found(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def delete_row(*given: object, **more: object) -> None:
        del given, more

    monkeypatch.setattr(RowRepository, "delete_row", delete_row)
    failed = (await conform(resource_of(Note, creates=False), sqlite_url)).failed
    assert "what_is_deleted_is_gone" in failed


async def test_a_list_that_loses_a_row_behind_a_cursor_is_found(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = ListReader[Any, Any].read

    async def lossy(self: ListReader[Any, Any], *given: Any, **more: Any) -> Any:
        page = await read(self, *given, **more)
        if given[2].cursor:
            page.items = page.items[:-1]
        return page

    monkeypatch.setattr(ListReader, "read", lossy)
    assert set((await conform(NoteController, sqlite_url)).failed) == {"each_order_is_the_databases_own"}


async def test_a_change_that_is_not_stored_is_found(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def update_row(self: RowRepository[Any, Any], *key: object, **more: Any) -> Any:
        del more
        return await self.read(*key)

    monkeypatch.setattr(RowRepository, "update_row", update_row)
    failed = set((await conform(NoteController, sqlite_url)).failed)
    assert {
        "each_field_changes_alone",
        "null_empties_what_can_be_empty",
        "a_batch_is_done_as_a_whole",
    } <= failed


async def test_an_etag_that_never_changes_is_found(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def same_tag(*_: object) -> str:
        return '"0123456789abcdef01234567-0123456789abcdef"'

    monkeypatch.setattr(reply, "etag_of", same_tag)
    failed = set((await conform(NoteController, sqlite_url)).failed)
    assert "each_field_changes_alone" in failed


async def _create_trigger(url: str, does: str) -> None:
    async with transaction_on(url) as connection:
        for sql in (
            f"CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN {does} RETURN NEW; END'",
            'CREATE TRIGGER shouts BEFORE UPDATE ON "TestNote" FOR EACH ROW EXECUTE FUNCTION shout()',
        ):
            await connection.execute(sa.text(sql))


async def test_what_a_trigger_stores_in_place_of_what_was_sent_is_noted(postgres_url: str) -> None:
    await _create_trigger(postgres_url, "NEW.title := upper(NEW.title);")
    findings = await conform(NoteController, postgres_url)
    assert not findings.failed
    assert "each_field_changes_alone: the trigger shouts is why: AssertionError" in str(findings.notes)


async def test_a_trigger_is_no_excuse_for_what_the_service_does(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _create_trigger(postgres_url, "")

    async def update_row(self: RowRepository[Any, Any], *key: object, **more: Any) -> Any:
        del more
        return await self.read(*key)

    monkeypatch.setattr(RowRepository, "update_row", update_row)
    assert "each_field_changes_alone" in (await conform(NoteController, postgres_url)).failed


async def test_a_service_that_breaks_is_found(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def delete_row(*given: object, **more: object) -> None:
        raise RuntimeError(given, more)

    monkeypatch.setattr(RowRepository, "delete_row", delete_row)
    said = (await conform(NoteController, postgres_url)).failed["what_is_deleted_is_gone"]
    assert re.search("the service broke: DELETE http.* answers 500", said)


class Create(Payload):
    name: str
    id: int = 1
    color: Colour = Colour.RED
    note: str | None = None
    key: str | msgspec.UnsetType = msgspec.UNSET


def test_a_payload_says_its_defaults() -> None:
    assert defaults_of(Create) == {"id": 1, "color": "red", "note": None}
