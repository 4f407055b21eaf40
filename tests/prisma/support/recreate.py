"""What a database loses when its tables are dropped and created anew from the generated metadata."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from service.prisma.base import Base

DEFINITIONS = sa.text("""
    SELECT relation || ' ' || definition FROM (
        SELECT indrelid::regclass::text AS relation, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') AS definition
        FROM pg_index WHERE NOT indisprimary
        UNION ALL
        SELECT conrelid::regclass::text, conname || ' ' || replace(pg_get_constraintdef(oid), ' NOT VALID', '')
        FROM pg_constraint WHERE contype NOT IN ('n', 'p')
        UNION ALL
        SELECT indrelid::regclass::text, 'key ' || string_agg(attname, ', ' ORDER BY attname)
        FROM pg_index JOIN pg_attribute ON attrelid = indexrelid
        WHERE indisprimary GROUP BY indrelid
        UNION ALL
        SELECT attrelid::regclass::text, concat_ws(' ',
            quote_ident(attname), format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END,
            nullif(attidentity, ''), nullif(attgenerated, ''), pg_get_expr(adbin, adrelid))
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attnum > 0 AND NOT attisdropped
    ) AS definitions
    WHERE relation = ANY(:tables)
""")
"""Indexes, constraints and columns; not the names of primary keys."""


async def recreate(engine: AsyncEngine) -> dict[str, list[str]]:
    """The definitions that are lost and those that come; nothing is kept of it."""
    async with engine.connect() as connection:
        # As a `regclass` is written: without the schema where the search path leads to it.
        preparer = connection.dialect.identifier_preparer
        tables = [preparer.format_table(table) for table in Base.metadata.tables.values()]
        before = await definitions(connection, tables)
        await connection.execute(sa.text(f"DROP TABLE {', '.join(tables)} CASCADE"))
        await connection.run_sync(Base.metadata.create_all)
        after = await definitions(connection, tables)
        await connection.rollback()
    return {"lost": sorted(before - after), "new": sorted(after - before)}


async def definitions(connection: AsyncConnection, tables: list[str]) -> set[str]:
    """Each index, constraint and column, as PostgreSQL writes it."""
    return set((await connection.scalars(DEFINITIONS, {"tables": tables})).all())
