"""The parts of the command, each by itself; `nox -s adopted` runs them together."""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import Mock

import msgspec
import pytest

from service.dev import decided
from service.dev.adopt import __main__ as adopt
from service.dev.adopt import example, naming, slices
from service.dev.adopt.arguments import options_of, parser
from service.dev.adopt.breaking import DOCUMENT, breaking, read_document
from service.dev.adopt.merge import MergeError
from service.dev.adopt.options import ModelOptionError, Options, refuse_unknown
from service.dev.adopt.steps import Steps
from service.dev.adopt.summary import next_step, summary
from service.dev.adopt.told import NO_TABLE, Line, Told
from service.dev.schema import Schema, parse_schema
from service.resources import RESOURCES

ROOT = Path(__file__).parents[3]


def test_the_name_stands_where_people_look(tmp_path: Path) -> None:
    (tmp_path / "service/api/v1").mkdir(parents=True)
    for name in ("pyproject.toml", "README.md", "service/api/v1/document.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    naming.rename(tmp_path, "Corner Shop")
    assert 'name = "corner-shop"' in (tmp_path / "pyproject.toml").read_text("utf-8")
    assert (tmp_path / "README.md").read_text("utf-8").startswith("# The data API behind Corner Shop\n")
    assert '"title": "Corner Shop"' in (tmp_path / "service/api/v1/document.py").read_text("utf-8")


@pytest.mark.skipif(not (ROOT / "tests/example").is_dir(), reason="it is gone already")
def test_the_example_goes_and_leaves_no_trace_where_resources_are_listed(tmp_path: Path) -> None:
    (tmp_path / "service/api/v1/pages").mkdir(parents=True)
    shutil.copy(ROOT / example.RESOURCES, tmp_path / example.RESOURCES)
    example.take_away(tmp_path)
    assert not (tmp_path / "service/api/v1/pages").exists()
    assert "service.api" not in (tmp_path / example.RESOURCES).read_text("utf-8")


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
    given = parser().parse_args(["--resource", "Nobody"])
    encoded = msgspec.json.encode(options_of(before, given)).decode()
    monkeypatch.setattr("sys.argv", ["slices", encoded, *given.resource])
    assert slices.main() == 2
    assert "no model Nobody" in capsys.readouterr().err


def test_the_names_that_were_asked_for_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[Sequence[str]] = []

    def run(_: Steps, title: str, command: Sequence[str]) -> str:
        commands.append(command)
        return msgspec.json.encode(Told([], {})).decode() if "resource" in title else ""

    monkeypatch.setattr(Steps, "run", run)
    adopt.main(["--dry-run", "--resource", "Nobody", "Somebody"])
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
        return msgspec.json.encode(Told([], left_out)).decode() if "resource" in title else ""

    monkeypatch.setattr(Steps, "run", nothing)
    assert adopt.main(["--dry-run", "--resource", "Thing"]) != 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("No model of schema.prisma can be served:\n  ")
    assert said.err.endswith("Nothing was changed.\n")
    assert all(f"{name}: {why}" in said.err for name, why in left_out.items())


def test_a_model_without_a_class_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = parse_schema("model Lost { id Int @id }\nmodel Past { id Int @id\n @@ignore }")

    def read(_: Path) -> Schema:
        return schema

    monkeypatch.setattr(slices, "read_schema", read)
    plans = slices.plans_of(Options())
    assert plans.resources == []
    assert plans.left_out == {"Lost": NO_TABLE, "Past": "@@ignore"}


def test_all_is_said() -> None:
    line = Line(
        "A",
        "/a",
        "read and write",
        {"b": "a secret"},
        {"d": "its docs say secret"},
        {"create": "b is a secret"},
        ["no ids in writes: f"],
        ["deletedAt"],
    )
    told = Told(
        [line],
        {"B": "--except"},
        ["x is merged."],
        ["y clashes."],
        ["z breaks."],
        columns=["A.c"],
        models=["A"],
        without_foreign_key=["A.team"],
    )
    said = summary(told)
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
    ):
        assert words in said
    assert said.count("To decide:") == 1
    other = Line("C", "/c", "read and write", {}, {}, {}, [])
    assert "rows of every model:" in summary(Told([line, other], {}, models=["A", "C"]))
    assert "rows of A:" in (said := summary(Told([line, other], {}, models=["A"])))
    assert "without a resource" not in said
    assert "Of D, without a resource," in summary(Told([line, other], {}, models=["A", "D"]))
    assert "To decide" not in summary(Told([other], {}))


def test_what_comes_next_is_said() -> None:
    done, clashed = Told([], {}), Told([], {}, clashes=["dto.py clashes."])
    assert "Serve it" in next_step(done, 3)
    assert "Nothing changed" in next_step(done, 0)
    for changed in (0, 3):
        said = next_step(clashed, changed)
        assert "nox -s check" in said
        # It would write the document with which what breaks clients is found.
        assert "no `nox -s fix` come before" in said
        assert "Serve it" not in said
        assert "Nothing changed" not in said


def test_what_is_undecided_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not list(decided.undecided_columns(RESOURCES))

    def one(_: object) -> list[str]:
        return ["User.nickname"]

    monkeypatch.setattr(decided, "undecided_columns", one)
    assert decided.main() == 1
    assert "User.nickname is neither shown nor hidden" in capsys.readouterr().out


def test_a_run_that_leaves_something_to_mend_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = Told([], {})
    monkeypatch.setattr(adopt, "ROOT", tmp_path)
    for name in ("raise_interrupts", "ignore_interrupts", "check_clean", "copy_checkout"):
        monkeypatch.setattr(adopt, name, Mock())
    monkeypatch.setattr(adopt, "_adopt", Mock(return_value=told))
    monkeypatch.setattr(adopt, "take_over", Mock(return_value=1))
    monkeypatch.setattr(adopt, "summary", Mock(return_value=""))
    assert adopt.main(["prisma"]) == 0
    told.clashes = ["dto.py clashes."]
    assert adopt.main(["prisma"]) == 1
