"""How that is said which a migration broke in what a team wrote."""

import sys
from pathlib import Path

import pytest

from service.dev.adopt.faults import MOST, fault_of, run_checks
from service.dev.adopt.slices import Told
from service.dev.adopt.steps import StepError, Steps
from service.dev.adopt.summary import next_step, summary

TRACEBACK = """Write the API document failed:
Traceback (most recent call last):
  File "<frozen runpy>", line 198, in _run_module_as_main
  File "service/dev/openapi.py", line 11, in <module>
    from service.app import create_app, openapi_document
  File "service/resources.py", line 3, in <module>
    from service.api.v1.teams.controller import TeamController
  File "service/api/v1/teams/repository.py", line 34, in TeamRepository
    sorts={"plan": tables.Team.plan},
                   ^^^^^^^^^^^^^^^^
  File "/lib/python3/somewhere.py", line 1, in get
AttributeError: type object 'Team' has no attribute 'plan'"""
TYPES = """Check types failed:
service/api/v1/olds/dto.py
  service/api/v1/olds/dto.py:3:9 - error: "Old" is not a known attribute of module "service.models.tables"
service/api/v1/teams/repository.py
  service/api/v1/teams/repository.py:34:36 - error: Cannot access attribute "plan" for class "type[Team]\""""


def test_of_a_traceback_the_teams_line_is_named() -> None:
    assert fault_of(TRACEBACK, {}) == (
        "service/api/v1/teams/repository.py:34: AttributeError: type object 'Team' has no attribute 'plan'"
    )


def test_of_a_traceback_without_one_all_is_shown() -> None:
    said = 'Traceback (most recent call last):\n  File "service/app.py", line 1, in a\nKeyError: 1'
    assert fault_of(said, {}) == said


def test_of_a_slice_whose_model_is_gone_it_is_said_what_to_do() -> None:
    said = fault_of(TYPES, {"service/api/v1/olds": "Old", "service/api/v1/own": "Own"})
    assert "dto.py" not in said
    assert "service/api/v1/olds: Old is gone from the schema" in said
    assert "teams/repository.py:34:36" in said
    assert "own" not in said


def test_not_all_of_a_long_list_is_said() -> None:
    assert fault_of("\n".join(["line"] * (MOST + 5)), {}).endswith("line\nand 5 lines more")


def test_what_is_to_mend_is_said_and_is_not_served() -> None:
    told = Told([], {}, faults=["Check types failed:\nhere"])
    assert "  Check types failed:\n  here" in summary(told)
    assert "Serve it" not in next_step(told, 3)


def test_the_first_time_a_fault_stops_all_and_later_each_is_named(tmp_path: Path) -> None:
    path = tmp_path / "service/api/v1/teams/repository.py"
    path.parent.mkdir(parents=True)
    path.write_text("import service.models\n")
    checks = [
        ("One", (sys.executable, str(path))),
        ("Two", (sys.executable, "-c", "pass")),
        ("Three", (sys.executable, "-c", "import sys; sys.exit('it fails')")),
    ]
    steps = Steps(tmp_path, {})
    with pytest.raises(StepError, match=r'File "service/api/v1/teams/repository\.py", line 1'):
        run_checks(steps, checks, {}, again=False)
    first, second = run_checks(steps, checks, {}, again=True)
    assert first.startswith("service/api/v1/teams/repository.py:1: ModuleNotFoundError")
    assert second == "Three failed:\nit fails"
