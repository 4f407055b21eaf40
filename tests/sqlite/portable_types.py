"""PostgreSQL's types on SQLite."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeEngine

from tests.sqlite.types import JsonList


def portable_type(kind: TypeEngine[Any], *, is_key: bool = False) -> TypeEngine[Any]:
    """The type that stands for `kind` on SQLite. `is_key`: a key of one whole number counts up by itself."""
    match kind:
        case sa.BigInteger() | sa.SmallInteger() if is_key:
            return sa.Integer()
        case sa.TypeDecorator() | sa.Enum() | sa.Integer() | sa.Boolean() | sa.Uuid() | sa.Date():
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
        case sa.DateTime() | sa.LargeBinary():
            return kind.as_generic()
        case sa.Time() if not kind.timezone:
            return sa.Time()
        case sa.Float() | sa.Double():
            return sa.Float()
        case pg.OID():
            return sa.Integer()
        case _:
            return sa.Text()
