"""From a DTO to the SQL that selects exactly its fields, in the form in which they cross the wire."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Label, Text, case, cast, literal, types
from sqlalchemy.orm import InstrumentedAttribute

from service.core.rows.version import of_one_row
from service.core.rows.wire import row_version, scalar_list, utc_text
from service.core.schema import Resource
from service.models import Base, ViewBase

DtoT = TypeVar("DtoT", bound=Resource)
Column = InstrumentedAttribute[Any]


class Projection(Generic[DtoT]):
    """The columns of one DTO over one model, and the way back from a row to the DTO."""

    def __init__(self, dto: type[DtoT], model: type[Base | ViewBase], *, identity: str = "id") -> None:
        self.dto = dto
        names = [field.name for field in msgspec.structs.fields(dto)]
        attributes = [attribute(model, name) for name in names]
        self.columns: list[Label[Any]] = [
            wire_column(column).label(name) for name, column in zip(names, attributes, strict=True)
        ]
        self.width = len(names)
        self.identity = names.index(identity)
        versions = [row_version(attributes[0])] if issubclass(model, Base) else []
        self.versioned: list[ColumnElement[Any]] = [*self.columns, *versions]
        """What `to_resource` takes: `columns`, and the version of the row. Views keep none."""
        self._json = [position for position, column in enumerate(attributes) if is_json(column)]

    def to_dto(self, row: Sequence[Any]) -> DtoT:
        """A row that begins with `columns` as the DTO. JSON stays the text that the database gave."""
        values = list(row[: self.width])
        for position in self._json:
            value = values[position]
            if value.__class__ is str:
                values[position] = msgspec.Raw(value)
        return self.dto(*values)

    def to_resource(self, row: Sequence[Any]) -> DtoT:
        """A row of `versioned` as a single resource, which knows its version."""
        resource = self.to_dto(row)
        version = row[self.width] if len(row) > self.width else None
        resource.stored_version = version and of_one_row(version, row[self.identity])
        return resource


def attribute(model: type[Base | ViewBase], name: str) -> Column:
    """The mapped attribute called `name`; names that Python or SQLAlchemy keeps for itself end in `_`."""
    keys = model.__mapper__.column_attrs.keys()
    for key in (name, f"{name}_"):
        if key in keys:
            return getattr(model, key)
    msg = f"{model.__name__} has no column for the DTO's field {name!r}"
    raise LookupError(msg)


def is_json(column: Column) -> bool:
    return isinstance(_plain(column.type), types.JSON | types.ARRAY)


def wire_column(column: Column) -> ColumnElement[Any]:
    """A column in the form in which it crosses the wire."""
    kind = _plain(column.type)
    match kind:
        case types.DateTime():
            return utc_text(column)
        case types.BigInteger() | types.Numeric() | types.Uuid() | types.JSON():
            return cast(column, Text)
        case types.ARRAY():
            return scalar_list(column)
        case types.Enum():
            return _enum_names(column, kind)
        case _:
            return column.expression


def _plain(kind: types.TypeEngine[Any]) -> types.TypeEngine[Any]:
    return kind.impl_instance if isinstance(kind, types.TypeDecorator) else kind


def _enum_names(column: Column, kind: types.Enum) -> ColumnElement[Any]:
    """Prisma's names for an enum's values, where `@map` gave the database others."""
    renamed = {
        stored: str(member.value)
        for stored, member in zip(kind.enums, kind.enum_class or (), strict=False)
        if stored != member.value
    }
    text = cast(column, Text)
    return (
        case(*((text == stored, literal(name)) for stored, name in renamed.items()), else_=text)
        if renamed
        else text
    )
