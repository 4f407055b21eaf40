"""What is remembered of what was asked for."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import msgspec
import pytest

from service.dev.adopt import __main__ as command
from service.dev.adopt import adoption
from service.dev.adopt.arguments import options_of, parse, remembered
from service.dev.adopt.errors import MergeError
from service.dev.adopt.options import (
    ModelOptionError,
    Options,
    forget,
    in_python,
    read_options,
    write_options,
)
from service.dev.adopt.report.report import Report
from service.dev.adopt.report.summary import summary

ROOT = Path(__file__).parents[3]
THERE = ["User", "Team"]


def test_what_was_asked_for_is_kept(tmp_path: Path) -> None:
    assert read_options(tmp_path) is None
    options = Options(name="shop", tenant="Team", columns={"Team": ["id"]})
    write_options(tmp_path, options)
    assert read_options(tmp_path) == options


@pytest.mark.parametrize("text", ["<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> main\n", '{"only": "User"}', ""])
def test_options_that_cannot_be_read_are_told_with_what_to_do(tmp_path: Path, text: str) -> None:
    """As after a merge of two branches that both adopted."""
    write_options(tmp_path, Options())
    (tmp_path / "service/dev/adopted/options.json").write_text(text)
    with pytest.raises(MergeError, match=r"options\.json cannot be read .*git checkout BRANCH"):
        read_options(tmp_path)


def test_what_keeps_anything_from_being_merged_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("raise_interrupts", "copy_checkout"):
        monkeypatch.setattr(command, name, Mock())
    monkeypatch.setattr(adoption, "read_options", Mock(side_effect=MergeError("it cannot be read")))
    assert command.main(["prisma", "--dry-run"]) == 2
    assert capsys.readouterr().err == "it cannot be read\nNothing was changed.\n"


def test_a_model_that_was_named_once_and_is_gone_is_forgotten() -> None:
    before = Options(only=["User", "Old"], leave_out=["Old"], read_only=["Old", "Team"], tenant="Team")
    options, said = forget(before, before, THERE)
    assert options == Options(only=["User"], read_only=["Team"], tenant="Team")
    assert [each.split(":")[0] for each in said] == ["--only Old", "--except Old", "--read-only Old"]
    assert "--except Old" in summary(Report([], {}, forgotten=said))


def test_a_model_that_is_named_now_must_be_there() -> None:
    options = Options(leave_out=["Nobody"])
    assert forget(options, Options(leave_out=["Old"]), THERE) == (options, [])


def test_a_tenant_is_a_model_or_a_field() -> None:
    before = Options(tenant="orgId")
    assert forget(before, before, THERE, {"orgId"}) == (before, [])
    classes = {"None": "NoneModel"}
    assert in_python(before, classes, {"orgId"}) == before
    assert in_python(Options(tenant="None"), classes, {"None"}).tenant == "NoneModel", "the model comes first"
    with pytest.raises(ModelOptionError, match="neither a model nor a required field OrgID: is it orgId"):
        in_python(Options(tenant="OrgID"), classes, {"orgId"})
    with pytest.raises(ModelOptionError, match=r"no model orgId(.|\n)*nor a required field Org"):
        in_python(Options(only=["orgId"], tenant="Org"), classes, {"orgId"})


@pytest.mark.parametrize("before", [Options(only=["Old"]), Options(tenant="Old")])
def test_nothing_is_forgotten_that_keeps_rows_from_callers(before: Options) -> None:
    with pytest.raises(ModelOptionError, match=r"Old.* alone"):
        forget(before, before, THERE)


def test_what_is_forgotten_is_told(tmp_path: Path) -> None:
    for name in ("service", "migrations-readonly"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    options = Options(name="shop", leave_out=["Old"])
    write_options(tmp_path, options)
    command = [sys.executable, "-m", "service.dev.adopt.slices", msgspec.json.encode(options).decode()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    report = msgspec.json.decode(done.stdout, type=Report)
    assert report.forgotten == ["--except Old: the schema has no such model any more."]


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        ([], {"only": ["A"], "leave_out": ["B"], "read_only": ["C"], "tenant": "D"}),
        (["--only"], {"only": []}),
        (["--except"], {"leave_out": []}),
        (["--read-only"], {"read_only": []}),
        (["--tenant"], {"tenant": None}),
        (["--except", "E", "F"], {"leave_out": ["E", "F"]}),
    ],
)
def test_an_option_without_a_model_takes_back_what_was_asked_for(
    arguments: list[str], kept: dict[str, Any]
) -> None:
    given = parse(["prisma", *arguments])
    before = Options(name="shop", only=["A"], leave_out=["B"], read_only=["C"], tenant="D")
    assert options_of(before, given) == msgspec.structs.replace(before, **kept)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["prisma"], ["--only A F", "--read-only C", "--tenant D"]),
        (["prisma", "--tenant", "E", "--only"], ["--read-only C"]),
        (["--resource", "A"], []),
    ],
)
def test_what_holds_since_the_last_time_is_said(arguments: list[str], said: list[str]) -> None:
    given = parse(arguments)
    before = Options(name="shop", only=["A", "F"], read_only=["C"], tenant="D")
    assert remembered(options_of(before, given), given) == said
    text = summary(Report([], {}, remembered=said))
    assert all(each in text for each in said)
    assert ("As the last time" in text) is bool(said)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("my-app/prisma", "my-app"),
        ("my-app/prisma/schema.prisma", "my-app"),
        ("my-app/prisma/schema/main.prisma", "my-app"),
        ('the "corner" shop\'s/prisma', "the corner shop s"),
        ("back\\slash/prisma", "back slash"),
        ("shop/''/prisma", "shop"),
    ],
)
def test_the_folder_gives_a_name_that_code_can_hold(path: str, name: str, tmp_path: Path) -> None:
    given = parse([str(tmp_path / path)])
    named = options_of(Options(), given).name
    assert named == name
    assert options_of(Options(), parse(["prisma", "--name", named])).name == name


@pytest.mark.parametrize("name", ["", " ", "..", 'a"b', "a\\b", "a\nb"])
def test_a_name_that_no_code_can_hold_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["prisma", "--name", name])
    assert "a name is of letters" in capsys.readouterr().err


def test_a_model_that_is_asked_for_is_among_those_that_get_a_resource() -> None:
    before = Options(only=["A"], leave_out=["B", "C"])
    given = parse(["--resource", "B"])
    assert options_of(before, given) == Options(only=["A", "B"], leave_out=["C"])
    # One that is asked for beside the example leaves no wish for the time when it is gone.
    assert options_of(Options(), given) == Options()


@pytest.mark.parametrize(
    ("repository", "path", "name"),
    [
        (None, "my-app/prisma/schema.prisma", "my-app"),
        (None, "my-app/prisma/schema", "my-app"),
        (None, "code/backend/prisma", "backend"),
        (None, 'Bob\'s "shop"/prisma', "Bob s shop"),
        ("corner-shop", "corner-shop/packages/prisma", "corner-shop"),
        ("corner-shop", "corner-shop/packages/db-common/prisma/schema", "corner-shop"),
        ("corner-shop", "corner-shop/packages/prisma/postgresql", "corner-shop"),
        ("corner-shop", "corner-shop/apps/web/prisma", "corner-shop"),
        ("corner-shop", "corner-shop/apps/billing/prisma", "billing"),
        ("backend", "jane/backend/prisma", "backend"),
    ],
)
def test_an_application_is_called_as_its_folder_or_its_repository(
    repository: str | None, path: str, name: str, tmp_path: Path
) -> None:
    folder = tmp_path / path
    folder.mkdir(parents=True)
    if repository:
        root = next(each for each in folder.parents if each.name == repository)
        (root / ".git").mkdir()
    assert options_of(Options(), parse([str(folder)])).name == name
