"""python -m tests.prisma.support.exercise PACKAGE PRISMA_FOLDER POSTGRES_URL: what a generated package can do, as JSON.

A process of its own: every generated package fills the same registry.
"""

import asyncio
import importlib
import json
import sys
import tempfile
import traceback
import warnings
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Mapper, configure_mappers

from service.dev.generator.names import attribute_name, class_name
from service.dev.schema import Model, Schema, read_schema
from service.prisma.base import Base, ViewBase
from service.prisma.drift import NOTHING, find_drift
from service.prisma.enums import PrismaEnum
from service.prisma.live import read_live_tables
from service.prisma.names import api_name
from service.prisma.types import ScalarList, UtcTimestamp
from service.prisma.url import parse_database_url
from tests.prisma.support.recreate import recreate
from tests.prisma.support.rows import NoSampleError, Rows
from tests.sqlite.portable import portable

EMPTY = """DO $$ DECLARE tables TEXT; BEGIN
    SELECT string_agg(oid::regclass::text, ', ') INTO tables FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace;
    EXECUTE 'TRUNCATE ' || tables || ' CASCADE';
END $$"""
"""Rows that a migration inserted may be in the way."""


def main(package: str, folder: str, url: str, *samples: str) -> dict[str, Any]:
    warnings.simplefilter("error")
    models = importlib.import_module(package)
    configure_mappers()
    schema = read_schema(Path(folder))
    report = {
        "relations": relations(models, schema),
        "names": names(models, schema),
        "wire": wire(models, schema),
    }
    report |= asyncio.run(databases(models, schema, url, dict(item.split("=", 1) for item in samples)))
    return report


def class_of(models: ModuleType, model: Model) -> type[Any] | None:
    """The class of a model; one whose name is taken ends in an underscore, and letters are plain ones."""
    for name in (f"{model.name}_", model.name, class_name(model.name)):
        cls = getattr(models, name, None)
        if isinstance(cls, type) and hasattr(cls, "__table__"):
            return cls
    return None


def names(models: ModuleType, schema: Schema) -> list[str]:
    """Which classes and enums are not called as in schema.prisma, or hold other values."""
    wrong = [
        model.name for model in schema.models if not hasattr(getattr(models, model.name, None), "__table__")
    ]
    for enum in schema.enums:
        cls: type[PrismaEnum] | None = getattr(models, enum.name, None)
        # In the order of the database, where values were added later.
        members = {(item.value, item.stored) for item in cls or ()}
        if members != {(value.name, value.stored) for value in enum.values}:
            wrong.append(enum.name)
    return wrong


def wire(models: ModuleType, schema: Schema) -> list[str]:
    """Which fields the API would not call as schema.prisma does, or calls as another."""
    wrong: list[str] = []
    for model in schema.models:
        cls = class_of(models, model)
        if cls is not None:
            mapper: Mapper[Any] = sa.inspect(cls)
            given = [
                api_name(getattr(cls, item.key)) for item in (*mapper.column_attrs, *mapper.relationships)
            ]
            wrong += [f"{model.name}.{name}" for name in sorted(given) if given.count(name) > 1]
            wrong += [f"{model.name}.{field.name}" for field in model.fields if field.name not in given]
    return wrong


def relations(models: ModuleType, schema: Schema) -> dict[str, Any]:
    """Which relation fields of schema.prisma are missing, and which relationships are too many."""
    missing: list[str] = []
    total = 0
    for model in schema.models:
        cls = class_of(models, model)
        mapper: Mapper[Any] | None = sa.inspect(cls) if cls else None
        names = {str(item.key).rstrip("_") for item in mapper.relationships} if mapper else set[str]()
        wanted = {attribute_name(field.name).rstrip("_") for field in model.fields if field.is_relation}
        total += len(wanted)
        missing += [f"{model.name}.{name}" for name in sorted(wanted ^ names)]
    return {"total": total, "wrong": missing}


def drift(connection: sa.Connection) -> list[str]:
    """What the service would say of the very database that the package was generated from."""
    tables = [*Base.metadata.tables.values(), *ViewBase.metadata.tables.values()]
    found = find_drift(tables, read_live_tables(connection, tables), set(), NOTHING)
    return [*found.missing, *found.differences]


