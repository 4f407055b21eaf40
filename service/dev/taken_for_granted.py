"""What migrations name and never create, since the team's own server has it: roles, collations, extensions, Supabase's `auth`."""

import re
from pathlib import Path

import asyncpg

from service.dev.deploy import Connection

CREATE_ROLE = "SELECT format('CREATE ROLE %I', $1::text)"
CREATE_COLLATION = """SELECT format('CREATE COLLATION pg_catalog.%I FROM "C"', $1::text)"""
CREATE_EXTENSION = """SELECT format('CREATE EXTENSION %I SCHEMA %I', $2::text, coalesce($1, current_schema()))
    WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = $2::text)"""
ROLE = re.compile(r'role "(.+)" does not exist')
COLLATION = re.compile(r'collation "(?:pg_catalog\.)?([^.]+)" for encoding "UTF8" does not exist')
PART_OF_EXTENSION = re.compile(
    r'(?:type|function|operator class) "?(?:(\w+)\.)?(\w+)"?(?:\(.*\))? does not exist.*'
)
SUPABASE_SCHEMA = re.compile(r'schema "(?:auth|extensions)" does not exist')
SUPABASE = Path(__file__).with_name("supabase.sql")
EXTENSIONS = {
    "citext": "citext",
    "gin_trgm_ops": "pg_trgm",
    "gist_trgm_ops": "pg_trgm",
    "halfvec": "vector",
    "hstore": "hstore",
    "ltree": "ltree",
    "similarity": "pg_trgm",
    "sparsevec": "vector",
    "unaccent": "unaccent",
    "vector": "vector",
    "crypt": "pgcrypto",
    "digest": "pgcrypto",
    "gen_random_bytes": "pgcrypto",
    "gen_salt": "pgcrypto",
    "hmac": "pgcrypto",
    "uuid_generate_v1": "uuid-ossp",
    "uuid_generate_v4": "uuid-ossp",
    "uuid_generate_v5": "uuid-ossp",
}
"""The extension of each type, function or operator class that hosts, or a click in their consoles, give a database."""


def extensions_named(sql: str) -> set[str]:
    """The extensions of which SQL calls a function; a column may be called like one."""
    return {EXTENSIONS[name] for name in EXTENSIONS.keys() & set(re.findall(r"(\w+)\s*\(", sql))}


async def creation_of(connection: Connection, refusal: BaseException | None) -> str | None:
    """The SQL that creates what PostgreSQL refused a migration for; None where the migration is at fault.

    A role without rights and a collation that sorts by code points are enough to apply migrations.
    """
    said = (refusal.message if isinstance(refusal, asyncpg.PostgresError) else None) or ""
    if found := ROLE.fullmatch(said):
        return await connection.fetchval(CREATE_ROLE, found[1])
    if found := COLLATION.fullmatch(said):
        return await connection.fetchval(CREATE_COLLATION, found[1])
    if SUPABASE_SCHEMA.fullmatch(said):
        return SUPABASE.read_text("utf-8")
    if (found := PART_OF_EXTENSION.fullmatch(said)) and (extension := EXTENSIONS.get(found[2])):
        return await connection.fetchval(CREATE_EXTENSION, found[1], extension)
    return None
