"""Reads the tables and the migrations of the live database by two queries, which wait for no lock."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from service.prisma.drift import LiveColumn, LiveTable
from service.prisma.migrations import BASELINE, TABLE, Migration, MigrationState, compare

COLUMNS = sa.text("""
    SELECT n.nspname, c.relname, pg_table_is_visible(c.oid), c.relkind IN ('v', 'm'), a.attname,
        format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
        a.attnotnull AND NOT a.atthasdef AND a.attidentity = '',
        (SELECT array_agg(e.enumlabel::text) FROM pg_enum e WHERE e.enumtypid IN (t.oid, t.typelem)),
        has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT'),
        row_security_active(c.oid) AND NOT EXISTS (
            SELECT FROM pg_policy p
            WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('*', 'r')
                AND pg_get_expr(p.polqual, p.polrelid) = 'true'
                AND EXISTS (SELECT FROM unnest(p.polroles) r WHERE r = 0 OR pg_has_role(r, 'USAGE'))
        )
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relname = ANY(:names) AND (n.nspname = ANY(:schemas) OR pg_table_is_visible(c.oid))
        AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
""")
MIGRATIONS = sa.Table(
    TABLE,
    sa.MetaData(),
    name := sa.Column("migration_name", sa.Text),
    checksum := sa.Column("checksum", sa.Text),
    finished := sa.Column("finished_at", sa.DateTime(timezone=True)),
    rolled_back := sa.Column("rolled_back_at", sa.DateTime(timezone=True)),
)
STATES = sa.select(name, checksum, finished.is_not(None)).where(rolled_back.is_(None))


def read_live_tables(connection: Connection, tables: Iterable[sa.Table]) -> dict[str, LiveTable]:
    """What the database has of `tables` and of Prisma's own table of migrations, by their full names."""
    wanted = [*tables, MIGRATIONS]
    schemas = _schemas(connection)
    found: dict[tuple[str | None, str], LiveTable] = {}
    names = {
        "names": sorted({table.name for table in wanted}),
        "schemas": sorted({name for table in wanted if (name := schemas.get(table.schema, table.schema))}),
    }
    for schema, table, visible, is_view, name, *facts in connection.execute(COLUMNS, names):
        kind, nullable, must_be_given, labels, readable, filtered = facts
        column = LiveColumn(kind, nullable, must_be_given, tuple(labels or ()), readable)
        for key in [(schema, table), (None, table)] if visible else [(schema, table)]:
            found.setdefault(key, LiveTable(is_view, is_filtered=filtered)).columns[name] = column
    places = {table.fullname: (schemas.get(table.schema, table.schema), table.name) for table in wanted}
    return {name: found[place] for name, place in places.items() if place in found}


def read_migration_state(
    connection: Connection, live: Mapping[str, LiveTable], mirrored: Iterable[Migration]
) -> MigrationState | str:
    """The mirrored migrations compared with `_prisma_migrations`, or a sentence that says why they cannot be."""
    rows: Sequence[sa.Row[str, str, bool]] = []
    if there := live.get(TABLE):
        if not there.is_readable:
            return f"migrations were not compared: this role may not read {TABLE}"
        if there.is_filtered:
            return f"migrations were not compared: row-level security hides {TABLE} from this role"
        rows = connection.execute(STATES).all()
    there_are = {name for name, _, _ in rows}
    return compare(
        [each for each in mirrored if each.name != BASELINE or each.name in there_are],
        [(name, checksum) for name, checksum, finished in rows if finished],
        unfinished=[name for name, _, finished in rows if not finished],
    )


def _schemas(connection: Connection) -> Mapping[str | None, str]:
    return connection.get_execution_options().get("schema_translate_map", {})
