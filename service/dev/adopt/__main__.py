"""nox -s adopt -- PRISMA_FOLDER: makes a Prisma folder a served, tested API over every one of its models."""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec.structs import replace

from service.dev.adopt import example, naming
from service.dev.adopt.enum_changes import enum_changes
from service.dev.adopt.options import Options, read_options
from service.dev.adopt.slices import Told
from service.dev.adopt.stage import NotCleanError, changes, check_clean, copy_checkout, take_over
from service.dev.adopt.summary import summary
from service.dev.schema import read_schema
from service.prisma.migrations import MIRROR

ROOT = Path(__file__).resolve().parents[3]
PYTHON = (sys.executable, "-O", "-m")
"""Optimised, as nox starts it: the generator of models starts 2.5 s sooner."""
CHECKS: Sequence[tuple[str, Sequence[str]]] = (
    ("Check style", (*PYTHON, "ruff", "check", "--quiet")),
    ("Check layout", (*PYTHON, "ruff", "format", "--check", "--quiet")),
    ("Check the house's rules", (str(Path(sys.executable).with_name("lint-imports")), "--no-cache")),
    (
        "Check types",
        (str(Path(sys.executable).with_name("pyright")), "--pythonpath", sys.executable, "service"),
    ),
)
USAGE_ERROR = 2


class StepError(RuntimeError):
    """A step failed; the message is what it said."""


class Steps:
    """Runs one command after the other in the copy of the checkout, and says how far it is."""

    def __init__(self, stage: Path) -> None:
        self._stage = stage
        self._began = time.monotonic()

    def run(self, title: str, command: Sequence[str]) -> str:
        """What the command printed. Raises `StepError`."""
        print(f"[{time.monotonic() - self._began:4.0f} s] {title}", file=sys.stderr, flush=True)
        # What tools keep from run to run stays in the checkout.
        # They all write UTF-8, whatever the locale is.
        environment = os.environ | {"LOCAL_FOLDER": str(ROOT / ".local"), "PYTHONUTF8": "1"}
        done = subprocess.run(  # noqa: S603  # commands of our own
            command, cwd=self._stage, env=environment, capture_output=True, encoding="utf-8", check=False
        )
        if done.returncode:
            raise StepError(f"{title} failed:\n{done.stdout}{done.stderr}".rstrip())
        for line in done.stderr.splitlines():
            if line.startswith("note:"):
                print(f"         {line}", file=sys.stderr)
        return done.stdout


def main(arguments: Sequence[str]) -> int:
    given = _parser().parse_args(arguments)
    try:
        if not given.dry_run:
            check_clean(ROOT)
        with TemporaryDirectory(prefix="adopt-") as folder:
            stage = Path(folder, "checkout")
            copy_checkout(ROOT, stage)
            told = _adopt(Steps(stage), stage, given)
            print(summary(told))
            if given.dry_run:
                print("Nothing was written: this is what would be.")
                return 0
            changed = take_over(stage, ROOT)
    except (NotCleanError, StepError) as error:
        print(f"{error}\nNothing was changed.", file=sys.stderr)
        return USAGE_ERROR
    if changed:
        print(f"{changed} files changed. See them: git diff --stat HEAD\nServe it: nox -s run")
    else:
        print("Nothing changed: all is as the schema has it.")
    return 0


def _adopt(steps: Steps, stage: Path, given: argparse.Namespace) -> Told:
    before = read_options(stage)
    path: Path | None = given.path
    known = read_schema(stage / MIRROR.name) if before and before.name else None
    if path is None and before is None:
        # One resource beside the example: its columns alone are written.
        before = Options(only=given.resource)
    if path is not None:
        more = ["--skip-empty"] if given.skip_empty else []
        more += ["--migrations", str(given.migrations.resolve())] if given.migrations else []
        steps.run("Mirror the Prisma folder", (*PYTHON, "service.dev.mirror", str(path.resolve()), *more))
    options = _options(before or Options(), given)
    is_first = path is not None and not (before and before.name)
    if is_first:
        example.take_away(stage)
        _begin_anew(stage / example.RESOURCES)
    if path is not None:
        steps.run("Generate the models", (*PYTHON, "service.dev.generator"))
    if is_first:
        naming.rename(stage, options.name)
    dry = ["--dry-run"] if given.dry_run else []
    encoded = msgspec.json.encode(options).decode()
    said = steps.run("Write a resource for each model", (*PYTHON, "service.dev.adopt.slices", encoded, *dry))
    told = msgspec.json.decode(said, type=Told)
    if not told.lines:
        why = told.left_out or {"schema.prisma": "it has no model"}
        reasons = [f"  {name}: {reason}" for name, reason in why.items()]
        raise StepError("\n".join(["No model of schema.prisma can be served:", *reasons]))
    if known:
        told.breaking += enum_changes(known, read_schema(stage / MIRROR.name), told.left_out)
    # Of a file with marks of a clash nothing can be checked.
    if not given.dry_run and not told.clashes:
        steps.run("Write the API document", (*PYTHON, "service.dev.openapi"))
        # What is as it was needs no checks.
        for title, command in CHECKS if changes(stage, ROOT) else ():
            steps.run(title, command)
    return told


def _begin_anew(resources: Path) -> None:
    """Where the team has named no resource of its own yet, there is nothing to merge with."""
    if "service.api" not in resources.read_text("utf-8"):
        resources.unlink()


def _options(before: Options, given: argparse.Namespace) -> Options:
    """What was asked for the last time, but for what is asked for now."""
    path: Path | None = given.path
    if path is None:
        wanted: list[str] = given.resource
        return replace(
            before,
            only=list(dict.fromkeys([*before.only, *wanted])) if before.only else [],
            leave_out=[name for name in before.leave_out if name not in wanted],
            columns={model: names for model, names in before.columns.items() if model not in wanted},
        )
    folder = path.resolve()
    # `my-app/prisma/schema.prisma`, and `my-app/prisma`, are my-app's.
    named = next(
        (part for part in reversed(folder.parts) if part not in {"prisma", "schema", "schema.prisma"}), "app"
    )
    changes: dict[str, object] = {"name": given.name or before.name or named}
    for name in ("only", "leave_out", "read_only", "tenant"):
        if (value := getattr(given, name)) is not None:
            changes[name] = value
    return replace(before, **changes)


def _name(text: str) -> str:
    if not re.fullmatch(r"[\w .-]+", text):
        raise argparse.ArgumentTypeError("a name is of letters, digits, spaces, dots and hyphens")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nox -s adopt --",
        description="Mirror a Prisma folder, generate its models, and write a resource for each: all of it, or nothing. "
        "Again after a migration: what changed changes, and your edits stay.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("path", nargs="?", type=Path, help="the Prisma folder, or a schema file")
    what.add_argument(
        "--resource", nargs="+", metavar="MODEL", help="write these models alone, of the schema as it is"
    )
    parser.add_argument(
        "--name", type=_name, help="what the application is called (default: the folder's name)"
    )
    parser.add_argument("--only", nargs="+", metavar="MODEL", help="no resource for other models")
    parser.add_argument(
        "--except", nargs="+", metavar="MODEL", dest="leave_out", help="no resource for these"
    )
    parser.add_argument("--read-only", nargs="+", metavar="MODEL", help="resources that nobody writes")
    parser.add_argument(
        "--tenant", metavar="MODEL", help="whose rows: the model that the token's claim `tenant` is a key of"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument(
        "--migrations", type=Path, help="the migrations folder, where it is not beside the schema"
    )
    parser.add_argument(
        "--skip-empty", action="store_true", help="leave out folders that hold no migration.sql"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
