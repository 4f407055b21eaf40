"""What is remembered of what was asked for."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from service.dev.adopt.arguments import name_of, options_of, parser
from service.dev.adopt.options import ModelOptionError, Options, forget, read_options, write_options
from service.dev.adopt.summary import summary
from service.dev.adopt.told import Told

ROOT = Path(__file__).parents[3]
THERE = ["User", "Team"]


def test_what_was_asked_for_is_kept(tmp_path: Path) -> None:
    assert read_options(tmp_path) is None
    options = Options(name="shop", tenant="Team", columns={"Team": ["id"]})
    write_options(tmp_path, options)
    assert read_options(tmp_path) == options


def test_a_model_that_was_named_once_and_is_gone_is_forgotten() -> None:
    before = Options(only=["User", "Old"], leave_out=["Old"], read_only=["Old", "Team"], tenant="Team")
    options, said = forget(before, before, THERE)
    assert options == Options(only=["User"], read_only=["Team"], tenant="Team")
    assert [each.split(":")[0] for each in said] == ["--only Old", "--except Old", "--read-only Old"]
    assert "--except Old" in summary(Told([], {}, forgotten=said))


def test_a_model_that_is_named_now_must_be_there() -> None:
    options = Options(leave_out=["Nobody"])
    assert forget(options, Options(leave_out=["Old"]), THERE) == (options, [])


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
    told = msgspec.json.decode(done.stdout, type=Told)
    assert told.forgotten == ["--except Old: the schema has no such model any more."]


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
    given = parser().parse_args(["prisma", *arguments])
    before = Options(name="shop", only=["A"], leave_out=["B"], read_only=["C"], tenant="D")
    assert options_of(before, given) == msgspec.structs.replace(before, **kept)


@pytest.mark.parametrize(
    ("repository", "path", "name"),
    [
        (None, "my-app/prisma/schema.prisma", "my-app"),
        (None, "my-app/prisma/schema", "my-app"),
        (None, "code/backend/prisma", "backend"),
        (None, 'Bob\'s "shop"/prisma', "Bob s  shop"),
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
    assert name_of(folder) == name
