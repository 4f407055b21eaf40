"""Nothing is served of which nobody has said who may read it, but in local."""

import os
import subprocess
import sys
from typing import Any

import pytest

from service.core.resources.conditions import Condition, claim, signed_in, through
from service.core.resources.declarations import undecided_in
from service.core.resources.filters import any_related
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.read_repository import ReadRepository
from tests.security.tenants import dto, tables
from tests.security.undecided import LabelController
from tests.support.api import SECRET_KEY, serving
from tests.support.server import ROOT

OF_TASKS = tables.Project.team_id == claim("tenant")


def tasks(readable: Condition, **more: Any) -> type[ReadRepository[Any, Any]]:
    """Tasks, of whose projects and tags nobody says who may read them."""

    class Tasks(ReadRepository[Any, Any]):
        reader = ListReader(
            Mapping(dto.Part, tables.Task, readable=readable, changed_by=more.get("changed_by")),
            filters=more.get("filters", {}),
            sorts={"id": tables.Task.id},
        )

    return Tasks


@pytest.mark.parametrize("workers", ["1", "2"])
def test_outside_local_it_does_not_start_and_says_why(workers: str, postgres_url: str) -> None:
    settings = {"ENVIRONMENT": "staging", "SECRET_KEY": SECRET_KEY, "DATABASE_URL": postgres_url}
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.undecided"],
        env={**os.environ, **settings, "WORKERS": workers, "PORT": "0"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "Nobody has said who may read Label." in done.stderr
    assert "Traceback" not in done.stderr


async def test_in_local_it_is_served_with_a_line_at_the_start(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving(database_url, resources=[LabelController]) as api:
        assert (await api.get("/labels/")).status_code == 200
    said = capsys.readouterr().out
    assert "Nobody has said who may read Label." in said
    assert "In local a call without a token may read and write everything" in said


@pytest.mark.parametrize(
    "readable", [through(tables.Task.project), signed_in() & through(tables.Task.project)]
)
def test_what_decides_who_may_read_is_decided(readable: Condition) -> None:
    """Else all rows would be everybody's, since those above them are."""
    assert undecided_in([tasks(readable)]) == ["Project"]
    assert undecided_in([tasks(signed_in() & through(tables.Task.project, OF_TASKS))]) == []
    inner = through(tables.Project.team)
    assert undecided_in([tasks(through(tables.Task.project, inner))]) == ["Team"]


def test_what_filters_look_at_is_decided() -> None:
    filters = {"tag_id": any_related(tables.Task.tags, tables.Tag.id)}
    assert undecided_in([tasks(signed_in(), filters=filters)]) == ["Tag"]


def test_what_writes_refer_to_is_decided() -> None:
    """Else one could name what others have, and learn that it is there."""
    assert undecided_in([tasks(signed_in(), changed_by=[tables.Task.title])]) == []
    changed_by = [tables.Task.project_id, tables.Task.title]
    assert undecided_in([tasks(signed_in(), changed_by=changed_by)]) == ["Project"]


def test_what_keys_refer_to_is_decided() -> None:
    """A new row names its key, though no change does."""

    class Members(ReadRepository[Any, Any]):
        reader = ListReader(
            Mapping(
                dto.Member,
                tables.Member,
                readable=tables.Member.team_id == claim("tenant"),
                changed_by=[dto.MemberReplace],
            ),
            filters={},
            sorts={"name": tables.Member.name},
        )

    assert undecided_in([Members]) == ["Team"]
