"""The command line, and how it changes the options of the last time."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from service.dev.adopt.options import Options
from service.dev.mirror.arguments import add_arguments

NO_NAME = re.compile(r"[^\w .-]+")
"""What no name holds: it is written into Python, TOML and Markdown as it is, which quotes and backslashes would break."""
RESOURCE = "--resource"
"""What `nox -s resource` puts before the models."""
NO_FOLDER = (
    "it is required to name the Prisma folder, and before the options: `--only` and the like take all that comes behind them. "
    "Of the models as they are, nox -s resource -- MODEL writes one."
)
WITHIN_PRISMA = frozenset({"prisma", "schema"})
WITHIN_A_REPOSITORY = WITHIN_PRISMA | frozenset(
    "api app apps back backend client common core data database db front frontend internal lib libs model models module "  # noqa: SIM905  # a list of words
    "modules orm package packages persistence pg postgres postgresql server service services shared site src web www".split()
)
"""Names of folders in a repository that say nothing of the application."""


def options_of(before: Options, given: argparse.Namespace) -> Options:
    """The options of the last time, overridden by those that are given now."""
    path: Path | None = given.path
    if path is None:
        wanted: list[str] = given.resource
        return replace(
            before,
            only=list(dict.fromkeys([*before.only, *wanted])) if before.only else [],
            leave_out=[name for name in before.leave_out if name not in wanted],
        )
    changes: dict[str, object] = {"name": given.name or before.name or _named_by(path.resolve())}
    for name in ("only", "leave_out", "read_only", "tenant"):
        if (value := getattr(given, name)) is not None:
            changes[name] = value
    # `--tenant` without a model takes the last one back.
    if given.tenant == "":
        changes["tenant"] = None
    return replace(before, **changes)


def _named_by(path: Path) -> str:
    """The application's name by its folders.

    Both `my-app/prisma/schema.prisma` and `my-app/prisma` give `my-app`, and so does `my-app/packages/db/prisma` where
    `my-app` is a git repository: folders above one say nothing of the application.
    """
    folders = [path, *path.parents]
    root = next((each for each in folders if (each / ".git").exists()), None)
    without = WITHIN_A_REPOSITORY if root else WITHIN_PRISMA
    inside = folders[: folders.index(root) + 1] if root else folders
    names = [each.name for each in inside if not each.name.endswith(".prisma")]
    said = [name for name in names if not without.issuperset(re.findall(r"[^\W_]+", name.lower()))]
    written = (
        " ".join(NO_NAME.sub(" ", name).split()).strip(" .-") for name in [*said, root.name if root else ""]
    )
    return next(filter(None, written), "app")


def _name(text: str) -> str:
    if NO_NAME.search(text) or not text.strip(" .-"):
        raise argparse.ArgumentTypeError("a name is of letters, digits, spaces, dots and hyphens")
    return text


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
        description="Mirror a Prisma folder, generate its models, and write a resource for each; where a step fails, "
        "nothing is changed. Run it again after a migration: its changes are merged into your files, and your edits stay.",
    )
    # Left out, `parse` says so: argparse itself would not say what the options have to do with it.
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
        "choices",
        "They are kept for the next run. Give one again to change it; without a model it is taken back.",
    )
    chosen.add_argument("--only", nargs="*", metavar="MODEL", help="write resources for these models alone")
    chosen.add_argument(
        "--except", nargs="*", metavar="MODEL", dest="leave_out", help="write no resource for these models"
    )
    chosen.add_argument("--read-only", nargs="*", metavar="MODEL", help="offer no writes for these models")
    chosen.add_argument(
        "--tenant",
        nargs="?",
        const="",
        metavar="MODEL",
        help="the model of your tenants, or a field that holds a tenant's key (orgId): callers see the rows that belong to the "
        "one whose key is their token's claim `tenant`",
    )
    made.add_argument("--dry-run", action="store_true", help="write nothing, only say what would be done")
    add_arguments(made)
    return made
