"""Writes of one row, each in one statement that answers with the row in the form that reads give."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Text, bindparam, delete, insert, or_, update

from service.core.database.statement import AnyWrite
from service.core.rows.filters import Column
from service.core.rows.projection import Projection
from service.core.rows.wire import new_version, row_version
from service.core.schema import Resource

DtoT = TypeVar("DtoT", bound=Resource)


class Writer(Generic[DtoT]):
    """INSERT, UPDATE and DELETE of one resource. Values go by the attributes of the model."""

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
        write = _Write()
        made = {key: _made(default, write) for key, default in self._defaults.items() if key not in values}
        return made | {**values}

    def touched(self, values: Mapping[str, object]) -> dict[str, object]:
        """The values of a change, with what Prisma's client would set on every one."""
        write = _Write()
        return {key: _made(default, write) for key, default in self._on_update.items()} | {**values}

    def insert(self, keys: Iterable[str]) -> AnyWrite:
        return insert(self._table).values(self._set(keys)).returning(*self.projection.columns, new_version())

    def update(self, keys: Iterable[str], changes: Iterable[str], *, versioned: bool) -> AnyWrite:
        """Set `keys` where one of `changes` is not yet as it shall be."""
        differs = or_(*(self._columns[key].is_distinct_from(self._value(key)) for key in changes))
        return (
            update(self._table)
            .where(*self._is_meant(versioned=versioned), differs)
            .values(self._set(keys))
            .returning(*self.projection.columns, new_version())
        )

    def delete(self, *, versioned: bool) -> AnyWrite:
        meant = self._is_meant(versioned=versioned)
        return delete(self._table).where(*meant).returning(*self.projection.columns)

    def _is_meant(self, *, versioned: bool) -> Iterator[ColumnElement[bool]]:
        """The row that `identity` names, while it is what `version` says."""
        yield self._identity == bindparam("identity", type_=self._identity.type)
        if versioned:
            yield row_version(self._identity) == bindparam("version", type_=Text)

    def _value(self, key: str) -> ColumnElement[Any]:
        return bindparam(bound(key), type_=self._columns[key].type)

    def _set(self, keys: Iterable[str]) -> dict[str, Any]:
        return {self._columns[key].name: self._value(key) for key in keys}


def bound(key: str) -> str:
    """The name of a value in a statement; SQLAlchemy keeps the columns' own names for itself."""
    return f"to_{key}"


class _Write:
    """One write, for defaults that are alike in all of its columns."""


def _made(default: Any, write: _Write) -> object:
    return default.arg(write) if default.is_callable else default.arg
