"""What the command is called with, and what that makes of what was asked for the last time."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from service.dev.adopt.options import Options
from service.dev.mirror.arguments import add_arguments

RESOURCE = "--resource"
"""What `nox -s resource` puts before the models."""
NO_FOLDER = (
    "it is required to name the Prisma folder, and before the options: `--only` and the like take all that comes behind them. "
    "Of the models as they are, nox -s resource -- MODEL writes one."
)


def options_of(before: Options, given: argparse.Namespace) -> Options:
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
    changes: dict[str, object] = {"name": given.name or before.name or _as_name(named)}
    for name in ("only", "leave_out", "read_only", "tenant"):
        if (value := getattr(given, name)) is not None:
            changes[name] = value
    # Named without a model.
    if given.tenant == "":
        changes["tenant"] = None
    return replace(before, **changes)


def _name(text: str) -> str:
    if _as_name(text) != text:
        raise argparse.ArgumentTypeError("a name is of letters, digits, spaces, dots and hyphens")
    return text


def _as_name(folder: str) -> str:
    """As it can stand in TOML, Python and Markdown."""
    return " ".join(re.findall(r"[\w.-]+", folder)) or "app"


def remembered(options: Options, given: argparse.Namespace) -> list[str]:
    """What holds since it was asked for the last time, as one would ask for it."""
    if given.path is None:
        return []
    chosen = {
        "only": ("--only", options.only),
        "leave_out": ("--except", options.leave_out),
        "read_only": ("--read-only", options.read_only),
        "tenant": ("--tenant", [options.tenant] if options.tenant else []),
    }
    return [
        " ".join([option, *models])
        for name, (option, models) in chosen.items()
        if models and getattr(given, name) is None
    ]


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """What is asked for: models, as `nox -s resource` is given them, or a Prisma folder."""
    if arguments[:1] == [RESOURCE]:
        return resource_parser().parse_args(arguments[1:])
    given = (made := parser()).parse_args(arguments)
    if given.path is None:
        made.error(NO_FOLDER)
    return given


def resource_parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="nox -s resource --",
        description="Write the resources of models, of the schema as it is: of one that has none, of one whose resource was "
        "deleted, or the columns that came since. What is chosen for all models is for `nox -s adopt` to say.",
    )
    made.add_argument("resource", nargs="+", metavar="MODEL", help="as schema.prisma calls it")
    made.add_argument("--dry-run", action="store_true", help="only say what would be done")
    made.set_defaults(path=None)
    return made


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="nox -s adopt --",
        usage="nox -s adopt -- PRISMA_FOLDER [options]",
        description="Mirror a Prisma folder, generate its models, and write a resource for each: all of it, or nothing. "
        "Again after a migration: what changed changes, and your edits stay.",
    )
    # That it is wanting is for `parse` to say.
    made.add_argument(
        "path", nargs="?", type=Path, metavar="PRISMA_FOLDER", help="the Prisma folder, or a schema file"
    )
    made.set_defaults(resource=[])
    made.add_argument(
        "--name",
        type=_name,
        help="what the application is called (default: the folder's name, and then what it was called)",
    )
    chosen = made.add_argument_group(
        "what is chosen",
        "These hold for the next time too, until they are given again: without a model, for none.",
    )
    chosen.add_argument("--only", nargs="*", metavar="MODEL", help="no resource for other models")
    chosen.add_argument(
        "--except", nargs="*", metavar="MODEL", dest="leave_out", help="no resource for these"
    )
    chosen.add_argument("--read-only", nargs="*", metavar="MODEL", help="resources that nobody writes")
    chosen.add_argument(
        "--tenant",
        nargs="?",
        const="",
        metavar="MODEL",
        help="whose rows: the model that the token's claim `tenant` is a key of",
    )
    made.add_argument("--dry-run", action="store_true", help="only say what would be done")
    add_arguments(made)
    return made
