"""Resources with code of their own conform: what a rule of theirs leaves unjudged is said, and all else is judged."""

from typing import Annotated, Any

import pytest
from msgspec import Meta

from service.core.resources.row_repository import RowRepository
from tests.conformance.suite import conform
from tests.conformance.wire import NoPayloadError, fits, fitted
from tests.support.own_rules import MarkedController, PlacedController, SignedController


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


async def test_what_the_token_fills_need_not_be_sent(database_url: str) -> None:
    findings = await conform(SignedController, database_url)
    assert not findings.failed
    assert "title of a new row is what a token says" in str(findings.notes)
    assert "each_field_changes_alone" not in str(findings.notes)


async def test_a_row_that_is_marked_as_deleted_is_no_fault(database_url: str) -> None:
    findings = await conform(MarkedController, database_url)
    assert not findings.failed
    assert "a DELETE marks the row" in str(findings.notes)


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


def test_a_pattern_needs_an_example() -> None:
    """Which texts a pattern takes is not worked out."""
    with pytest.raises(NoPayloadError, match="give its Meta an example"):
        fitted("field", "A text", Annotated[str, Meta(pattern="^[0-9]{9}$")], 1)
