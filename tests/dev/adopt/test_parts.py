"""The parts of the command, each by itself; `nox -s adopted` runs them together."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from unittest.mock import Mock

import msgspec
import pytest

from service.dev.adopt import __main__ as adopt
from service.dev.adopt import application_name, example, slices
from service.dev.adopt.adopted import Adopted, KeptSlice
from service.dev.adopt.arguments import options_of, parse
from service.dev.adopt.errors import MergeError
from service.dev.adopt.layout import RESOURCES as RESOURCES_FILE
from service.dev.adopt.options import ModelOptionError, Options, read_options, refuse_unknown
from service.dev.adopt.plan import requested
from service.dev.adopt.plan.models import sources_of
from service.dev.adopt.plan.plans import Inputs, Plans, plan_all
from service.dev.adopt.plan.reasons import NO_TABLE
from service.dev.adopt.report import as_written
from service.dev.adopt.report.breaking import DOCUMENT, breaking, read_document
from service.dev.adopt.report.report import Report, ResourceReport
from service.dev.adopt.report.summary import next_step, summary
from service.dev.adopt.steps import Steps
from service.dev.declarations import undecided
from service.dev.schema import parse_schema, read_schema
from service.prisma.migrations import MIRROR
from service.resources import RESOURCES

ROOT = Path(__file__).parents[3]


def test_the_name_stands_where_people_look(tmp_path: Path) -> None:
    (tmp_path / "service/api/v1").mkdir(parents=True)
    for name in ("pyproject.toml", "README.md", "service/api/v1/document.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    assert application_name.rename(tmp_path, "Corner Shop", (read_options(ROOT) or Options()).name) == []
    assert 'name = "corner-shop"' in (tmp_path / "pyproject.toml").read_text("utf-8")
    assert (tmp_path / "README.md").read_text("utf-8").startswith("# The data API behind Corner Shop\n")
    assert '"title": "Corner Shop"' in (tmp_path / "service/api/v1/document.py").read_text("utf-8")
    begun = _texts(tmp_path)
    assert application_name.rename(tmp_path, "Market", "Corner Shop") == []
    assert "Corner" not in "".join(_texts(tmp_path))
    assert application_name.rename(tmp_path, "Corner Shop", "Market") == []
    assert _texts(tmp_path) == begun


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("größe", "grosse"),
        ("Crème Brûlée", "creme-brulee"),
        ("Smørrebrød", "smorrebrod"),
        ("東京", "service"),
    ],
)
def test_a_package_has_plain_letters(tmp_path: Path, name: str, package: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    application_name.rename(tmp_path, name, (read_options(ROOT) or Options()).name)
    assert f'name = "{package}"' in (tmp_path / "pyproject.toml").read_text("utf-8")


def test_what_a_person_called_otherwise_is_left_and_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "ours"\n')
    before = (tmp_path / "pyproject.toml").read_text()
    assert application_name.rename(tmp_path, "Shop", "") == [
        "pyproject.toml",
        "service/api/v1/document.py",
        "README.md",
    ]
    assert (tmp_path / "pyproject.toml").read_text() == before


def _texts(folder: Path) -> list[str]:
    return [path.read_text("utf-8") for path in sorted(folder.rglob("*")) if path.is_file()]


@pytest.mark.skipif(not (ROOT / "tests/example").is_dir(), reason="it is gone already")
def test_the_example_goes_and_leaves_no_trace_where_resources_are_listed(tmp_path: Path) -> None:
    (tmp_path / "service/api/v1/pages").mkdir(parents=True)
    shutil.copy(ROOT / RESOURCES_FILE, tmp_path / RESOURCES_FILE)
    example.take_away(tmp_path)
    assert not (tmp_path / "service/api/v1/pages").exists()
    assert "service.api" not in (tmp_path / RESOURCES_FILE).read_text("utf-8")


@pytest.mark.skipif(
    not (ROOT / ".git").exists() or not (ROOT / "tests/example").is_dir(), reason="there is nothing to list"
)
def test_what_is_the_examples_is_listed() -> None:
    assert example.listed(ROOT) == (ROOT / example.FILES).read_text("utf-8"), "nox -s fix"


LISTED = """# The resources.

from service.api.v1.pages.controller import PageController, PageSlugController
from service.api.v1.pages.export import (
    PageExportController,
    PageImportController,
)
from service.api.v1.teams.controller import TeamController

RESOURCES = (
    PageController,
    PageSlugController,
    TeamController,
    PageExportController,
    PageImportController,
)
"""

WITHOUT_EXPORT = """# The resources.

