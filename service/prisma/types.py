"""Column types that behave as Prisma's client does."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, DateTime, Dialect, Numeric, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.types import JSON, TypeEngine


class UtcTimestamp(TypeDecorator[datetime]):
    """Aware UTC instants over a column with or without time zone, in the milliseconds that Prisma keeps."""

    impl = TIMESTAMP
    cache_ok = True

    def __init__(self, precision: int | None = 3, *, timezone: bool = False) -> None:
        super().__init__(precision=precision, timezone=timezone)
        self.timezone = timezone

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return DateTime() if dialect.name == "sqlite" else self.impl_instance

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a timestamp needs a time zone: use datetime.now(UTC)"
            raise ValueError(msg)
        moment = value.astimezone(UTC)
        return moment if self.timezone and dialect.name != "sqlite" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ScalarList(TypeDecorator[list[Any]]):
    """A list that is never None: Prisma reads NULL as an empty list."""

    impl = ARRAY
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__(item)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return JSON() if dialect.name == "sqlite" else self.impl_instance

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> list[Any]:
        return [] if value is None else value

    def process_result_value(self, value: list[Any] | None, dialect: Dialect) -> list[Any]:
        return [] if value is None else value


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal number without loss, on SQLite as well, which would keep it as a float."""

    impl = Numeric
    cache_ok = True

    def __init__(self, precision: int | None = None, scale: int | None = None) -> None:
        super().__init__(precision, scale)
        self.precision = precision
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text() if dialect.name == "sqlite" else self.impl_instance

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return str(value if self.scale is None else value.quantize(Decimal(1).scaleb(-self.scale)))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return value if value is None or isinstance(value, Decimal) else Decimal(value)
