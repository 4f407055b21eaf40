"""One resource under test: what is asked of it, the rows that it shows, and what the database refuses."""

from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import count, repeat
from traceback import walk_tb
from typing import Any

import httpx
import sqlalchemy as sa
from litestar.exceptions import HTTPException
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from service.core.database.sqlstate import FOREIGN_KEY_VIOLATION, UNIQUE_VIOLATION, sqlstate
from service.core.errors import ApiError
from service.core.http.location import location_in
from service.core.resources.columns.conversions import conversion_of
from service.dev.samples.checked import Form, checked
from service.dev.samples.fill import fill_with, insert, reason_of, tables_of
from service.dev.samples.order import AnyTable, parents, references
from service.dev.samples.rows import Row, Samples, uniques
from service.dev.samples.values import NoSampleError
from service.models import ViewBase
from service.prisma.names import api_name
from tests.conformance.offered import SHARED, Offered
from tests.conformance.wire import read
from tests.support.api import Api

ROWS = 7
MANY = 100
"""How many rows each parent table gets where a parent can have one row of this table at most."""
TRIES = (Form.FULL, Form.FULL, Form.BARE, Form.BARE)
"""The attempts to make a row."""
DRAWS = 12
"""How many further ones there are where CHECKs hold columns against each other."""
TRIGGERS = sa.text(
    "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE relname = :name AND NOT tgisinternal"
)
NOT_NULL_VIOLATION = "23502"
KNOWN = frozenset({NOT_NULL_VIOLATION, FOREIGN_KEY_VIOLATION, UNIQUE_VIOLATION})
"""The SQLSTATEs of rules that are in the models (not null, foreign keys, uniqueness), not in the database alone."""
Json = dict[str, Any]


class Refused(Exception):
    """The database's own rules leave a check nothing to judge; the message is the reason."""


