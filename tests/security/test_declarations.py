"""A condition that no statement can ask is refused when the application is made, with what is wrong with it."""

from typing import Annotated, Any

import pytest
from msgspec import Meta
from sqlalchemy import not_

from service.core.lifecycle.needed_columns import needed_columns
from service.core.resources.conditions import Condition, claim, everybody, signed_in, through
from service.core.resources.declarations import policies_of
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping, MappingError
from service.core.resources.nested import to_one
from service.core.resources.read_repository import ReadRepository
from service.core.schema import Resource
from tests.security.tenants import dto, tables
from tests.security.tenants.resources import LINK, ProjectRepository


def repository(
    readable: Condition | None, writable: Condition | None = None, model: Any = tables.Task
) -> type[ReadRepository[Any, Any]]:
    shown = {tables.Task: dto.Part, tables.Project: dto.Link, tables.Team: dto.Team}[model]

    class Rows(ReadRepository[Any, Any]):
        reader = ListReader(
            Mapping(shown, model, readable=readable, writable=writable), filters={}, sorts={"id": model.id}
        )

    return Rows


WRONG: dict[str, tuple[Condition, str]] = {
    "another model's column": (
        tables.Project.team_id == claim("tenant"),
        "no column of Task; reach it by `through`",
    ),
    "denied": (not_((tables.Task.title == claim("sub")) | signed_in()), "joined by `&` and `|` alone"),
    "denied sign-in": (~signed_in(), "joined by `&` and `|` alone"),
    "a claim against a flag": (
        through(tables.Task.project, tables.Project.is_shared == claim("open")),
        "text, whole numbers or uuids",
    ),
    "a claim unlike a constant": (claim("role") != "guest", "`==` a constant"),
    "rows that belong to it": (through(tables.Project.tasks), "to a row that it belongs to"),
    "another model's relation": (through(tables.Tag.team), "does not lead from Task"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_asked_is_refused(name: str) -> None:
    condition, says = WRONG[name]
    for said in (condition, condition | signed_in(), signed_in() & condition):
        with pytest.raises(MappingError, match=says):
            policies_of([repository(said)])
        with pytest.raises(MappingError, match=says):
            policies_of([repository(everybody("a test"), said)])


@pytest.mark.parametrize(
    "readable",
    [
        through(tables.Task.parent),
        through(tables.Task.parent, through(tables.Task.parent)),
        through(tables.Task.parent, signed_in() | through(tables.Task.parent)),
    ],
    ids=["directly", "further up", "beside another condition"],
)
def test_a_circle_is_refused(readable: Condition) -> None:
    for declared in (repository(readable), repository(everybody("a test"), readable)):
        with pytest.raises(MappingError, match="in a circle"):
            policies_of([declared])


def test_two_say_it_of_one_model() -> None:
    with pytest.raises(MappingError, match="one says it for all"):
        policies_of([repository(signed_in()), repository(signed_in())])


class Whole(Resource):
    """A task and its project, which it always shows."""

    id: int
    project: dto.Link


class Described(Resource):
    """As `Whole`, with words for the document."""

    id: int
    project: Annotated[dto.Link, Meta(description="Where it belongs.")]


@pytest.mark.parametrize("shown", [Whole, Described])
def test_a_field_for_a_row_that_may_be_hidden_may_be_null(shown: type[Resource]) -> None:
    class Tasks(ReadRepository[Any, Any]):
        reader = ListReader(
            Mapping(
                shown,
                tables.Task,
                fields={"project": to_one(tables.Task.project, LINK)},
                readable=through(tables.Task.project),
            ),
            filters={},
            sorts={"id": tables.Task.id},
        )

    with pytest.raises(MappingError, match=r"\.project may be hidden: type it `Link \| None`"):
        policies_of([Tasks, ProjectRepository])


def test_who_may_write_may_read() -> None:
    with pytest.raises(ValueError, match="say `readable` too"):
        repository(None, signed_in())


@pytest.mark.parametrize("given", [True, "everybody", everybody])
def test_what_is_no_condition_is_refused(given: Any) -> None:
    """As `not` and a call that was forgotten give it."""
    with pytest.raises(TypeError, match="is no condition on rows"):
        repository(given)


def test_everybody_has_a_reason() -> None:
    with pytest.raises(ValueError, match="say why"):
        everybody(" ")


def test_what_conditions_read_is_needed_of_the_database() -> None:
    through_teams = through(
        tables.Task.project, through(tables.Project.team, tables.Team.name == claim("team"))
    )
    needed = needed_columns([repository(through_teams)])
    assert {
        ("TenantTask", "projectId"),
        ("TenantProject", "teamId"),
        ("TenantTeam", "id"),
        ("TenantTeam", "name"),
    } <= needed