from service.api.v1.pages.controller import PageController, PageSlugController
from service.api.v1.teams.controller import TeamController

RESOURCES = (
    PageController,
    PageSlugController,
    TeamController,
)
"""


def test_what_an_update_brings_of_the_example_goes_again_and_nothing_of_the_teams(tmp_path: Path) -> None:
    """The team has pages of its own, and an application's demo in the example's place."""
    brought = {
        "service/api/v1/pages/__init__.py": "",
        "service/api/v1/pages/export.py": "brought\n",
        "service/api/v1/pages/dto.py": "brought too\n",
        "service/api/v1/topics/__init__.py": "",
        "service/api/v1/topics/dto.py": "brought\n",
        "tests/example/__init__.py": "",
        "tests/example/deep/__init__.py": "",
        "tests/example/deep/test_it.py": "brought\n",
        "tests/nextjs/__init__.py": "",
        "tests/nextjs/app.py": "never brought\n",
    }
    (tmp_path / "service/dev/adopt").mkdir(parents=True)
    lines = [f"{sha256(text.encode()).hexdigest()}  {name}\n" for name, text in brought.items()]
    (tmp_path / example.FILES).write_text("".join(lines))
    own = {
        "service/api/v1/pages/dto.py": "the team's\n",
        "service/api/v1/pages/controller.py": "the team's\n",
        "service/dev/demo/load.py": "the team's\n",
        "tests/nextjs/test_ours.py": "the team's\n",
        RESOURCES_FILE: LISTED,
    }
    del brought["tests/nextjs/app.py"]
    for name, text in (brought | own).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        # As git writes it where `core.autocrlf` says so.
        (tmp_path / name).write_bytes(
            text.replace("\n", "\r\n").encode() if "topics" in name else text.encode()
        )
    gone = example.take_away_again(tmp_path)
    kept = {"service/api/v1/pages/__init__.py": "", "tests/nextjs/__init__.py": "", **own}
    kept[RESOURCES_FILE] = WITHOUT_EXPORT
    there = {
        path.relative_to(tmp_path).as_posix(): path.read_text()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    del there[example.FILES]
    assert there == kept
    assert sorted(gone) == sorted(brought.keys() - kept.keys())
    assert not (tmp_path / "tests/example").exists()
    assert example.take_away_again(tmp_path) == []


def test_of_others_nothing_is_written_where_one_model_is_asked_for() -> None:
    new, old = Mock(), Mock()
    new.name, old.name = "Coupon", "Team"
    plans = Plans([new, old], {"Session": "its key is a secret"})
    adopted = Adopted(slices={"Team": KeptSlice("service/api/v1/teams")})
    assert requested.waiting_of(plans, adopted, {}, ["Review"]) == ["Coupon"]
    assert requested.waiting_of(plans, adopted, {}, ["Coupon"]) == []
    assert requested.waiting_of(plans, adopted, {"Coupon": "Voucher"}, ["Review"]) == []
    assert requested.waiting_of(plans, adopted, {}, []) == []
    requested.refuse_left_out(["Team"], plans)
    with pytest.raises(ModelOptionError, match="Session gets no resource: its key is a secret"):
        requested.refuse_left_out(["Team", "Session"], plans)


def test_what_the_example_alone_imports_keeps_no_team_from_passing_its_check() -> None:
    gone = [f"--extend-exclude=^{folder}/" for folder in example.FOLDERS]
    deptry = Path(sys.executable).with_name("deptry")
    done = subprocess.run(
        [deptry, ".", "--no-ansi", *gone],
        cwd=ROOT,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout


def test_what_an_option_cannot_mean_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["slices", msgspec.json.encode(Options(only=["Nobody"])).decode()])
    assert slices.main() == 2
    assert "no model Nobody" in capsys.readouterr().err


@pytest.mark.parametrize("before", [Options(), Options(only=["User"])])
def test_a_model_to_write_must_be_there(
    before: Options, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(slices, "merge", Mock(side_effect=MergeError("it goes on")))
    given = parse(["--resource", "Nobody"])
    encoded = msgspec.json.encode(options_of(before, given)).decode()
    monkeypatch.setattr("sys.argv", ["slices", encoded, *given.resource])
    assert slices.main() == 2
    assert "no model Nobody" in capsys.readouterr().err


def test_a_model_is_written_anew_whatever_python_calls_it(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = read_schema(MIRROR)
    first, *others = sources_of(schema)
    renamed = replace(first, prisma=replace(first.prisma, name="Größe"))
    models = tuple(each for each in schema.models if each.name != first.prisma.name)
    monkeypatch.setattr(slices, "read_schema", Mock(return_value=replace(schema, models=models)))
    monkeypatch.setattr(slices, "sources_of", Mock(return_value=[renamed, *others]))
    monkeypatch.setattr(slices, "merge", merge := Mock(side_effect=MergeError("it goes on")))
    given = parse(["--resource", "Größe"])
    written: list[str] = []
    for options in (Options(columns={first.name: []}), Options()):
        encoded = msgspec.json.encode(options_of(options, given)).decode()
        monkeypatch.setattr("sys.argv", ["slices", encoded, *given.resource])
        assert slices.main() == 2
        (_, rendered, *_), _ = merge.call_args
        written.append(rendered.slices[first.name].files["dto.py"])
    assert written[0] == written[1]


def test_a_model_whose_resource_was_removed_is_written_anew_when_it_gets_one_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was known of its columns went with its files: what came since is no news to anybody."""
    first = next(sources_of(read_schema(MIRROR)))
    monkeypatch.setattr(slices, "merge", merge := Mock(side_effect=MergeError("it goes on")))
    monkeypatch.setattr(slices, "read_adopted", Mock(return_value=Adopted()))
    written: list[str] = []
    for options in (Options(columns={first.name: []}), Options()):
        monkeypatch.setattr("sys.argv", ["slices", msgspec.json.encode(options).decode()])
        assert slices.main() == 2
        (_, rendered, *_), _ = merge.call_args
        written.append(rendered.slices[first.name].files["dto.py"])
    assert written[0] == written[1]


