"""Writes of one row, each in one statement that answers with the row in the form that reads give."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Text, bindparam, insert, select, update

from service.core.rows.filters import Column
from service.core.rows.projection import Projection
from service.core.rows.statement import AnySelect, AnyWrite
from service.core.rows.wire import row_version
from service.core.schema import Resource

DtoT = TypeVar("DtoT", bound=Resource)


class Writer(Generic[DtoT]):
    """INSERT and UPDATE of one resource. Values go by the attributes of the model."""

    def __init__(self, projection: Projection[DtoT], identity: Column) -> None:
        self.projection = projection
        self._identity = identity
        self._table = identity.class_.__table__
        mapped = identity.class_.__mapper__.column_attrs
        self._columns = {attribute.key: attribute.columns[0] for attribute in mapped}
        self._defaults = {key: column.default for key, column in self._columns.items() if column.default}
        self._on_update = {key: column.onupdate for key, column in self._columns.items() if column.onupdate}

    def filled(self, values: Mapping[str, object]) -> dict[str, object]:
        """The values of a new row, with what Prisma's client would fill."""
        return {key: _made(default) for key, default in self._defaults.items() if key not in values} | {
            **values
        }

    def touched(self, values: Mapping[str, object]) -> dict[str, object]:
        """The values of a change, with what Prisma's client would set on every one."""
        return {key: _made(default) for key, default in self._on_update.items()} | {**values}

    def insert(self, keys: Iterable[str]) -> AnyWrite:
        return insert(self._table).values(self._set(keys)).returning(*self.projection.columns)

    def update(self, keys: Iterable[str]) -> AnyWrite:
        """A change of the row that `identity` names, while it is what `version` says."""
        return (
            update(self._table)
            .where(
                self._identity == bindparam("identity", type_=self._identity.type),
                row_version(self._identity) == bindparam("version", type_=Text),
            )
            .values(self._set(keys))
            .returning(*self.projection.columns)
        )

    def state(self) -> AnySelect:
        """The row that `identity` names, and its version."""
        return select(*self.projection.columns, row_version(self._identity)).where(
            self._identity == bindparam("identity", type_=self._identity.type)
        )

    def _set(self, keys: Iterable[str]) -> dict[str, Any]:
        columns = [(key, self._columns[key]) for key in keys]
        return {column.name: bindparam(bound(key), type_=column.type) for key, column in columns}


def bound(key: str) -> str:
    """The name of a value in a statement; SQLAlchemy keeps the columns' own names for itself."""
    return f"to_{key}"


def _made(default: Any) -> object:
    return default.arg(None) if default.is_callable else default.arg


def differs(resource: Resource, key: str, value: object) -> bool:
    """Whether a value for the model's attribute `key` is another one than the resource shows."""
    shown = getattr(resource, key.rstrip("_"))
    if isinstance(shown, msgspec.Raw):
        shown = msgspec.json.decode(shown)
    elif isinstance(value, Decimal) and shown is not None:
        shown = Decimal(shown)
    return shown != value
