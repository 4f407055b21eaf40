"""Column types that behave as Prisma's client does."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import DOMAIN, MONEY, TIMESTAMP
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorClass
from sqlalchemy.types import TypeEngine, UserDefinedType

MICROSECONDS = 6
"""The digits of a second's fraction that a datetime holds, and PostgreSQL too unless told otherwise."""

MONEY_SCALE = 2

EXACT = Context(prec=2000, rounding=ROUND_HALF_UP)
"""A context with room for the digits that PostgreSQL takes, which rounds as it does; Python's own keeps 28 digits."""


def plain_type(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type below decorators and domains."""
    while isinstance(kind, sa.TypeDecorator | DOMAIN):
        kind = kind.impl_instance if isinstance(kind, sa.TypeDecorator) else kind.data_type
    return kind


def is_json(kind: TypeEngine[Any]) -> bool:
    """Whether the type holds JSON documents, which may be JSON's own null."""
    return isinstance(plain_type(kind), sa.JSON)


def literal_sql(sql: str) -> sa.ColumnElement[Any]:
    """SQL as it stands, where `text()` would read `:word` as a parameter."""
    return sa.literal_column(sql)


class SqlDomain(DOMAIN):
    """A domain that is compared like the type below it."""

    operator_classes = OperatorClass.ANY


class UtcTimestamp(sa.TypeDecorator[datetime]):
    """Aware UTC instants in a column with or without time zone, cut to its precision: Prisma's is milliseconds."""

    impl = TIMESTAMP
    cache_ok = True

    def __init__(self, precision: int | None = 3, *, timezone: bool = False) -> None:
        super().__init__(precision=precision, timezone=timezone)
        self.precision = precision
        self.timezone = timezone

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a timestamp needs a time zone: use datetime.now(UTC)")
        step = 10 ** (MICROSECONDS - (MICROSECONDS if self.precision is None else self.precision))
        # PostgreSQL would round, and what is read would be later than what was written.
        moment = value.astimezone(UTC).replace(microsecond=value.microsecond // step * step)
        return moment if self.timezone else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ScalarList(sa.TypeDecorator[list[Any]]):
    """A list that is never None: Prisma reads NULL as an empty list. Also a list of values to compare a column with."""

    impl = sa.ARRAY
    cache_ok = True

    def __init__(self, item: TypeEngine[Any] | type[TypeEngine[Any]]) -> None:
        # Unless told, SQLAlchemy takes an inner list for a second dimension; in a list of Json it is a document.
        super().__init__(item, dimensions=1)
        self.item = item() if isinstance(item, type) else item

    def process_bind_param(self, value: list[Any] | None, dialect: sa.Dialect) -> list[Any]:
        del dialect
        return [] if value is None else value

    process_result_value = process_bind_param

    def bind_expression(self, bindparam: sa.BindParameter[Any]) -> sa.ColumnElement[Any]:
        """The list with its items as another type where the driver lacks theirs, or where long ones would be cut off.

        As VARCHAR(36)[], a key that is too long would be cut off, and would find a row that was not asked for.
        """
        match self.item:
            case AsText() | ExactMoney() as item:
                return sa.cast(sa.type_coerce(bindparam, ScalarList(item.sent_as)), ScalarList(item.read_as))
            case sa.CHAR():
                return sa.type_coerce(bindparam, ScalarList(Unsupported("bpchar")))
            case sa.String(length=int()) if not isinstance(self.item, sa.Enum):
                return sa.type_coerce(bindparam, ScalarList(sa.VARCHAR()))
            case _:
                return bindparam

    def column_expression(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        if not isinstance(self.item, ExactMoney):
            return column
        return sa.type_coerce(sa.cast(column, ScalarList(ExactDecimal())), self)


class ExactDecimal(sa.TypeDecorator[Decimal]):
    """A decimal number without loss."""

    impl = sa.Numeric
    cache_ok = True

    def __init__(self, precision: int | None = None, scale: int | None = None) -> None:
        super().__init__(precision, scale)
        self.precision = precision
        self.scale = scale


class Money(sa.Numeric[Decimal]):
    """PostgreSQL's `money`, whose text depends on the database's locale."""


class ExactMoney(ExactDecimal):
    """An amount in a `money` column, which is sent and read as a plain number."""

    impl = Money
    cache_ok = True
    sent_as, read_as = ExactDecimal(), MONEY()

    def __init__(self) -> None:
        super().__init__(len(str(2**63 - 1)), MONEY_SCALE)

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
        del dialect
        return MONEY()

    def bind_expression(self, bindparam: sa.BindParameter[Decimal]) -> sa.ColumnElement[Decimal]:
        return sa.cast(sa.type_coerce(bindparam, self.sent_as), self)

    def column_expression(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Decimal]:
        return sa.type_coerce(sa.cast(column, self.sent_as), self)


class Unsupported(UserDefinedType[str]):
    """A type that only the database knows, under the name that PostgreSQL gives it."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: object) -> str:
        return self.name


class shown_text(FunctionElement[str]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A value as PostgreSQL shows it.

    A cast to text would add to an `inet` the `/32` that nobody wrote, and to `money` its currency.
    """

    type = sa.Text()
    inherit_cache = True


@compiles(shown_text)
def _shown_text(element: shown_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    (column,) = element.clauses
    value = compiler.process(column, **kwargs)
    return shown(value, plain_type(column.type))


def shown(value: str, kind: TypeEngine[Any]) -> str:
    """The SQL that gives a value of this type as text."""
    match kind:
        case Unsupported(name="inet"):
            return f"abbrev({value})"
        case Money():
            return f"CAST(CAST({value} AS NUMERIC) AS TEXT)"
        case _:
            return f"CAST({value} AS TEXT)"


class AsText(sa.TypeDecorator[str]):
    """A type that Prisma's client cannot read, or reads as a string: it crosses as PostgreSQL's text for it."""

    impl = Unsupported
    cache_ok = True
    sent_as = sa.Text()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    @property
    def read_as(self) -> "AsText":
        """The type that a text is cast to. A cast to a number of bits would cut off what is too long, or fill it up."""
        return AsText("bit varying") if self.name.startswith(("bit(", "bit varying(")) else self

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> str | None:
        """The value as text: in a list, where no cast can stand, the driver returns an object of its own."""
        del dialect
        return value if value is None else str(value)

    def bind_expression(self, bindparam: sa.BindParameter[str]) -> sa.ColumnElement[str]:
        return sa.cast(sa.type_coerce(bindparam, self.sent_as), self.read_as)

    def column_expression(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
        return sa.type_coerce(shown_text(column), self)
