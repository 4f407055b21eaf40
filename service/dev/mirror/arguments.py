"""What a command is told of app-web's Prisma folder, besides where it is: of the mirror's, and of adoption, which calls that."""

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
    """The same once more, for a command that is called in another folder."""
    folder: Path | None = options.migrations
    return [
        *(["--migrations", str(folder.resolve())] if folder else []),
        *(["--skip-empty"] if options.skip_empty else []),
        *(["--baseline"] if options.baseline else []),
    ]
