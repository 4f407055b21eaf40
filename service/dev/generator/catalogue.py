"""Reads PostgreSQL's catalogue: tables and views, the types of their columns as PostgreSQL writes them, and enums."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection, text

from service.dev.generator.refusals import always_raises

RELATIONS = text("""
    SELECT n.nspname, c.relname, c.relkind IN ('v', 'm') AS is_view, c.relispartition OR EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    ) AS is_hidden, c.relrowsecurity
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND n.nspname = ANY(:schemas)
    ORDER BY n.nspname, c.relname
""")
COLUMNS = text("""
    SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND n.nspname = ANY(:schemas)
      AND a.attnum > 0 AND NOT a.attisdropped
""")
ENUMS = text("""
    SELECT n.nspname, t.typname, array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
    FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
    GROUP BY n.nspname, t.typname
    ORDER BY n.nspname, t.typname
""")
TRIGGERS = text("""
    SELECT n.nspname, c.relname, 'trigger ' || t.tgname, p.prosrc,
        array_remove(ARRAY[
            CASE WHEN t.tgtype & 4 > 0 THEN 'INSERT' END, CASE WHEN t.tgtype & 16 > 0 THEN 'UPDATE' END,
            CASE WHEN t.tgtype & 8 > 0 THEN 'DELETE' END
        ], NULL)
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_proc p ON p.oid = t.tgfoid
    JOIN pg_language l ON l.oid = p.prolang
    WHERE n.nspname = ANY(:schemas) AND l.lanname = 'plpgsql' AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
      AND t.tgqual IS NULL AND t.tgattr = ''
    ORDER BY n.nspname, c.relname, t.tgname
""")

NOT_PRISMAS = frozenset({"_prisma_migrations"})


@dataclass(frozen=True)
class Relation:
    """A table or a view."""

    schema: str
    name: str
    is_view: bool
    is_hidden: bool
    """Whether it is a partition or belongs to an extension: then it is left out, unless the Prisma schema knows it."""
    is_secured: bool
    """Whether row-level security is on."""


@dataclass(frozen=True)
class Catalogue:
    """The part of the catalogue that SQLAlchemy's reflection leaves out."""

    relations: list[Relation]
    column_types: dict[tuple[str, str, str], str] = field(repr=False)
    enums: dict[tuple[str, str], list[str]]
    refusals: Mapping[tuple[str, str], Mapping[str, str]]
    """What refuses every INSERT, UPDATE or DELETE of a table."""

    @cached_property
    def views(self) -> frozenset[tuple[str, str]]:
        return frozenset((relation.schema, relation.name) for relation in self.relations if relation.is_view)

    @cached_property
    def secured(self) -> frozenset[tuple[str, str]]:
        return frozenset(
            (relation.schema, relation.name) for relation in self.relations if relation.is_secured
        )


def read_catalogue(connection: Connection, schemas: list[str]) -> Catalogue:
    """Read the tables, views and column types of the schemas, and the enums of every schema: columns may use any."""
    names = {"schemas": schemas}
    refusals: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for schema, table, trigger, body, statements in connection.execute(TRIGGERS, names):
        if always_raises(body):
            for statement in statements:
                refusals[schema, table].setdefault(statement, trigger)
    return Catalogue(
        relations=[
            Relation(*row) for row in connection.execute(RELATIONS, names) if row[1] not in NOT_PRISMAS
        ],
        column_types={(row[0], row[1], row[2]): row[3] for row in connection.execute(COLUMNS, names)},
        enums={(row[0], row[1]): row[2] for row in connection.execute(ENUMS)},
        refusals=refusals,
    )