def test_a_fault_in_what_is_told_is_no_fault_of_the_team_s_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be imported is named by the next step, with the place; a fault of the command's own nobody would name."""
    monkeypatch.setattr(as_written, "look", Mock(side_effect=LookupError("its own")))
    with pytest.raises(LookupError, match="its own"):
        as_written.correct(Report([], {}))
    monkeypatch.setitem(sys.modules, "service.resources", None)
    as_written.correct(report := Report([], {}))
    assert report.is_read is False


def test_the_names_that_were_asked_for_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[Sequence[str]] = []

    def run(_: Steps, title: str, command: Sequence[str]) -> str:
        commands.append(command)
        return msgspec.json.encode(Report([], {})).decode() if "resource" in title else ""

    monkeypatch.setattr(Steps, "run", run)
    adopt.main(["--resource", "Nobody", "Somebody", "--dry-run"])
    assert commands[0][-2:] == ("Nobody", "Somebody")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("user", "no model user: is it User?"),
        ("Invoces", "no model Invoces: is it Invoice?"),
        ("Zzz", "no model Zzz. It has Invoice, User."),
    ],
)
def test_a_model_that_is_not_there_is_named_with_those_that_are_like_it(name: str, said: str) -> None:
    with pytest.raises(ModelOptionError, match=re.escape(said)):
        refuse_unknown([name], ["User", "Invoice"])


@pytest.mark.parametrize(
    ("told", "folder"), [({}, ROOT / ".local"), ({"LOCAL_FOLDER": "elsewhere"}, ROOT / "elsewhere")]
)
def test_what_tools_keep_is_where_one_says(told: dict[str, str], folder: Path) -> None:
    """A disk that is full is a reason to say so."""
    environment = {name: value for name, value in os.environ.items() if name != "LOCAL_FOLDER"} | told
    code = "from service.dev.adopt.__main__ import KEPT; print(KEPT['LOCAL_FOLDER'])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(folder)


def test_what_breaks_clients_is_what_differs_in_the_document(tmp_path: Path) -> None:
    (tmp_path / "service").mkdir()
    assert read_document(tmp_path) is None
    (tmp_path / DOCUMENT).write_bytes(
        _document("/users", '"description": "Where news go.", "type": "string"')
    )
    before = read_document(tmp_path)
    assert before
    assert breaking(before, _document("/users", '"type": "string"')) == []
    assert breaking(before, _document("/members", '"type": "string"')) == ["/users: The path is gone."]
    (found,) = breaking(before, _document("/users", '"type": "integer"'))
    assert "integer" in found
    assert breaking(None, before) == breaking(before, None) == []


def test_what_breaks_clients_in_many_places_is_said_once() -> None:
    schemas = {name: {"type": "object"} for name in ("User", "UserCreate")}
    before = {"openapi": "3.1.0", "info": {}, "paths": {}, "components": {"schemas": schemas}}
    after = before | {"components": {}}
    found = breaking(*(msgspec.json.encode(each) for each in (before, after)))
    assert found == ["The component is gone: schemas/User, schemas/UserCreate"]