async def databases(models: ModuleType, schema: Schema, url: str, samples: dict[str, str]) -> dict[str, Any]:
    database = parse_database_url(url)
    report: dict[str, Any] = {}
    postgres = create_async_engine(database.url, connect_args=dict(database.connect_args))
    async with postgres.connect() as connection:
        report["alembic"] = await connection.run_sync(
            differences, {model.database_schema for model in schema.models}
        )
        report["drift"] = await connection.run_sync(drift)
    async with postgres.begin() as connection:
        await connection.execute(sa.text(EMPTY))
    report["postgres"] = await rows(postgres, models, schema, samples)
    report["views"] = await views(postgres)
    report["recreated"] = await recreate(postgres)
    await postgres.dispose()
    with tempfile.TemporaryDirectory() as folder:
        sqlite = create_async_engine(f"sqlite+aiosqlite:///{folder}/test.db")
        event.listen(sqlite.sync_engine, "connect", partial(attach, folder))
        try:
            async with sqlite.begin() as connection:
                await connection.run_sync(portable(Base.metadata).create_all)
            report["sqlite"] = await rows(sqlite, models, schema, samples)
        except Exception:  # noqa: BLE001  # reported
            report["sqlite"] = {"failed": {"create_all": traceback.format_exc()}}
        await sqlite.dispose()
    return report


def attach(folder: str, connection: DBAPIConnection, _: object) -> None:
    """SQLite keeps each schema in a file of its own."""
    for schema in {table.schema for table in Base.metadata.tables.values() if table.schema}:
        connection.cursor().execute(f"ATTACH '{folder}/{schema}.db' AS \"{schema}\"")


def differences(connection: sa.Connection, schemas: set[str | None]) -> list[str]:
    """What alembic would change."""
    tables = {(table.schema, table.name) for table in Base.metadata.tables.values()}

    def include_name(name: str | None, kind: str, parents: Any) -> bool:
        if kind == "schema":
            return name is None or name in schemas
        return kind != "table" or (parents.get("schema_name"), name) in tables

    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "compare_server_default": True,
            "include_schemas": len(schemas) > 1,
            "include_name": include_name,
        },
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [repr(item) for item in compare_metadata(context, Base.metadata)]


async def rows(
    engine: AsyncEngine, models: ModuleType, schema: Schema, samples: dict[str, str]
) -> dict[str, Any]:
    """Insert a minimal row of each class and read it back."""
    classes = {model.name: cls for model in schema.models if (cls := class_of(models, model))}
    builder = Rows(schema, classes, samples)
    report: dict[str, Any] = {"ok": 0, "failed": {}, "skipped": {}}
    for model in schema.models:
        cls = classes.get(model.name)
        if cls is None or model.is_view or issubclass(cls, ViewBase):
            continue
        try:
            await insert_and_read(engine, builder, model)
            report["ok"] += 1
        except NoSampleError as error:
            report["skipped"][model.name] = str(error)
        except Exception as error:  # noqa: BLE001  # reported
            report["failed"][model.name] = f"{type(error).__name__}: {error}"
    return report


async def insert_and_read(engine: AsyncEngine, builder: Rows, model: Model) -> None:
    """In a transaction that is rolled back, so that no row is in the way of another model's."""
    async with engine.connect() as connection, connection.begin() as transaction:
        in_it = async_sessionmaker(connection, join_transaction_mode="rollback_only")
        async with in_it() as session:
            *parents, (cls, values) = builder.build(model)
            for parent, known in parents:
                session.add(parent(**known))
                await session.flush()
            row = cls(**values)
            session.add(row)
            await session.commit()
            identity = sa.inspect(row).identity
        async with in_it() as session:
            if identity is None or None in identity:
                found = (await session.execute(sa.select(cls).limit(1))).scalar_one()
            else:
                found = await session.get_one(cls, identity)
            check(found, values)
        await transaction.rollback()


def check(found: Base, values: dict[str, Any]) -> None:
    """What was written is read, lists are lists, and instants have a time zone."""
    for key, value in values.items():
        read = getattr(found, key)
        assert read == value, f"{key}: wrote {value!r}, read {read!r}"
    mapper: Mapper[Any] = sa.inspect(type(found))
    for attribute in mapper.column_attrs:
        value = getattr(found, attribute.key)
        match attribute.columns[0].type:
            case ScalarList():
                assert value is not None, f"{attribute.key} is None"
            case UtcTimestamp():
                assert value is None or value.tzinfo is not None, f"{attribute.key} is naive"
            case _:
                pass


async def views(engine: AsyncEngine) -> dict[str, Any]:
    report: dict[str, Any] = {"ok": 0, "failed": {}}
    for mapper in ViewBase.registry.mappers:
        try:
            async with AsyncSession(engine) as session:
                (await session.execute(sa.select(mapper.class_).limit(5))).scalars().all()
            report["ok"] += 1
        except Exception as error:  # noqa: BLE001  # reported
            report["failed"][mapper.class_.__name__] = f"{type(error).__name__}: {error}"
    return report


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:]), indent=1))
