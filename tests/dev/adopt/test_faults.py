"""How that is said which a migration broke in what a team wrote."""

import sys
from pathlib import Path

import msgspec
import pytest

from service.dev.adopt.adoption import adopt
from service.dev.adopt.arguments import parse
from service.dev.adopt.checks import MAX_SHOWN, in_short, run_checks
from service.dev.adopt.plan.reasons import NO_TABLE
from service.dev.adopt.report.report import Report, ResourceReport
from service.dev.adopt.report.summary import next_step, summary
from service.dev.adopt.steps import StepError, Steps

LINE = ResourceReport("Thing", "/things", "read and write", {}, {}, {}, [])
TYPES = """
{0}/service/api/v1/olds/dto.py
  {0}/service/api/v1/olds/dto.py:3:9 - error: "Old" is not a known attribute of module "service.models.tables"
{0}/service/api/v1/teams/repository.py
  {0}/service/api/v1/teams/repository.py:34:36 - error: Cannot access attribute "plan" for class "type[Team]"
    Attribute "plan" is unknown (reportAttributeAccessIssue)
"""


def test_of_a_slice_whose_model_is_gone_it_is_said_what_to_do() -> None:
    said = ["service/api/v1/olds/dto.py:3: error", "service/api/v1/teams/dto.py:3: error"]
    short = in_short(said, {"service/api/v1/olds": "Old", "service/api/v1/own": "Own"})
    assert short[0] == said[1]
    assert short[1].startswith("service/api/v1/olds: Old has no resource any more")
    assert len(short) == 2


def test_not_all_of_a_long_list_is_said() -> None:
    said = in_short(["a/b.py:1: error"] * (MAX_SHOWN + 5) + ["olds/a.py:1: error"], {"olds": "Old"})
    assert said[MAX_SHOWN] == "and 5 more"
    assert "olds: Old" in said[-1]


def test_where_tables_may_come_from_is_said_once() -> None:
    assert summary(Report([], {"Lost": NO_TABLE, "Gone": NO_TABLE})).count("--baseline") == 1
    assert "--baseline" not in summary(Report([], {"Past": "@@ignore"}))


def test_what_is_to_mend_is_said_and_is_not_served() -> None:
    report = Report([], {}, faults=["a/b.py:1: error"])
    assert "  a/b.py:1: error" in summary(report)
    assert "Serve it" not in next_step(report, 3)


def test_the_first_time_a_fault_stops_all_and_later_each_is_named(tmp_path: Path) -> None:
    checks = [
        (
            "One",
            (
                sys.executable,
                "-c",
                f"import sys; sys.exit('{tmp_path}/service/api/v1/teams/dto.py:1: wrong')",
            ),
        ),
        ("Two", (sys.executable, "-c", "pass")),
        ("Three", (sys.executable, "-c", "import sys; sys.exit('it fails')")),
        # Deep in what is not the team's, as what goes over its types.
        ("Deep", (sys.executable, "-c", "def deep():\n  import nothing\ndeep()")),
        ("Four", (sys.executable, "-c", f"import sys; sys.exit({TYPES.format(tmp_path)!r})")),
    ]
    steps = Steps(tmp_path, {})
    with pytest.raises(StepError, match=r"\nservice/api/v1/teams/dto\.py:1: wrong"):
        run_checks(steps, checks, again=False)
    assert run_checks(steps, checks, again=True) == [
        "service/api/v1/teams/dto.py:1: wrong",
        "Three failed:",
        "it fails",
        "Deep failed:",
        "ModuleNotFoundError: No module named 'nothing'",
        'service/api/v1/olds/dto.py:3:9 - error: "Old" is not a known attribute of module "service.models.tables"',
        'service/api/v1/teams/repository.py:34:36 - error: Cannot access attribute "plan" for class "type[Team]"',
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("two lines\n  the second", "ValueError: two lines the second"),
        ("\n    all of it\n\n    is indented\n", "ValueError: all of it is indented"),
        ("the second\nhas no indent", "ValueError: the second has no indent"),
    ],
)
def test_all_that_an_error_says_is_said(tmp_path: Path, text: str, said: str) -> None:
    checks = [("One", (sys.executable, "-c", f"raise ValueError({text!r})"))]
    found = run_checks(Steps(tmp_path, {}), checks, again=True)
    assert found == ["One failed:", said]


@pytest.mark.parametrize("title", ["Check types", "Write the API document"])
def test_one_more_resource_is_written_amid_other_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, title: str
) -> None:
    (tmp_path / "new.py").touch()

    def run(_: Steps, step: str, _command: object) -> str:
        if step == title:
            raise StepError("service/api/v1/olds/dto.py:3: it is half written")
        return msgspec.json.encode(Report([LINE], {})).decode()

    monkeypatch.setattr(Steps, "run", run)
    given = parse(["--resource", "Thing"])
    report = adopt(Steps(tmp_path, {}), tmp_path, {}, given)
    assert report.faults == ["service/api/v1/olds/dto.py:3: it is half written"]
    assert report.is_read == (title != "Write the API document")


def test_where_the_merged_code_cannot_be_read_it_is_not_told_that_nothing_is_left_to_decide() -> None:
    said = summary(Report([LINE], {}, faults=["a/b.py:1: error"], is_read=False))
    assert "told by the first run" in said
    assert "Do not run `nox -s fix` before" in next_step(Report([], {}, faults=["a"], is_read=False), 3)
    assert "then: nox -s fix" in next_step(Report([], {}, faults=["a"]), 3)
    assert "to decide on" not in said
    assert "resources to decide on: 0" in summary(Report([LINE], {}, faults=["a/b.py:1: error"]))
