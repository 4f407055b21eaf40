"""The tables of a database as a script, by PostgreSQL's own pg_dump."""

import os
import re
import subprocess
from collections.abc import Iterable, Mapping

from service.dev.cluster import NoEmbeddedPostgresError, find_programs
from service.prisma.migrations import TABLE, MirrorError
from service.prisma.url import DatabaseUrl

PLAIN = ("disable", "allow", "prefer")
OPTIONS = (
    "--schema-only --no-owner --no-privileges --no-policies --no-security-labels --no-tablespaces "
    f"--no-table-access-method --no-toast-compression --no-publications --extension=* --exclude-table=*.{TABLE} --no-password"
)
INSTEAD = (
    "Have Prisma write the script in app-web instead, and adopt again: prisma migrate diff --from-empty "
    "--to-schema schema.prisma --script > migrations/0_init/migration.sql"
)
NOISE = re.compile(r"^(-- Dumped (from|by) .*|\\(un)?restrict .*)\n+", re.MULTILINE)
"""What is another at each run, or with another version."""
EMPTY = re.compile(r"^ +WITH NO DATA;$", re.MULTILINE)
"""A materialized view that nobody could read."""
SCHEMA = re.compile(r"^CREATE SCHEMA (?=\S+;)", re.MULTILINE)
EXTENSION = re.compile(r"^CREATE EXTENSION IF NOT EXISTS .* WITH SCHEMA (\S+);", re.MULTILINE)

MOVE = f"""
ALTER SCHEMA public RENAME TO empty;
ALTER SCHEMA "{{name}}" RENAME TO public;
ALTER TABLE empty.{TABLE} SET SCHEMA public;
DROP SCHEMA empty;
"""
"""The schema that the URL names is that of whatever database the script is run in."""


def dump(database: DatabaseUrl, schemas: Iterable[str]) -> str:
    """A script that makes what the schemas hold, and that of the URL in `public`. Raises `MirrorError`."""
    if database.connect_args["ssl"] not in PLAIN:
        raise MirrorError(f"The embedded PostgreSQL's pg_dump speaks no TLS. {INSTEAD}")
    wanted = sorted({database.schema, *schemas})
    try:
        program = find_programs() / "pg_dump"
    except NoEmbeddedPostgresError as error:
        raise MirrorError(f"{error} {INSTEAD}") from None
    done = subprocess.run(  # noqa: S603  # the wheel's own program
        [str(program), *OPTIONS.split(), *(f'--schema="{name}"' for name in wanted)],
        env=os.environ | _environment(database),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise MirrorError(
            f"The tables of {database.masked} cannot be dumped: {done.stderr.strip()}\n{INSTEAD}"
        )
    return _portable(done.stdout, database.schema)


def _environment(database: DatabaseUrl) -> Mapping[str, str]:
    """The connection as libpq reads it, so that no password stands among the arguments."""
    url = database.url
    given = {
        "PGHOST": url.host,
        "PGPORT": str(url.port),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGCLIENTENCODING": "UTF8",
        # Of its own accord it waits for as long as the system does; 0 is for ever, as in Prisma's URL.
        "PGCONNECT_TIMEOUT": f"{database.connect_args['timeout'] or 0:.0f}",
    }
    return {name: str(value) for name, value in given.items() if value is not None}


def _portable(script: str, schema: str) -> str:
    script = EMPTY.sub(";", NOISE.sub("", script))
    script = SCHEMA.sub("CREATE SCHEMA IF NOT EXISTS ", script)
    script = EXTENSION.sub(lambda found: f"CREATE SCHEMA IF NOT EXISTS {found[1]};\n{found[0]}", script)
    if schema == "public":
        return script
    return script + MOVE.format(name=schema.replace('"', '""'))
