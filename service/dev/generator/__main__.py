"""python -m service.dev.generator [tables] [views] [--check]."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

import asyncpg
from sqlalchemy.exc import DBAPIError

from service.dev.cluster import NoEmbeddedPostgresError
from service.dev.deploy import DeployError
from service.dev.exit_codes import INTERRUPTED, USAGE_ERROR
from service.dev.generator.modules import PACKAGE, generate
from service.dev.generator.output import difference
from service.dev.generator.reflect import EmptyDatabaseError
from service.dev.interrupts import raise_interrupts
from service.dev.schema import SchemaError
from service.prisma.migrations import MIRROR, MirrorError
from service.prisma.url import DatabaseUrlError

FAULTS = (
    DatabaseUrlError,
    DeployError,
    EmptyDatabaseError,
    MirrorError,
    NoEmbeddedPostgresError,
    SchemaError,
)
"""Faults that a user can mend; the message says how."""


def main() -> int:
    options = _parser().parse_args()
    raise_interrupts()
    url = os.environ.get("DATABASE_URL")
    try:
        result = asyncio.run(generate(options.prisma, url, options.package))
    except FAULTS as fault:
        return _complain(str(fault))
    except KeyboardInterrupt:
        return INTERRUPTED
    except (OSError, asyncpg.PostgresError, DBAPIError) as fault:
        name = "The database that DATABASE_URL names" if url else "The scratch database"
        reason = fault.orig if isinstance(fault, DBAPIError) else fault
        return _complain(f"{name} cannot be read: {reason or type(reason).__name__}")
    for note in result.notes:
        _say(f"note: {note}")
    changed = False
    for name, source in result.modules.items():
        if options.only and name not in (*options.only, "__init__"):
            continue
        path = Path(*options.package.split("."), f"{name}.py")
        change = difference(path, source)
        changed |= bool(change)
        if options.check:
            # Written as bytes, since the locale's encoding may not be the files' UTF-8.
            sys.stdout.buffer.write(change.encode())
        elif change:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, "utf-8")
            _say(f"{path} is written")
    if options.check and changed:
        _say(f"{options.package} is not what the schema gives: run nox -s orm")
        return 1
    if not changed:
        _say(f"{options.package} is what the schema gives")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nox -s orm --",
        description="Generate service/models, from the mirrored migrations or, where it is set, from the database "
        "at DATABASE_URL, which is only read.",
    )
    parser.add_argument(
        "only",
        nargs="*",
        choices=["tables", "views", []],
        metavar="{tables,views}",
        help="generate these alone",
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail where the files are not up to date"
    )
    parser.add_argument(
        "--prisma", type=Path, default=MIRROR, help="the Prisma folder (default: migrations-readonly)"
    )
    parser.add_argument("--package", default=PACKAGE, help=f"the package to write (default: {PACKAGE})")
    return parser


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _complain(message: str) -> int:
    _say(message)
    return USAGE_ERROR


if __name__ == "__main__":
    sys.exit(main())
