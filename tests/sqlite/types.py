"""Column types of PostgreSQL's on SQLite: a list is a JSON text, a decimal number a text, a moment has no time zone."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy import types
from sqlalchemy.types import TypeEngine

from service.core.resources.columns.conversions import Convert, by_position, each, read_columns
from service.core.resources.columns.exact import ComparedDecimal
from service.core.resources.columns.wire import TextList
from service.core.resources.rows.nested_rows import NestedRows
from service.prisma.types import EXACT, AsText, ExactDecimal, ScalarList, UtcTimestamp, plain_type
from tests.sqlite.functions import single_digits


def type_on_sqlite(kind: TypeEngine[Any]) -> TypeEngine[Any] | None:
    """What a type is on SQLite; None for one that SQLAlchemy has there."""
    match kind:
        case UtcTimestamp():
            return _Moment(kind)
        case ScalarList():
            return JsonList(kind.item, never_null=True)
        case TextList():
            return _Texts(kind.item)
        case ComparedDecimal():
            return _Decimal(kind.scale, rounded=False)
        case ExactDecimal():
            return _Decimal(kind.scale, rounded=True)
        case AsText():
            return sa.Text()
        case NestedRows():
            return _NestedRows(kind)
        case _:
            return None


class JsonList(sa.TypeDecorator[list[Any]]):
    """An array as a JSON list, its items as SQLite would store each."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, item: TypeEngine[Any], *, never_null: bool = False) -> None:
        super().__init__(none_as_null=True)
        self.item = item
        self.never_null = never_null

    def process_bind_param(self, value: list[Any] | None, dialect: sa.Dialect) -> list[Any] | None:
        return self._each(value, self.item.dialect_impl(dialect).bind_processor(dialect), bytes.hex)

    def process_result_value(self, value: list[Any] | None, dialect: sa.Dialect) -> list[Any] | None:
        return self._each(
            value, self.item.dialect_impl(dialect).result_processor(dialect, None), bytes.fromhex
        )

    def _each(
        self,
        value: list[Any] | None,
        convert: Callable[[Any], Any] | None,
        convert_bytes: Callable[[Any], bytes | str],
    ) -> list[Any] | None:
        """JSON stands in JSON as it is, and bytes as hexadecimal digits."""
        if value is None and self.never_null:
            return []
        if isinstance(self.item, sa.LargeBinary):
            convert = convert_bytes
        if value is None or convert is None or isinstance(self.item, sa.JSON):
            return value
        return [item if item is None else convert(item) for item in value]


class _Moment(sa.TypeDecorator[datetime]):
    impl = sa.DateTime
    cache_ok = True

    def __init__(self, original: UtcTimestamp) -> None:
        super().__init__()
        self.original = original

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        moment = self.original.process_bind_param(value, dialect)
        return moment and moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return self.original.process_result_value(value, dialect)


class _Decimal(sa.TypeDecorator[Decimal]):
    """SQLite compares texts: of each number there are no fewer digits than the column has."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, scale: int | None, *, rounded: bool) -> None:
        super().__init__()
        self.scale = scale
        self.rounded = rounded

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> str | None:
        del dialect
        if value is None:
            return None
        stored = (
            value if self.scale is None else value.quantize(Decimal(1).scaleb(-self.scale), context=EXACT)
        )
        return f"{stored if self.rounded or stored == value else value:f}"

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Decimal | None:
        del dialect
        return None if value is None else Decimal(value)


class _Texts(sa.TypeDecorator[list[str]]):
    """A JSON list whose items get the form that crosses the wire when it is read."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> list[str] | None:
        del dialect
        form = _form(self.item)
        return None if value is None else [form(item) for item in msgspec.json.decode(value)]


class _NestedRows(sa.TypeDecorator[str]):
    """All but the lists in it is as PostgreSQL gives it."""

    impl = sa.Text
    cache_ok = False

    def __init__(self, original: NestedRows) -> None:
        super().__init__()
        self.original = original

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        lists = by_position(
            each(_list_as_text(column.type, dialect))
            if isinstance(plain_type(column.type), sa.ARRAY)
            else None
            for column in self.original.columns()
        )
        if not lists or not value or not (rows := msgspec.json.decode(value)):
            return value
        return msgspec.json.encode([*zip(*read_columns(rows, lists), strict=True)]).decode()


def _list_as_text(kind: TypeEngine[Any], dialect: sa.Dialect) -> Convert:
    read = kind.dialect_impl(dialect).result_processor(dialect, None)
    assert read is not None

    def convert(text: str) -> str:
        items = [item.hex() if isinstance(item, bytes) else item for item in read(text) or ()]
        return msgspec.json.encode(items).decode()

    return convert


def _form(item: TypeEngine[Any]) -> Callable[[Any], str]:
    match plain_type(item):
        case types.DateTime():
            return lambda value: f"{datetime.fromisoformat(value).isoformat(timespec='milliseconds')}Z"
        case types.Time():
            return lambda value: value[: len("12:00:00.000")]
        case types.Uuid():
            return lambda value: str(UUID(value))
        case types.REAL():
            return lambda value: str(single_digits(value))
        case types.JSON():
            return lambda value: msgspec.json.encode(value).decode()
        case _:
            return str
