"""Inserts made-up rows into a database; where its own rules refuse too many, they are counted and reported."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import repeat
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from service.core.database.sqlstate import UNIQUE_VIOLATION, driver_error, sqlstate
from service.dev.samples.checked import Form, checked
from service.dev.samples.order import AnyTable, order_of, references
from service.dev.samples.rows import KEPT, Row, Samples, is_left_out, unfillable
from service.dev.samples.values import NoSampleError
from service.models import Base, ViewBase
from service.prisma.types import plain_type
from service.prisma.url import DEFAULT_SCHEMA, DatabaseUrl

ROWS = 5
"""How many rows of each model: lists show something, and nobody takes so few for their own data."""
DRAWS = 120
"""How many further rows are tried for a table whose CHECKs refuse the others: one of three columns, say, must be given."""
CHECK_VIOLATION = "23514"
REASONS = 3
"""How many reasons are reported for each table, since nobody reads more."""
BEHIND = """migrations insert values of {} that its sequence has yet to give, so that new rows are refused as duplicates until \
it has passed them; here it was set past them, elsewhere a migration must do so: setval(pg_get_serial_sequence(...), ...)"""


class Filled(msgspec.Struct):
    """The outcome, by the names of tables."""

    rows: Counter[str] = msgspec.field(default_factory=Counter[str])
    refused: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter[tuple[str, str]])
    """How often the database refused a row, by the table and the reason.

    What a CHECK refused, or a unique value that was taken, is of no concern where there are all rows.
    """
    impossible: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    """The tables for which no row, or no further row, can be made up, each with the reason."""
    behind: list[tuple[str, str]] = msgspec.field(default_factory=list[tuple[str, str]])
    """The tables and columns whose sequences would have given values that are taken."""

    @property
    def lines(self) -> list[str]:
        """Whatever did not go well, in lines for people to read."""
        return [
            *(f"{table}: {BEHIND.format(column)}" for table, column in self.behind),
            *(f"{table}: {reason}" for table, reason in self.impossible.items()),
            *self._refusals(),
        ]

    def _refusals(self) -> Iterator[str]:
        """The reasons for each table; of many, as where a trigger's message quotes values, the most frequent ones."""
        reasons: dict[str, Counter[str]] = defaultdict(Counter[str])
        for (table, reason), count in self.refused.items():
            reasons[table][reason] += count
        for table, counted in reasons.items():
            yield from (
                f"{table}: {count} refused: {reason}" for reason, count in counted.most_common(REASONS)
            )
            if others := counted.most_common()[REASONS:]:
                yield f"{table}: {sum(count for _, count in others)} refused for {len(others)} other reasons"


async def fill(
    url: DatabaseUrl, models: Iterable[type[DeclarativeBase]] | None = None, *, rows: int = ROWS
) -> Filled:
    """Insert `rows` rows of each of `models`, by default of all, into a new database; those of its migrations stay."""
    engine = create_async_engine(url.url, connect_args=_arguments(url))
    try:
        async with engine.begin() as connection:
            return await fill_with(connection, Samples(), tables_of(models), rows=rows)
    finally:
        await engine.dispose()


async def fill_with(
    connection: AsyncConnection, samples: Samples, tables: Iterable[AnyTable], *, rows: int
) -> Filled:
    """Insert rows, in the caller's transaction, until each of the tables, and each that these require, has `rows` rows.

    One of three rows has its required columns alone. Where a table takes fewer, since migrations inserted all the plans
    or roles that there can be, others refer to what is there.
    """
    wanted = list(tables)
    order = order_of(wanted, unfillable({*wanted, *_all_above(wanted)}))
    filled = Filled(impossible={table.name: reason for table, reason in order.impossible.items()})
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
    views = await _readable_views(connection) if connection.dialect.name == "postgresql" else None
    for table in order.tables:
        if connection.dialect.name == "postgresql":
            filled.behind += [(table.name, name) for name in await _count_on(connection, table)]
        refused: Counter[tuple[str, str]] = Counter()
        no_sample: NoSampleError | None = None
        for form in _forms(table, rows):
            if len(samples.rows[table]) >= rows:
                break
            try:
                row = samples.next(table, form)
            except NoSampleError as error:
                # A drawn row may leave out what would have to be unique.
                no_sample = error
                continue
            try:
                samples.keep(table, await insert(connection, table, row, views))
            except (DBAPIError, StatementError) as error:
                # Rows are drawn until a CHECK takes one; what else refuses rows is told in any case.
                is_usual = sqlstate(error) in (CHECK_VIOLATION, UNIQUE_VIOLATION)
                counted = refused if is_usual else filled.refused
                counted[table.name, reason_of(error)] += 1
                if checked(table):
                    samples.release(table, row)
            else:
                filled.rows[table.name] += 1
        if len(samples.rows[table]) < rows:
            await _keep_what_is_there(connection, samples, table)
        found = len(samples.rows[table])
        if found < rows:
            filled.refused += refused
            if no_sample:
                filled.impossible[table.name] = (
                    f"{found} of {rows} rows: {no_sample}" if found else str(no_sample)
                )
    return filled


