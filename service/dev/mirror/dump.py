"""Writes the tables of a database as a script, by PostgreSQL's own pg_dump."""

import asyncio
import os
import re
from asyncio.subprocess import PIPE
from collections.abc import Iterable, Mapping, Sequence

from service.dev.cluster import NoEmbeddedPostgresError, find_programs
from service.dev.mirror.relay import relay
from service.prisma.migrations import TABLE, MirrorError
from service.prisma.url import NOTHING_PREPARED, DatabaseUrl

OPTIONS = (
    "--schema-only --no-owner --no-privileges --no-policies --no-security-labels --no-tablespaces "
    f"--no-table-access-method --no-toast-compression --no-publications --extension=* --exclude-table=*.{TABLE} --no-password"
)
INSTEAD = (
    "Have Prisma write the script in app-web instead, and adopt again: prisma migrate diff --from-empty "
    "--to-schema schema.prisma --script > migrations/0_init/migration.sql"
)
POOLED = (
    "{url} leads to a pooler, whose sessions pg_dump would leave without the search_path that the application needs. "
    "Name the database itself, as Prisma's directUrl or DIRECT_URL does."
)
POOLERS = re.compile(r"[^.]+-pooler\.|pooled\.")
"""How the host names of Neon's and Prisma's poolers begin."""
SUPABASE_POOLER = 6543
SAID = re.compile(r'^pg_dump: error: (connection to server on socket "[^"]*" failed: )?', re.MULTILINE)
"""What pg_dump puts before the server's words: the socket that it names is the relay's, of which users know nothing."""
NOISE = re.compile(r"^(-- Dumped (from|by) .*|\\(un)?restrict .*)\n+", re.MULTILINE)
"""Lines that differ from run to run, or between versions of PostgreSQL."""
EMPTY = re.compile(r"^ +WITH NO DATA;$", re.MULTILINE)
"""How a materialized view without data ends, which nobody could read."""
SCHEMA = re.compile(r"^CREATE SCHEMA (?=\S+;)", re.MULTILINE)
EXTENSION = re.compile(r"^CREATE EXTENSION IF NOT EXISTS .* WITH SCHEMA (\S+);", re.MULTILINE)

MOVE = f"""
ALTER SCHEMA public RENAME TO empty;
ALTER SCHEMA "{{name}}" RENAME TO public;
ALTER TABLE empty.{TABLE} SET SCHEMA public;
DO $$ DECLARE moved name; BEGIN
    FOR moved IN SELECT extname FROM pg_extension WHERE extnamespace = 'empty'::regnamespace LOOP
        EXECUTE format('ALTER EXTENSION %I SET SCHEMA public', moved);
    END LOOP;
END $$;
DROP SCHEMA empty;
"""  # noqa: S608  # the table is a constant
"""Makes the URL's schema `public`, so that whoever runs the script decides how it is called in their database.

Extensions lie in `public` unless somebody says otherwise, and move along.
"""


def dump(database: DatabaseUrl, schemas: Iterable[str]) -> str:
    """A script that creates what `schemas` hold, and in `public` what the URL's schema does. Raises `MirrorError`."""
    if _is_pooled(database):
        raise MirrorError(POOLED.format(url=database.masked))
    wanted = sorted({database.schema, *schemas})
    try:
        program = find_programs() / "pg_dump"
    except NoEmbeddedPostgresError as error:
        raise MirrorError(f"{error} {INSTEAD}") from None
    command = [str(program), *OPTIONS.split(), *(f'--schema="{name}"' for name in wanted)]
    return _portable(asyncio.run(_run(command, database)), database.schema)


def _is_pooled(database: DatabaseUrl) -> bool:
    url = database.url
    return (
        database.connect_args.keys() >= NOTHING_PREPARED.keys()
        or url.port == SUPABASE_POOLER
        or POOLERS.match(url.host or "") is not None
    )


async def _run(command: Sequence[str], database: DatabaseUrl) -> str:
    async with relay(database) as between:
        environment = _environment(database, between.folder)
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE, stderr=PIPE)
        try:
            script, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode:
        reason = between.failure or SAID.sub("", said.decode(errors="replace")).strip()
        raise MirrorError(f"The tables of {database.masked} cannot be dumped: {reason}\n{INSTEAD}")
    return script.decode(errors="replace")


def _environment(database: DatabaseUrl, folder: str) -> Mapping[str, str]:
    """The variables by which libpq connects, so that no password stands among pg_dump's arguments."""
    url = database.url
    given = {
        "PGHOST": folder,
        "PGPORT": str(url.port),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGOPTIONS": database.connect_args["server_settings"].get("options"),
        "PGCLIENTENCODING": "UTF8",
        # Without it, libpq waits for as long as the system does; 0 is for ever, as in Prisma's URL.
        "PGCONNECT_TIMEOUT": f"{database.connect_args['timeout'] or 0:.0f}",
    }
    # No variables of libpq are passed on: the URL alone says where the database is, and how to talk to it.
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return ours | {name: value for name, value in given.items() if value is not None}


def _portable(script: str, schema: str) -> str:
    script = EMPTY.sub(";", NOISE.sub("", script))
    script = SCHEMA.sub("CREATE SCHEMA IF NOT EXISTS ", script)
    script = EXTENSION.sub(lambda found: f"CREATE SCHEMA IF NOT EXISTS {found[1]};\n{found[0]}", script)
    if schema == "public":
        return script
    return script + MOVE.format(name=schema.replace('"', '""'))