class Subject:
    """A resource of a served application, and its table in the database."""

    def __init__(self, api: Api, offered: Offered, engine: AsyncEngine) -> None:
        self.api = api
        self.offered = offered
        self.engine = engine
        self.mapping = offered.mapping
        self.table: AnyTable = offered.mapping.table
        self.samples = Samples()
        self.numbers = count(100)
        self.notes: dict[str, Counter[str]] = defaultdict(Counter[str])
        """What could not be judged, and how often, by the reason."""
        self.key_names = [api_name(column) for column in self.mapping.key]
        self.known = KNOWN
        self.broken: list[str] = []
        """The calls that the service answered with a 5xx."""
        api.event_hooks["response"].append(self._hear)
        self.own_rule: str | None = None
        """What a rule of the resource's own said, where it refused the last call."""
        api.event_hooks["request"].append(self._forget)
        api.application.after_exception.append(self._note_own_rule)  # pyright: ignore[reportUnknownMemberType]  # Litestar's own
        self.triggers: list[str] = []
        """The names of the table's triggers, which may store other values than were sent."""
        self.is_view = issubclass(self.mapping.model, ViewBase)

    async def prepare(self) -> None:
        """Put rows first into the tables that its rows belong to, then into its own, then into join tables."""
        async with self.engine.begin() as connection:
            joins: list[AnyTable] = []
            if not self.is_view:
                above = [*parents(self.table, required=True), *parents(self.table, required=False)]
                # Named as well, since a join table may have lost its foreign key to the rows that it joins.
                linked = [link.key.class_.__table__ for link in self.mapping.links.values()]
                joins = [*linked, *tables_of([self.mapping.model])]
                joins = [table for table in joins if table is not self.table]
                await self._fill(connection, [each for each in above if each is not self.table], self._many())
            elif connection.dialect.name == "postgresql":
                await self._fill(connection, tables_of(), ROWS)
            if not self.is_view or connection.dialect.name != "postgresql":
                # On SQLite a table stands in place of a view.
                await self._fill(connection, [self.table], ROWS)
            await self._fill(connection, joins, ROWS)
            if connection.dialect.name == "postgresql":
                named = {"name": self.table.name}
                self.triggers = list((await connection.execute(TRIGGERS, named)).scalars())

    async def _fill(self, connection: AsyncConnection, tables: Iterable[AnyTable], rows: int) -> None:
        for line in (await fill_with(connection, self.samples, tables, rows=rows)).lines:
            table, _, reason = line.partition(": ")
            self.note(f"made-up rows of {table}", reason)

    @asynccontextmanager
    async def without_triggers(self) -> AsyncGenerator[None]:
        """Within this context, the table's own triggers are disabled."""
        name = self.engine.dialect.identifier_preparer.format_table(self.table)
        async with self.engine.begin() as connection:
            await connection.execute(sa.text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        self.known = KNOWN - {NOT_NULL_VIOLATION}  # a trigger may have filled it
        try:
            yield
        finally:
            async with self.engine.begin() as connection:
                await connection.execute(sa.text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
            self.known = KNOWN

    async def _hear(self, answer: httpx.Response) -> None:
        if answer.is_server_error:
            self.broken.append(f"{answer.request.method} {answer.request.url} answers {answer.status_code}")

    async def _forget(self, _: httpx.Request) -> None:
        self.own_rule = None

    async def _note_own_rule(self, error: Exception, _: object) -> None:
        self.own_rule = own_rule_in(error)

    def note(self, what: str, reason: str) -> None:
        self.notes[reason][what] += 1

    def one(self, key: Sequence[object]) -> str:
        """The path of the row with this key."""
        return location_in(self.offered.path, key)

    @property
    def all(self) -> str:
        return f"{self.offered.path}/"

    def key_of(self, item: Json) -> tuple[Any, ...]:
        return tuple(item[name] for name in self.key_names)

    def stored_key(self, item: Json) -> tuple[object, ...]:
        """The key of an item that the API shows, as the database holds it."""
        values = self.mapping.key_values(self.key_of(item))
        assert values is not None, f"the key of {item} is none"
        kept = [conversion_of(column.type).truncate for column in self.key_columns]
        return tuple(
            truncate(value) if truncate else value for truncate, value in zip(kept, values, strict=True)
        )

    async def stored(self, item: Json) -> list[tuple[Any, ...]]:
        """The row of an item that the API shows, as the database holds it; nothing where it is gone."""
        key = zip(self.key_columns, self.stored_key(item), strict=True)
        return await self.select(sa.select(self.table).where(*(column == value for column, value in key)))

    async def select(self, statement: Any) -> list[tuple[Any, ...]]:
        """Read rows from the database itself, past the API."""
        async with self.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(statement)]

    @property
    def created_by(self) -> Any:
        """The payload of new rows; None where nobody creates any."""
        return self.offered.payload("create") if "create" in self.offered else None

    @property
    def key_columns(self) -> list[sa.Column[Any]]:
        return [column.property.columns[0] for column in self.mapping.key]

    def column_of(self, kind: Any, name: str) -> sa.Column[Any] | None:
        """The column that a field of a payload sets; None where it sets none, or one that never changes."""
        if name in self.mapping.fixed and kind is not self.created_by:
            return None
        for key in (name, f"{name}_"):
            if key in self.mapping.columns_by_key:
                column: sa.Column[Any] = self.mapping.columns_by_key[key].property.columns[0]
                return column
        return None

    async def ask(self, method: str, path: str, expected: int, **more: Any) -> httpx.Response:
        """Call the API, and assert the status of its answer. Raises `Refused` where a rule of the resource's own did."""
        answer = await self.api.request(method, path, **more)
        if answer.status_code != expected and self.own_rule:
            raise Refused(self.own_rule)
        assert answer.status_code == expected, (
            f"{method} {path} {more} answers {answer.status_code}, not {expected}: {answer.text[:600]}"
        )
        return answer

    async def read(self, item: Json) -> tuple[Json, str]:
        """The row as the API shows it alone, and its ETag."""
        answer = await self.ask("GET", self.one(self.key_of(item)), 200)
        return answer.json(), answer.headers["etag"]

    async def list(self, headers: Json | None = None, /, **params: Any) -> list[Json]:
        """All rows that a list shows, page by page: migrations may have put in more than one page holds."""
        items: list[Json] = []
        while True:
            asked = {
                "limit": self.offered.longest_page,
                **params,
                **({"offset": len(items)} if items else {}),
            }
            page = (await self.ask("GET", self.all, 200, params=asked, headers=headers)).json()
            items += page["items"]
            if not page["items"] or len(items) >= page["total"]:
                assert page["total"] == len(items), f"a total of {page['total']}: {items}"
                return items

    async def refusal(self, answer: httpx.Response, row: Row, item: Json | None = None) -> str | None:
        """Why the database refuses what the API refused; None if it does not, or for a rule in `known` (uniqueness).

        Where a rule of the resource's own refused it, that is why.
        """
        if self.own_rule:
            return self.own_rule
        if answer.status_code not in {403, 409, 422} or answer.json()["code"] == "already_exists":
            return None
        error = await self._said_by_database(row, item)
        return None if error is None or sqlstate(error) in self.known else reason_of(error)

    async def is_taken(self, row: Row, item: Json | None = None) -> bool:
        """Whether the database refuses a new row, or these values for an item, since a unique value is taken."""
        error = await self._said_by_database(row, item)
        return error is not None and sqlstate(error) == UNIQUE_VIOLATION

    async def is_moved(self, row: Row, item: Json) -> bool:
        """Whether the database refuses these values for an item, since they refer to a row that is not there.

        A row that is referred to by several columns may have changed since it was made up.
        """
        error = await self._said_by_database(row, item)
        return error is not None and sqlstate(error) == FOREIGN_KEY_VIOLATION

    async def _said_by_database(self, row: Row, item: Json | None) -> Exception | None:
        """The error by which it refuses a new row, or these values for an item, if it does; all is rolled back."""
        async with self.engine.connect() as connection:
            transaction = await connection.begin()
            try:
                if item is None:
                    await insert(connection, self.table, row)
                else:
                    key = dict(zip(self.key_columns, self.stored_key(item), strict=True))
                    is_meant = [column == value for column, value in key.items()]
                    await connection.execute(self.table.update().where(*is_meant).values(row))
            except (DBAPIError, StatementError) as error:
                return error
            finally:
                await transaction.rollback()
        return None

    def values(self, payload: Mapping[str, Any], kind: Any) -> Row:
        """The values that a payload sets, by column, as the columns bind them."""
        values: Row = {}
        for name, wire in zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True):
            column = self.column_of(kind, name)
            if wire in payload and column is not None:
                value = read(column.type, payload[wire])
                values[column.name] = None if value is None else conversion_of(column.type).write(value)
        return values

    def tried(self) -> Iterator[tuple[Form, Row]]:
        """Made-up values of rows, one after the other, for as long as they are refused. Raises `Refused`, too."""
        draws = DRAWS if checked(self.table) else 0
        for form in (*TRIES, *repeat(Form.DRAWN, draws)):
            try:
                row = self.next_row(form)
            except Refused:
                if form is Form.DRAWN:
                    continue  # a drawn row may leave out what would have to be unique
                raise
            yield form, row
            if draws:
                self.samples.release(self.table, row)

    def next_row(self, form: Form = Form.FULL) -> Row:
        """Made-up values of another row. Raises `Refused` where there are none."""
        try:
            return self.samples.next(self.table, form)
        except NoSampleError as error:
            raise Refused(f"no further row can be made up: {error}") from None

    async def insert(self) -> Json:
        """Insert another row into the database itself, and return it as the API shows it. Raises `Refused`."""
        reason = ""
        for _, row in self.tried():
            try:
                async with self.engine.begin() as connection:
                    stored = await insert(connection, self.table, row)
            except (DBAPIError, StatementError) as error:
                reason = reason_of(error)
                continue
            key = tuple(stored[column.name] for column in self.key_columns)
            return next(item for item in await self.list() if self.stored_key(item) == key)
        raise Refused(reason)

    def _many(self) -> int:
        """How many rows of its parent tables this table's rows need."""
        referring = {
            column.name for key in references(self.table) if not key.may_be_empty for column in key.columns
        }
        return MANY if any(set(names) <= referring for names in uniques(self.table)) else ROWS


def own_rule_in(error: Exception) -> str | None:
    """What a resource's own code said in refusing a call; None where the code that all resources share refused it."""
    if not isinstance(error, ApiError | HTTPException) or error.__traceback__ is None:
        return None
    *_, (raised_in, _) = walk_tb(error.__traceback__)
    module: str = raised_in.f_globals["__name__"]
    return None if module.startswith(SHARED) else f"a rule in {module}: {error.detail}"
