"""What rows need for SQLite alone, on which tests run: lists are JSON texts there."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import BindParameter, ColumnElement, Dialect, Text, TypeDecorator, types
from sqlalchemy.types import TypeEngine

from service.prisma.portable_types import JsonList
from service.prisma.types import list_as_sent, plain_type


class SqliteListText(TypeDecorator[list[str]]):
    """PostgreSQL's own array of texts; on SQLite a JSON list whose items get their form when it is read."""

    impl = types.ARRAY
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__(Text())
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text() if dialect.name == "sqlite" else self.impl_instance

    def process_result_value(self, value: Any, dialect: Dialect) -> list[str]:
        if dialect.name != "sqlite":
            return value
        form = _form(self.item)
        return [form(item) for item in msgspec.json.decode(value)]


class ValueList(TypeDecorator[list[Any]]):
    """Values of one column's type, bound as one: an array on PostgreSQL, a JSON list on SQLite."""

    impl = types.ARRAY
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__(item)
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return JsonList(self.item) if dialect.name == "sqlite" else self.impl_instance

    def bind_expression(self, bindparam: BindParameter[Any]) -> ColumnElement[Any]:
        return list_as_sent(bindparam, self.item)


def _form(item: TypeEngine[Any]) -> Callable[[Any], str]:
    match plain_type(item):
        case types.DateTime():
            return lambda value: f"{datetime.fromisoformat(value).isoformat(timespec='milliseconds')}Z"
        case types.Time():
            return lambda value: value[: len("12:00:00.000")]
        case types.Uuid():
            return lambda value: str(UUID(value))
        case types.JSON():
            return lambda value: msgspec.json.encode(value).decode()
        case _:
            return str
