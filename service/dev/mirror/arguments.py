"""Options about app-web's Prisma folder, which `nox -s mirror` and `nox -s adopt` share: adoption runs the mirror."""

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--migrations", type=Path, help="the migrations folder, where it is not beside the schema"
    )
    parser.add_argument(
        "--skip-empty", action="store_true", help="leave out folders that hold no migration.sql"
    )
    parser.add_argument(
        "--baseline",
        action="store_true",
        help="take the tables of the database at DATABASE_URL, where the migrations do not make them",
    )


def as_given(options: Namespace) -> list[str]:
    """The options as arguments again, for a command that runs in another folder."""
    folder: Path | None = options.migrations
    return [
        *(["--migrations", str(folder.resolve())] if folder else []),
        *(["--skip-empty"] if options.skip_empty else []),
        *(["--baseline"] if options.baseline else []),
    ]
