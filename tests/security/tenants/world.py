"""Two teams' rows, alike but for their names; what one of them shares with everybody; and how all of it stands."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.prisma.support.engines import engine_of
from tests.security.tenants.tables import TenantBase
from tests.sqlite.portable import portable

Rows = dict[str, list[tuple[Any, ...]]]

ROWS: dict[sa.Table, list[dict[str, Any]]] = {
    TenantBase.metadata.tables[name]: rows
    for name, rows in {
        "TenantTeam": [{"id": "red", "name": "Red"}, {"id": "blue", "name": "Blue"}],
        "TenantProject": [
            {"id": "p-red", "teamId": "red", "name": "Red", "slug": "red", "isShared": False},
            {"id": "p-rose", "teamId": "red", "name": "Rose", "slug": "rose", "isShared": False},
            {"id": "p-blue", "teamId": "blue", "name": "Blue", "slug": "blue", "isShared": False},
            {"id": "p-open", "teamId": "blue", "name": "Open", "slug": "open", "isShared": True},
        ],
        "TenantTag": [
            {"id": 1, "teamId": "red", "name": "red"},
            {"id": 2, "teamId": "red", "name": "rose"},
            {"id": 11, "teamId": "blue", "name": "blue"},
        ],
        "TenantTask": [
            {"id": 1, "projectId": "p-red", "parentId": None, "title": "red"},
            {"id": 2, "projectId": "p-red", "parentId": 1, "title": "rose"},
            {"id": 11, "projectId": "p-blue", "parentId": None, "title": "blue"},
            # What only SQL can do: rows of one team below those of another.
            {"id": 12, "projectId": "p-blue", "parentId": 1, "title": "navy"},
            {"id": 21, "projectId": "p-open", "parentId": 11, "title": "open"},
        ],
        "_TenantTagToTask": [
            {"A": 1, "B": 1},
            {"A": 11, "B": 1},
            {"A": 11, "B": 11},
            {"A": 11, "B": 21},
        ],
        "TenantDraft": [
            {"id": "d-red", "authorId": "user-red", "text": "red"},
            {"id": "d-blue", "authorId": "user-blue", "text": "blue"},
        ],
        "TenantMember": [
            {"teamId": "red", "name": "same", "rank": 1},
            {"teamId": "blue", "name": "same", "rank": 2},
            {"teamId": "blue", "name": "only", "rank": 3},
        ],
        "TenantCountry": [{"code": "de", "name": "Germany"}, {"code": "fr", "name": "France"}],
    }.items()
}


NUMBERED = {"TenantTag": 1000, "TenantTask": 2000}
"""The tables whose ids the database counts, each from another number on: an id tells what it is of."""


class World(msgspec.Struct, frozen=True):
    """The tables in a database."""

    engine: AsyncEngine

    async def create(self) -> None:
        def create(connection: Connection) -> None:
            metadata = TenantBase.metadata
            if connection.dialect.name == "sqlite":
                metadata = portable(metadata)
                for name in NUMBERED:
                    # Else SQLite would give the number of a row that is gone again.
                    metadata.tables[name].dialect_options["sqlite"]["autoincrement"] = True
            metadata.create_all(connection)

        async with self.engine.begin() as connection:
            await connection.run_sync(create)

    async def reset(self) -> None:
        """Begin again with `ROWS`."""
        async with self.engine.begin() as connection:
            for table in reversed(list(ROWS)):
                await connection.execute(table.delete())
            for table, rows in ROWS.items():
                await connection.execute(table.insert(), rows)
            for name, first in NUMBERED.items():
                restart = (
                    f"""SELECT setval('"{name}_id_seq"', {first})"""
                    if connection.dialect.name == "postgresql"
                    else f"UPDATE sqlite_sequence SET seq = {first} WHERE name = '{name}'"
                )
                await connection.execute(sa.text(restart))

    async def rows(self) -> Rows:
        """Every row."""
        found: Rows = {}
        async with self.engine.connect() as connection:
            for table in ROWS:
                read = await connection.execute(table.select().order_by(*table.primary_key))
                found[table.name] = [tuple(row) for row in read]
        return found


def of_blue(rows: Rows) -> Rows:
    """Those that the red team has nothing to write in."""
    projects = {row[0] for row in rows["TenantProject"] if row[1] == "blue"}
    return {
        "TenantTeam": [row for row in rows["TenantTeam"] if row[0] == "blue"],
        "TenantProject": [row for row in rows["TenantProject"] if row[1] == "blue"],
        "TenantTag": [row for row in rows["TenantTag"] if row[1] == "blue"],
        # What lies above a task is taken from it where that is deleted.
        "TenantTask": [(row[0], row[1], row[3]) for row in rows["TenantTask"] if row[1] in projects],
        "TenantDraft": [row for row in rows["TenantDraft"] if row[1] == "user-blue"],
        "TenantMember": [row for row in rows["TenantMember"] if row[0] == "blue"],
    }


def world_of(database_url: str) -> World:
    return World(engine_of(database_url))
