"""python -m service.prisma.generator [tables] [views] [--check]."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

import asyncpg

from service.dev.postgres import NoEmbeddedPostgresError
from service.prisma.deploy import DeployError
from service.prisma.generator.modules import PACKAGE, generate
from service.prisma.generator.output import difference
from service.prisma.migrations import MIRROR, MirrorError
from service.prisma.schema import SchemaNotFoundError, SchemaSyntaxError
from service.prisma.url import DatabaseUrlError

FAULTS = (
    DatabaseUrlError,
    DeployError,
    MirrorError,
    NoEmbeddedPostgresError,
    SchemaNotFoundError,
    SchemaSyntaxError,
    asyncpg.PostgresError,
    OSError,
)
"""What a user can mend."""
USAGE_ERROR = 2


def main() -> int:
    parser = argparse.ArgumentParser(prog="nox -s orm --", description="Generate service/models.")
    parser.add_argument("only", nargs="*", choices=["tables", "views", []], help="generate these alone")
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail where the files are not up to date"
    )
    parser.add_argument(
        "--prisma", type=Path, default=MIRROR, help="the Prisma folder (default: migrations-readonly)"
    )
    parser.add_argument("--package", default=PACKAGE, help=f"the package to write (default: {PACKAGE})")
    options = parser.parse_args()
    try:
        result = asyncio.run(generate(options.prisma, os.environ.get("DATABASE_URL"), options.package))
    except FAULTS as fault:
        print(f"{type(fault).__name__}: {fault}", file=sys.stderr)
        return USAGE_ERROR
    for note in result.notes:
        print(f"note: {note}", file=sys.stderr)
    changed = False
    for name, source in result.modules.items():
        if options.only and name not in (*options.only, "__init__"):
            continue
        path = Path(*options.package.split("."), f"{name}.py")
        change = difference(path, source)
        changed |= bool(change)
        if options.check:
            sys.stdout.write(change)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, "utf-8")
    if options.check and changed:
        print("service/models is not what the schema gives: run nox -s orm", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