def _document(path: str, email: str) -> bytes:
    schema = f'{{"type": "object", "required": ["email"], "properties": {{"email": {{{email}}}}}}}'
    answer = f'{{"description": "It.", "content": {{"application/json": {{"schema": {schema}}}}}}}'
    operation = f'{{"operationId": "getOne", "responses": {{"200": {answer}}}}}'
    return f'{{"openapi": "3.1.0", "info": {{}}, "paths": {{"{path}": {{"get": {operation}}}}}}}'.encode()


@pytest.mark.parametrize("left_out", [{"Thing": "@@ignore"}, {}])
def test_a_schema_that_has_nothing_to_serve_is_no_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], left_out: dict[str, str]
) -> None:
    def nothing(_: Steps, title: str, _command: object) -> str:
        return msgspec.json.encode(Report([], left_out)).decode() if "resource" in title else ""

    monkeypatch.setattr(Steps, "run", nothing)
    assert adopt.main(["--resource", "Thing", "--dry-run"]) != 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("No model of schema.prisma can be served:\n  ")
    assert said.err.endswith("Nothing was changed.\n")
    assert all(f"{name}: {why}" in said.err for name, why in left_out.items())


def test_a_model_without_a_class_is_named() -> None:
    schema = parse_schema("model Lost { id Int @id }\nmodel Past { id Int @id\n @@ignore }")

    plans = plan_all(Inputs(schema, [], Adopted()), Options())
    assert plans.resources == []
    assert plans.left_out == {"Lost": NO_TABLE, "Past": "@@ignore"}


def test_all_is_said() -> None:
    line = ResourceReport(
        "A",
        "/a",
        "read and write",
        {"b": "a secret"},
        {"d": "its docs say secret"},
        {"create": "b is a secret"},
        ["no ids in writes: f"],
        ["deletedAt"],
    )
    report = Report(
        [line],
        {"B": "--except"},
        ["x is merged."],
        ["y clashes."],
        ["z breaks."],
        undecided_columns=["A.c"],
        undecided_models=["A"],
        tenant="--tenant firmId is a field",
        without_foreign_key=["A.team"],
    )
    said = summary(report)
    for words in (
        "no create: b is a secret; no ids in writes: f",
        "A.b: a secret",
        "A.d: its docs say secret",
        "B: --except",
        "x is merged.",
        "y clashes.",
        "z breaks.",
        "A.c: show",
        "rows of A:",
        "no foreign key for A.team.",
        "A.deletedAt: rows that are marked so",
        "--tenant firmId is a field",
    ):
        assert words in said
    assert said.count("To decide:") == 1
    other = ResourceReport("C", "/c", "read and write", {}, {}, {}, [])
    assert "rows of every model:" in summary(Report([line, other], {}, undecided_models=["A", "C"]))
    assert "rows of A:" in (said := summary(Report([line, other], {}, undecided_models=["A"])))
    assert "Without a resource" not in said
    assert "Without a resource of their own: D." in summary(
        Report([line, other], {}, undecided_models=["A", "D"])
    )
    assert "To decide" not in summary(Report([other], {}))


def test_what_comes_next_is_said() -> None:
    done, clashed = Report([], {}), Report([], {}, clashes=["dto.py clashes."])
    assert "Serve it" in next_step(done, 3)
    assert "Nothing changed" in next_step(done, 0)
    for changed in (0, 3):
        said = next_step(clashed, changed)
        assert "nox -s check" in said
        # It would write the document with which what breaks clients is found.
        assert "Do not run `nox -s fix` before" in said
        assert "Serve it" not in said
        assert "Nothing changed" not in said


def test_what_is_undecided_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not list(undecided.undecided_columns(RESOURCES))

    def one(_: object) -> list[str]:
        return ["User.nickname"]

    monkeypatch.setattr(undecided, "undecided_columns", one)
    assert undecided.main() == 1
    assert "User.nickname is neither shown, taken nor hidden" in capsys.readouterr().out


def test_a_run_that_leaves_something_to_mend_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    report = Report([], {})
    monkeypatch.setattr(adopt, "ROOT", tmp_path)
    for name in ("raise_interrupts", "ignore_interrupts", "check_clean", "copy_checkout"):
        monkeypatch.setattr(adopt, name, Mock())
    monkeypatch.setattr(adopt, "adopt", Mock(return_value=report))
    monkeypatch.setattr(adopt, "take_over", Mock(return_value=1))
    monkeypatch.setattr(adopt, "summary", Mock(return_value=""))
    assert adopt.main(["prisma"]) == 0
    report.clashes = ["dto.py clashes."]
    assert adopt.main(["prisma"]) == 1
