"""Generates the modules of service/models from a Prisma folder and a database."""

import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from service.dev.deploy import DeployError
from service.dev.generator.declarative import PrismaGenerator
from service.dev.generator.enrich import ONLY_IN_PRISMA
from service.dev.generator.output import HEADER, tidy
from service.dev.generator.plan import Plan, make_plan
from service.dev.generator.reflect import reflect
from service.dev.generator.relations import add_relationships
from service.dev.generator.source import scratch_database
from service.dev.schema import Schema, read_schema
from service.prisma.migrations import BASELINE, Migration, read_migrations
from service.prisma.url import DatabaseUrl, parse_database_url

PACKAGE = "service.models"
BEHIND = (
    "what is in schema.prisma only is created by `prisma db push` in app-web: run that, then adopt again with the DATABASE_URL of "
    "a database that has it"
)
NO_VIEW = (
    "`prisma db push` creates no view: run the view's SQL on a database that has the tables, then adopt again with its "
    "DATABASE_URL"
)
NOT_HERE = (
    "{error}. The models come from the database at DATABASE_URL instead. `nox -s run` needs a DATABASE_URL as well, and the tests "
    "cannot make these tables on their PostgreSQL"
)


@dataclass(frozen=True)
class Generated:
    """The source of each module, and where the database and schema.prisma disagree."""

    modules: Mapping[str, str]
    notes: list[str]


async def generate(folder: Path, url: str | None, package: str = PACKAGE) -> Generated:
    """Generate from the database at `url`, or from a scratch one with the folder's migrations applied.

    A baseline that was dumped from a database is applied to a scratch one even with a `url`, so that the models are the
    same without it.
    """
    schema = read_schema(folder)
    migrations = read_migrations(folder)
    last = migrations[-1].name if migrations else ""
    state = {"": "no migration", BASELINE: "the baseline"}.get(last, f"migration {last}")
    async with _database(migrations, url) as (database, notes):
        engine = create_async_engine(
            database.url, connect_args=dict(database.connect_args), poolclass=NullPool
        )
        async with engine.connect() as connection:
            found = await connection.run_sync(_generate, schema, database.schema, state, package)
    found.notes.extend(notes)
    if last == BASELINE:
        found.notes.extend(_what_to_do(found.notes, schema))
    return found


def _what_to_do(notes: Sequence[str], schema: Schema) -> list[str]:
    """Advice where the database that was dumped lacks something of schema.prisma."""
    lacking = {note for note in notes if note.endswith(ONLY_IN_PRISMA)}
    views = {f"{model.name} {ONLY_IN_PRISMA}" for model in schema.models if model.is_view}
    return [*([BEHIND] if lacking - views else []), *([NO_VIEW] if lacking & views else [])]


@contextlib.asynccontextmanager
async def _database(
    migrations: Sequence[Migration], url: str | None
) -> AsyncGenerator[tuple[DatabaseUrl, list[str]]]:
    """The database to generate from, and what has to be said of that."""
    database = parse_database_url(url) if url else None
    notes: list[str] = []
    async with contextlib.AsyncExitStack() as stack:
        # A baseline without migrations is what the database at the URL held when it was dumped.
        if database is None or [each.name for each in migrations] == [BASELINE]:
            try:
                database = await stack.enter_async_context(scratch_database(migrations))
            except DeployError as error:
                # The baseline may ask for an extension that the embedded PostgreSQL lacks: then the URL's serves.
                if database is None:
                    raise
                notes.append(NOT_HERE.format(error=str(error).splitlines()[0]))
        yield database, notes


def _generate(
    connection: Connection, schema: Schema, default_schema: str, state: str, package: str
) -> Generated:
    schemas = [model.database_schema for model in schema.models if model.database_schema]
    tables = frozenset(model.table for model in schema.models)
    plan = make_plan(reflect(connection, default_schema, schemas, tables), schema)
    add_relationships(plan)
    names = _names(plan)
    modules = {"__init__": _exports(names, package)}
    for kind, other in (("tables", "views"), ("views", "tables")):
        header = HEADER.format(kind=kind, migration=state) + _imports(names[other], f"{package}.{other}")
        modules[kind] = PrismaGenerator(plan, connection, header, views=kind == "views").generate()
    return Generated({name: tidy(source, package) for name, source in modules.items()}, plan.notes)


def _names(plan: Plan) -> dict[str, list[str]]:
    """The names that each module defines."""
    names: dict[str, list[str]] = {"tables": [enum.name for enum in plan.enums.values()], "views": []}
    for model in (*plan.classes.values(), *plan.tables.values()):
        names["views" if plan.is_view(model.table) else "tables"].append(model.name)
    return names


def _imports(names: list[str], module: str) -> str:
    """The import of the names that one module may need of the other; tables name views in annotations alone."""
    line = f"from {module} import {', '.join(names)}\n" if names else ""
    return f"\nif TYPE_CHECKING:\n    {line}" if line and module.endswith(".views") else line


def _exports(names: dict[str, list[str]], package: str) -> str:
    lines = ['"""The models of the mirrored schema. Generated by `nox -s orm`. Do not edit."""', ""]
    lines += [
        f"from {package}.{module} import {', '.join(found)}" for module, found in names.items() if found
    ]
    lines += ["from service.prisma.base import Base, ViewBase", ""]
    exported = sorted([*names["tables"], *names["views"], "Base", "ViewBase"])
    lines.append(f"__all__ = {exported!r}")
    return "\n".join(lines) + "\n"
