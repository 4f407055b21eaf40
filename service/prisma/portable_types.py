"""PostgreSQL's types on SQLite."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeEngine


class JsonList(sa.TypeDecorator[list[Any]]):
    """An array as a JSON list, its items as SQLite would store each."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def process_bind_param(self, value: list[Any] | None, dialect: sa.Dialect) -> list[Any] | None:
        convert = self.item.dialect_impl(dialect).bind_processor(dialect)
        stored = value if value is None or convert is None else [convert(item) for item in value]
        return stored and [item.hex() if isinstance(item, bytes | memoryview) else item for item in stored]

    def process_result_value(self, value: list[Any] | None, dialect: sa.Dialect) -> list[Any] | None:
        if value and isinstance(self.item, sa.LargeBinary):
            return [bytes.fromhex(item) for item in value]
        convert = self.item.dialect_impl(dialect).result_processor(dialect, None)
        return value if value is None or convert is None else [convert(item) for item in value]


def portable_type(kind: TypeEngine[Any], *, is_key: bool = False) -> TypeEngine[Any]:
    """The type that stands for `kind` on SQLite. `is_key`: a key of one whole number counts up by itself."""
    match kind:
        case sa.BigInteger() | sa.SmallInteger() if is_key:
            return sa.Integer()
        case (
            sa.TypeDecorator()
            | sa.Enum()
            | sa.Integer()
            | sa.Boolean()
            | sa.LargeBinary()
            | sa.Uuid()
            | sa.Date()
        ):
            return kind
        case pg.DOMAIN():
            return portable_type(kind.data_type, is_key=is_key)
        case sa.ARRAY():
            return JsonList(portable_type(kind.item_type))
        case sa.JSON():
            return sa.JSON(none_as_null=kind.none_as_null)
        case pg.CITEXT():
            return sa.Text(collation="NOCASE")
        case sa.String():
            return type(kind)(kind.length) if isinstance(kind, sa.CHAR | sa.VARCHAR) else sa.Text()
        case sa.DateTime():
            return sa.DateTime()
        case sa.Time() if not kind.timezone:
            return sa.Time()
        case sa.Float() | sa.Double():
            return sa.Float()
        case pg.OID():
            return sa.Integer()
        case _:
            return sa.Text()
