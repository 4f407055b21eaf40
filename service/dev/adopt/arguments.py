"""What the command is called with, and what that makes of what was asked for the last time."""

import argparse
import re
from pathlib import Path

from msgspec.structs import replace

from service.dev.adopt.options import Options
from service.dev.mirror.arguments import add_arguments

OF_PRISMA = frozenset({"prisma", "schema"})
WITHIN = OF_PRISMA | frozenset(
    [
        *(
            "api",
            "app",
            "apps",
            "back",
            "backend",
            "client",
            "common",
            "core",
            "data",
            "database",
            "db",
            "front",
            "frontend",
        ),
        *(
            "internal",
            "lib",
            "libs",
            "model",
            "models",
            "module",
            "modules",
            "orm",
            "package",
            "packages",
            "persistence",
            "pg",
        ),
        *("postgres", "postgresql", "server", "service", "services", "shared", "site", "src", "web", "www"),
    ]
)
"""Of what folders within a repository are called, whatever is made there."""


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
    changes: dict[str, object] = {"name": given.name or before.name or name_of(path.resolve())}
    for name in ("only", "leave_out", "read_only", "tenant"):
        if (value := getattr(given, name)) is not None:
            changes[name] = value
    # Named without a model.
    if given.tenant == "":
        changes["tenant"] = None
    return replace(before, **changes)


def name_of(path: Path) -> str:
    """What the application is called by its folders.

    `my-app/prisma/schema.prisma`, and `my-app/prisma`, are my-app's, and so is `my-app/packages/db/prisma` where my-app is a
    repository: above one, folders say nothing of it.
    """
    folders = [path, *path.parents]
    root = next((each for each in folders if (each / ".git").exists()), None)
    within = WITHIN if root else OF_PRISMA
    inside = folders[: folders.index(root) + 1] if root else folders
    said = (each.name for each in inside if not within.issuperset(_words(each.name)))
    found = next(said, root.name if root else "")
    return re.sub(r"[^\w .-]+", " ", found).strip() or "app"


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", name.lower()) if word]


def _name(text: str) -> str:
    if not re.fullmatch(r"[\w .-]+", text):
        raise argparse.ArgumentTypeError("a name is of letters, digits, spaces, dots and hyphens")
    return text


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="nox -s adopt --",
        description="Mirror a Prisma folder, generate its models, and write a resource for each: all of it, or nothing. "
        "Again after a migration: what changed changes, and your edits stay.",
    )
    what = made.add_mutually_exclusive_group(required=True)
    what.add_argument("path", nargs="?", type=Path, help="the Prisma folder, or a schema file")
    what.add_argument(
        "--resource", nargs="+", metavar="MODEL", help="write these models alone, of the schema as it is"
    )
    made.add_argument(
        "--name", type=_name, help="what the application is called (default: its folder's name)"
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
