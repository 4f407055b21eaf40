"""Lists on SQLite, which has no arrays."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine


class JsonList(sa.TypeDecorator[list[Any]]):
    """An array as a JSON list, its items as SQLite would store each."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__(none_as_null=True)
        self.item = item

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
        if isinstance(self.item, sa.LargeBinary):
            convert = convert_bytes
        if value is None or convert is None or isinstance(self.item, sa.JSON):
            return value
        return [item if item is None else convert(item) for item in value]