async def _keep_what_is_there(connection: AsyncConnection, samples: Samples, table: AnyTable) -> None:
    """Remember the rows that something else inserted, up to as many as are considered."""
    names = [column.name for column in _referred(table)]
    known = [[row.get(name) for name in names] for row in samples.rows[table]]
    for row in (await connection.execute(sa.select(table).limit(KEPT))).mappings():
        if [row[name] for name in names] not in known:
            samples.keep(table, dict(row))


def _forms(table: AnyTable, rows: int) -> Iterator[Form]:
    """The forms of the rows that are tried: one of three is bare; drawn ones follow where CHECKs may ask for them."""
    for number in range(2 * rows):
        yield Form.BARE if number % 3 == 1 else Form.FULL
    if checked(table):
        yield from repeat(Form.DRAWN, DRAWS)


async def _count_on(connection: AsyncConnection, table: AnyTable) -> list[str]:
    """Set a table's sequences past the values that are there; return the columns whose sequences were behind."""
    name = connection.dialect.identifier_preparer.format_table(table)
    behind: list[str] = []
    for column in table.columns:
        if not is_left_out(column) or not isinstance(plain_type(column.type), sa.Integer):
            continue
        counter = sa.cast(sa.func.pg_get_serial_sequence(name, column.name), REGCLASS)
        highest = sa.func.max(column)
        is_behind = highest > sa.func.coalesce(sa.func.pg_sequence_last_value(counter), 0)
        statement = sa.select(sa.func.setval(counter, highest)).select_from(table).having(is_behind)
        if await connection.scalar(statement) is not None:
            behind.append(column.name)
    return behind


async def _readable_views(connection: AsyncConnection) -> str | None:
    """A statement that reads the whole of each view that can be read; None where there is none."""
    found: list[str] = []
    for view in ViewBase.metadata.tables.values():
        name = connection.dialect.identifier_preparer.format_table(view)
        everything = f"SELECT count(v::text) FROM {name} v"  # noqa: S608  # a name that is quoted
        try:
            async with connection.begin_nested():
                await connection.exec_driver_sql(everything)
        except DBAPIError:
            continue
        found.append(f"({everything})")
    return f"SELECT {', '.join(found)}" if found else None


async def insert(connection: AsyncConnection, table: AnyTable, row: Row, views: str | None = None) -> Row:
    """Insert a row, and return it with the stored values of its key and of the columns that other rows refer to.

    Raises the database's error where that refuses the row, which is not stored then. Where `views` cannot be read any
    more, the row is refused as well: a view may cast a text to JSON, say.
    """
    statement: Any = table.insert().values(row).returning(*_referred(table))
    async with connection.begin_nested():
        stored = (await connection.execute(statement)).mappings().one()
        if views is not None:
            await connection.exec_driver_sql(views)
    return {**row, **{str(name): value for name, value in stored.items()}}


def tables_of(models: Iterable[type[DeclarativeBase]] | None = None) -> Sequence[AnyTable]:
    """The tables of the models, by default of all, with their join tables; no views, which show the rows of tables."""
    if models is None:
        return list(Base.metadata.tables.values())
    found: dict[AnyTable, None] = {}
    for model in models:
        mapper = sa.inspect(model)
        joins = [relation.secondary for relation in mapper.relationships]
        tables = [model.__table__, *joins]
        if not issubclass(model, ViewBase):
            found |= {table: None for table in tables if isinstance(table, sa.Table)}
    return list(found)


def reason_of(error: Exception) -> str:
    """The first line of the database's own message."""
    return str(driver_error(error)).strip().partition("\n")[0]


def _all_above(tables: Sequence[AnyTable]) -> set[AnyTable]:
    found: set[AnyTable] = set()
    waiting = list(tables)
    while waiting:
        above = {each.table for each in references(waiting.pop())} - found
        found |= above
        waiting += above
    return found


@cache
def _referred(table: AnyTable) -> Sequence["sa.Column[Any]"]:
    """The columns of the key and those that other rows refer to; all columns where there are none."""
    tables = table.metadata.tables.values()
    found = {column for each in tables for key in references(each) for column in key.referred}
    return [column for column in table.columns if column.primary_key or column in found] or list(
        table.columns
    )


def _arguments(url: DatabaseUrl) -> dict[str, Any]:
    arguments = dict(url.connect_args)
    if url.schema != DEFAULT_SCHEMA:
        settings = arguments.get("server_settings", {})
        arguments["server_settings"] = {**settings, "search_path": f'"{url.schema}"'}
    return arguments
