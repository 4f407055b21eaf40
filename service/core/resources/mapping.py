"""One resource's DTO over its model: its key, its fields, who may read and write it, and both directions of each value."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Values
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Label, bindparam
from sqlalchemy.orm import InstrumentedAttribute
from typing_extensions import TypeVar as DefaultTypeVar

from service.core.database.lookups import key_name
from service.core.errors import UnreadableValue, ValidationFailed
from service.core.field_errors import FieldError
from service.core.resources.compared import exactly
from service.core.resources.comparisons import row_guard
from service.core.resources.conditions import Access, Condition, RowCondition, policy_of
from service.core.resources.conversions import Read, conversion_of
from service.core.resources.links import Link
from service.core.resources.related import table_of
from service.core.resources.setters import Setter, setters_of
from service.core.schema import Resource
from service.models import Base, ViewBase
from service.prisma.names import api_name

ModelT = TypeVar("ModelT", bound=Base | ViewBase)
DtoT = TypeVar("DtoT", bound=Resource)
ItemT = DefaultTypeVar("ItemT", bound=Resource, default=DtoT)
"""An item of a list: the DTO of a single resource, unless told."""
Column: TypeAlias = InstrumentedAttribute[Any]
Relation: TypeAlias = InstrumentedAttribute[Any]


class MappingError(TypeError):
    """A resource that cannot be served as it is declared; the message names what to change."""


class Field(msgspec.Struct, frozen=True):
    """A field of a DTO that is no column: SQL, and what is left to do in Python."""

    sql: ColumnElement[Any]
    read: Read | None = None
    """Raises `ValueError` for what JSON cannot show."""
    shows: "Mapping[Any, Any] | None" = None
    """What the related rows are shown as, where it is such."""
    relation: Relation | None = None
    """What leads to the related rows."""
    is_set: bool = False
    """Whether it says which rows belong to a row, or how many."""
    link: Link | None = None
    """How payloads that hold the field write it."""


class Mapping(Generic[ModelT, DtoT]):
    """What SELECTs, lists, cursors, writes, conflicts and ETags of one resource have in common."""

    def __init__(  # noqa: PLR0913  # all but two by name, each with a default
        self,
        dto: type[DtoT],
        model: type[ModelT],
        *,
        changed_by: Iterable[type[msgspec.Struct] | Column] | None = None,
        fields: Values[str, Field] | None = None,
        readable: Condition | None = None,
        writable: Condition | None = None,
        fixed: Values[str, str] | None = None,
        hidden: Iterable[Column] = (),
    ) -> None:
        """Map the fields of a DTO to columns of the model, but for those that are given by name as something else.

        `changed_by` are the payloads that change a row, and the columns that other operations change: they are what the
        guard of an ETag looks at, together with the key; none where nobody writes. `fixed` are fields that payloads may hold and never change, each with what to do
        instead, as a sentence goes on after the field's name.

        `readable` says who may read which rows of the model, `writable` who of those may write them, where that differs.
        One mapping of each model says so for all of them, wherever its rows are shown.

        `hidden` are columns that are neither read nor written here. `nox -s check` finds those that are not shown either.
        """
        self.dto = dto
        self.model = model
        self.name = dto.__name__
        self.policy = policy_of(readable, writable)
        self.is_readable = RowCondition(model.__mapper__, Access.READ)
        self.is_writable = RowCondition(model.__mapper__, Access.WRITE)
        self.columns_by_key = {
            attribute.key: getattr(model, attribute.key) for attribute in model.__mapper__.column_attrs
        }
        self.key: tuple[Column, ...] = tuple(
            self.columns_by_key[model.__mapper__.get_property_by_column(column).key]
            for column in model.__mapper__.primary_key
        )
        self._setters: dict[type[msgspec.Struct], Sequence[Setter]] = {}
        self.key_writes = [exactly(column.type) for column in self.key]
        self.table = table_of(model)
        self._fields = msgspec.structs.fields(dto)
        self.given = fields or {}
        """The fields of the DTO that are no columns."""
        self.related = {name: field.shows for name, field in self.given.items() if field.shows}
        """What the related rows in a field of the DTO are shown as."""
        self.links: dict[str, Link] = {}
        self.fixed = fixed or {}
        self.hidden = frozenset(column.key for column in hidden)
        self.columns: list[Label[Any]] = []
        self._reads: list[tuple[int, Read]] = []
        for position, field in enumerate(self._fields):
            source = self.given.get(field.name) or self._column(field)
            self.columns.append(source.sql.label(field.name))
            if source.read:
                self._reads.append((position, source.read))
            if source.link:
                self.links[field.name] = msgspec.structs.replace(source.link, pointer=f"/{field.encode_name}")
        shown = [self.attribute(field.name).key for field in self._fields if field.name not in self.given]
        self.decided = self.hidden.union(shown)
        """The columns that are shown or hidden, by the attributes of the model."""
        self.width = len(self._fields)
        self.guard: ColumnElement[int] | None = self._guard(changed_by)
        self.single: list[ColumnElement[Any]] = [*self.columns, *([] if self.guard is None else [self.guard])]
        """What `to_resource` takes: `columns`, and the guard of the row where it can be changed."""

    def attribute(self, name: str) -> Column:
        """The mapped attribute of a DTO's or payload's field; names that Python or SQLAlchemy keeps end in `_`."""
        for key in (name, f"{name}_"):
            if key in self.columns_by_key:
                return self.columns_by_key[key]
        raise MappingError(
            f"{self.model.__name__} has no column for the field {name!r} of {self.dto.__qualname__}"
        )

    @property
    def key_is_bound(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions of the one row whose key is bound as `named` does."""
        return tuple(
            column == bindparam(key_name(index), type_=column.type) for index, column in enumerate(self.key)
        )

    @property
    def this_row(self) -> tuple[ColumnElement[bool], ...]:
        """The same, where its caller may read it."""
        return (*self.key_is_bound, self.is_readable)

    def key_of(self, resource: DtoT) -> list[object]:
        """The key of a row, as it is on the wire."""
        return [getattr(resource, column.key) for column in self.key]

    def key_values(self, key: Sequence[object]) -> tuple[object, ...] | None:
        """The values of the key as its columns bind them; None where they cannot be the key of any row."""
        try:
            values = [
                write(value) if write else value for write, value in zip(self.key_writes, key, strict=True)
            ]
        except ValueError:
            return None
        return tuple(values)

    def values_of(self, payload: msgspec.Struct) -> dict[str, object]:
        """What a payload sets of the row, by the attributes of the model and as their columns bind it; `links` by their fields.

        Raises `ValidationFailed` that names every value which the column's type cannot hold.
        """
        values: dict[str, object] = {}
        errors: list[FieldError] = []
        for setter, value in self._sent(payload):
            try:
                values[setter.key] = value if setter.write is None or value is None else setter.write(value)
            except ValueError as error:
                errors.append(FieldError.at(setter.pointer, str(error)))
        for name, link in self.links.items():
            if (keys := getattr(payload, name, msgspec.UNSET)) is not msgspec.UNSET:
                values[name] = link.keys(keys, errors)
        if errors:
            raise ValidationFailed("A field of the body cannot be stored.", errors=tuple(errors))
        return values

    def documents_in(self, payload: msgspec.Struct) -> list[str]:
        """The fields of a payload that hold JSON, of those that are sent."""
        return [setter.name for setter, _ in self._sent(payload) if setter.is_document]

    def to_dtos(self, rows: Sequence[Sequence[Any]]) -> list[DtoT]:
        """Rows that begin with `columns` as DTOs."""
        if not rows:
            return []
        columns: list[Any] = [*zip(*rows, strict=True)][: self.width]
        try:
            for position, read in self._reads:
                columns[position] = read(columns[position])
        except ValueError:
            for row in rows:
                self._check(row)
            raise
        return [*map(self.dto, *columns)]

    def to_resource(self, row: Sequence[Any]) -> DtoT:
        """A row of `single` as a single resource, which knows its guard."""
        (resource,) = self.to_dtos([row])
        resource.stored_guard = row[self.width] if self.guard is not None else None
        return resource

    def _sent(self, payload: msgspec.Struct) -> Iterator[tuple[Setter, Any]]:
        """What a payload sets, of those of its fields that are sent, each with its value."""
        kind = type(payload)
        if kind not in self._setters:
            self._setters[kind] = [*setters_of(kind, self.attribute, self.given.keys() | self.fixed.keys())]
        for setter in self._setters[kind]:
            if (value := getattr(payload, setter.name)) is not msgspec.UNSET:
                yield setter, value

    def _column(self, field: msgspec.structs.FieldInfo) -> Field:
        column = self.attribute(field.name)
        if column.key in self.hidden:
            raise MappingError(f"{self.dto.__qualname__} shows {field.name!r}, which is hidden")
        if field.encode_name != api_name(column):
            raise MappingError(
                f"{self.dto.__qualname__}.{field.name} is called {field.encode_name!r} on the wire, and "
                f"{api_name(column)!r} in schema.prisma: give it msgspec.field(name={api_name(column)!r})"
            )
        conversion = conversion_of(column.type)
        return Field(conversion.select(column.expression), conversion.read)

    def _guard(self, changed_by: Iterable[type[msgspec.Struct] | Column] | None) -> ColumnElement[int] | None:
        """Over the columns that are changed, and what else of the DTO a payload sets."""
        if changed_by is None:
            return None
        # The key, so that no tag of a row is one of another that says the same.
        names = {column.key for column in self.key}
        for change in changed_by:
            if isinstance(change, InstrumentedAttribute):
                names.add(change.key)
            else:
                fields = {field.name for field in msgspec.structs.fields(change)} - self.fixed.keys()
                names |= {name if name in self.given else self.attribute(name).key for name in fields}
        columns = [column for key, column in self.columns_by_key.items() if key in names]
        return row_guard(*columns, *(field.sql for name, field in self.given.items() if name in names))

    def _check(self, row: Sequence[Any]) -> None:
        """Raises `UnreadableValue` for the first value of a row that JSON cannot show."""
        for position, read in self._reads:
            try:
                read([row[position]])
            except ValueError as error:
                names = [field.name for field in self._fields]
                keys = [str(row[names.index(column.key)]) for column in self.key if column.key in names]
                which = " ".join([self.name, ", ".join(keys)]).rstrip()
                wire = self._fields[position].encode_name
                errors = [FieldError.at(f"/{wire}", str(error))]
                raise UnreadableValue(
                    f"{which} holds a {wire} that JSON cannot show.", errors=errors
                ) from None
