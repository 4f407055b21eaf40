"""The parts of the command, each by itself; `nox -s adopted` runs them together."""

import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from service.dev import decided
from service.dev.adopt import example, naming, slices
from service.dev.adopt.__main__ import Steps
from service.dev.adopt.__main__ import main as adopt
from service.dev.adopt.enum_changes import enum_changes
from service.dev.adopt.options import Options, read_options, write_options
from service.dev.adopt.slices import Line, Told
from service.dev.adopt.stage import copy_checkout, take_over
from service.dev.adopt.summary import summary
from service.dev.schema import Schema, parse_schema
from service.resources import RESOURCES

ROOT = Path(__file__).parents[3]


def test_what_was_asked_for_is_kept(tmp_path: Path) -> None:
    assert read_options(tmp_path) is None
    options = Options(name="shop", tenant="Team", columns={"Team": ["id"]})
    write_options(tmp_path, options)
    assert read_options(tmp_path) == options


def test_a_copy_is_taken_over_with_what_went(tmp_path: Path) -> None:
    root, stage = tmp_path / "root", tmp_path / "stage"
    (root / "gone").mkdir(parents=True)
    (root / "gone" / "old.py").write_text("old")
    (root / "same.py").write_text("same")
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    copy_checkout(root, stage)
    (stage / "gone" / "old.py").unlink()
    (stage / "new").mkdir()
    (stage / "new" / "new.py").write_text("new")
    assert take_over(stage, root) == 2
    assert not (root / "gone").exists()
    assert (root / "new" / "new.py").read_text() == "new"
    assert take_over(stage, root) == 0


def test_the_name_stands_where_people_look(tmp_path: Path) -> None:
    (tmp_path / "service/api/v1").mkdir(parents=True)
    for name in ("pyproject.toml", "README.md", "service/api/v1/document.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    naming.rename(tmp_path, "Corner Shop")
    assert 'name = "corner-shop"' in (tmp_path / "pyproject.toml").read_text("utf-8")
    assert (tmp_path / "README.md").read_text("utf-8").startswith("# The data API behind Corner Shop\n")
    assert '"title": "Corner Shop"' in (tmp_path / "service/api/v1/document.py").read_text("utf-8")


@pytest.mark.skipif(not example.is_there(ROOT), reason="it is gone already")
def test_the_example_goes_and_leaves_no_trace_where_resources_are_listed(tmp_path: Path) -> None:
    (tmp_path / "service/api/v1/pages").mkdir(parents=True)
    shutil.copy(ROOT / example.RESOURCES, tmp_path / example.RESOURCES)
    example.take_away(tmp_path)
    assert not example.is_there(tmp_path)
    assert "service.api" not in (tmp_path / example.RESOURCES).read_text("utf-8")


def test_the_plan_is_told_without_a_file(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr("sys.argv", ["slices", msgspec.json.encode(Options()).decode(), "--dry-run"])
    assert slices.main() == 0
    told = msgspec.json.decode(capfdbinary.readouterr().out, type=Told)
    assert told.lines
    assert not told.events
    monkeypatch.setattr("sys.argv", ["slices", msgspec.json.encode(Options(only=["Nobody"])).decode()])
    assert slices.main() == 2


@pytest.mark.parametrize("left_out", [{"Thing": "@@ignore"}, {}])
def test_a_schema_that_has_nothing_to_serve_is_no_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], left_out: dict[str, str]
) -> None:
    def nothing(_: Steps, title: str, _command: object) -> str:
        return msgspec.json.encode(Told([], left_out)).decode() if "resource" in title else ""

    monkeypatch.setattr(Steps, "run", nothing)
    assert adopt(["--dry-run", "--resource", "Thing"]) != 0
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
    assert plans.left_out == {"Lost": slices.NO_CLASS, "Past": "@@ignore"}


def test_values_of_enums_that_came_or_went_are_named() -> None:
    before = parse_schema("""
model Car { id Int @id
  color Color
  size  Size }
model Secret { id Kind @id }
enum Color { RED
  BLUE }
enum Size { S }
enum Kind { A }
enum Unused { A }
""")
    now = parse_schema("""
model Car { id Int @id
  color Color
  size  Size
  trim  Trim }
model Secret { id Kind @id }
enum Color { BLUE
  GREEN @map("green")
  PINK }
enum Size { S @map("small") }
enum Trim { NEW }
enum Kind { B }
enum Unused { B }
""")
    assert list(enum_changes(before, now, ["Secret"])) == [
        "Color: without RED now, which is refused where it is sent.",
        "Color: with GREEN, PINK now, which clients may meet in answers and not know.",
    ]


def test_all_is_said() -> None:
    line = Line(
        "A",
        "/a",
        "read and write",
        {"b": "a secret"},
        {"d": "its docs say secret"},
        ["A.c"],
        is_decided=False,
        notes=["no create: b"],
    )
    said = summary(Told([line], {"B": "--except"}, ["x is merged."], ["y clashes."], ["z breaks."]))
    for words in (
        "A.b: a secret",
        "A.d: its docs say secret",
        "B: --except",
        "x is merged.",
        "y clashes.",
        "z breaks.",
        "A.c came",
        "rows of A:",
    ):
        assert words in said
    other = Line("C", "/c", "read and write", {}, {}, [], is_decided=False, notes=[])
    assert "rows of every model:" in summary(Told([line, other], {}))
    other.is_decided = True
    assert "rows of A:" in summary(Told([line, other], {}))


def test_what_is_undecided_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not list(decided.undecided_columns(RESOURCES))

    def one(_: object) -> list[str]:
        return ["User.nickname"]

    monkeypatch.setattr(decided, "undecided_columns", one)
    assert decided.main() == 1
    assert "User.nickname is neither shown nor hidden" in capsys.readouterr().out
