"""A statement that returns rows, compiled once: its SQL, and how to run it with values."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import ReturningDelete, ReturningInsert, ReturningUpdate

from service.core.database.driver import Driver, Rows

Expression: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]
"""A column of a table, a model's attribute for one, or an SQL expression of them."""
Shape: TypeAlias = Hashable
"""All that decides a statement's SQL; the rest is bound as values. A statement is built once for each shape."""
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
AnyWrite: TypeAlias = (
    ReturningInsert[*tuple[Any, ...]] | ReturningUpdate[*tuple[Any, ...]] | ReturningDelete[*tuple[Any, ...]]
)
Build: TypeAlias = Callable[[], AnySelect | AnyWrite]
"""Builds a statement."""
Fetch: TypeAlias = Callable[[Shape, Callable[[], AnySelect], Mapping[str, object]], Awaitable[Rows]]
"""Runs a SELECT and gives its rows, as `fetch` of a repository does."""

PLAN_EACH_TIME = "plan_each_time"
"""The execution option of statements to be planned for their values: one plan for all values would suit none."""

MAX_STATEMENTS = 500
"""The most compiled statements that an engine keeps; that of a list takes 30 to 100 KB."""


class Statement:
    """What the driver needs to run a statement, and its `clause` for where SQLAlchemy has to run it."""

    def __init__(
        self, clause: AnySelect | AnyWrite, dialect: Dialect, schemas: Mapping[str | None, str] | None
    ) -> None:
        compiled = clause.compile(
            dialect=dialect, schema_translate_map=schemas, render_schema_translate=schemas is not None
        )
        assert isinstance(compiled, SQLCompiler)  # noqa: S101  # SELECT and DML compile to nothing else
        self.clause = clause
        self._plan_each_time = bool(clause.get_execution_options().get(PLAN_EACH_TIME))
        self.sql = compiled.string
        # Values that the statement itself holds, such as the names of an enum's values: no caller gives them.
        self._held = {name: value for name, value in compiled.params.items() if value is not None}
        self._binds: list[tuple[str, Callable[[object], object] | None]] = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or ()
        ]

    async def fetch(self, driver: Driver, values: Mapping[str, object], *, seconds: float | None) -> Rows:
        """Run the statement and return its rows, within `seconds`, which may be less than the statement timeout."""
        if self._held:
            values = {**self._held, **values}
        arguments = [process(values[name]) if process else values[name] for name, process in self._binds]
        if self._plan_each_time:
            # PostgreSQL plans an unnamed statement anew each time. This takes a second round trip.
            prepared = await driver.prepare(self.sql, name="", timeout=seconds)
            return await prepared.fetch(*arguments, timeout=seconds)
        # This costs a fifth of what executing by SQLAlchemy's Core would.
        return await driver.fetch(self.sql, *arguments, timeout=seconds)


class Statements:
    """The compiled statements of one engine by their shape. The least recently used give way."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._dialect = engine.dialect
        self._schemas = engine.sync_engine.get_execution_options().get("schema_translate_map")
        self._by_shape: OrderedDict[Shape, Statement] = OrderedDict()

    def get(self, shape: Shape, build: Build) -> Statement:
        """The statement of this shape; `build` makes it where it is not kept."""
        statement = self._by_shape.get(shape)
        if statement is not None:
            self._by_shape.move_to_end(shape)
            return statement
        statement = self._by_shape[shape] = Statement(build(), self._dialect, self._schemas)
        if len(self._by_shape) > MAX_STATEMENTS:
            self._by_shape.popitem(last=False)
        return statement
