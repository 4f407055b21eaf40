"""How a resource's DTO maps to its model: key, fields, who may read and write rows, conversion in both directions."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Values
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Label
from sqlalchemy.orm import InstrumentedAttribute
from typing_extensions import TypeVar as DefaultTypeVar

from service.core.errors import ValidationFailed
from service.core.field_errors import FieldError
from service.core.resources.columns.comparisons import row_hash
from service.core.resources.columns.conversions import Read, Readers, by_position, read_columns
from service.core.resources.conditions import Condition, policy_of
from service.core.resources.links import Link
from service.core.resources.rows.model_rows import Attribute, ModelRows, ModelT, shown_as
from service.core.resources.rows.setters import Setter, setters_of
from service.core.schema import Resource
from service.core.type_info import fields_of
from service.prisma.names import api_name

DtoT = TypeVar("DtoT", bound=Resource)
ItemT = DefaultTypeVar("ItemT", bound=Resource, default=DtoT)
"""The DTO of a list's items: that of a single resource, if left out."""
Relation: TypeAlias = InstrumentedAttribute[Any]


class MappingError(TypeError):
    """A resource that cannot be served as it is declared; the message names what to change."""


@dataclass(frozen=True, eq=False)
class Field:
    """A field of a DTO that is not a column: its SQL, and what is left to do in Python."""

    expression: ColumnElement[Any] | Callable[[], ColumnElement[Any]]
    """The SQL, or a function that makes it when the first statement needs it."""
    read: Read | None = None
    shows: "Mapping[Any, Any] | None" = None
    """The mapping by which the field shows related rows, if it does."""
    relation: Relation | None = None
    """The relation to the related rows."""
    is_collection: bool = False
    """Whether the field lists or counts rows that belong to the row, and so changes when they come and go."""
    values: Attribute | None = None
    """The column of the related rows whose values the field shows, where it shows no more of them."""
    link: Link | None = None
    """The link that payloads with this field write."""
    columns: Sequence[ColumnElement[Any]] = ()
    """The columns that an `expression` made later reads, besides those of `shows`."""

    @cached_property
    def sql(self) -> ColumnElement[Any]:
        return self.expression() if callable(self.expression) else self.expression

    @property
    def reads(self) -> Sequence[ColumnElement[Any]]:
        """Expressions that name the columns which the field reads, besides those of `shows`."""
        return self.columns if callable(self.expression) else [self.expression]


class Mapping(ModelRows[ModelT], Generic[ModelT, DtoT]):
    """How a DTO maps to a model: what a resource's SELECTs, lists, cursors, writes, conflicts and ETags share."""

    def __init__(  # noqa: PLR0913  # all but two by name, each with a default
        self,
        dto: type[DtoT],
        model: type[ModelT],
        *,
        changed_by: Iterable[type[msgspec.Struct] | Attribute] | None = None,
        fields: Values[str, Field] | None = None,
        readable: Condition | None = None,
        writable: Condition | None = None,
        fixed: Values[str, str] | None = None,
        hidden: Iterable[Attribute] = (),
    ) -> None:
        """Map the fields of a DTO to columns of the model, except those that `fields` defines by name.

        `changed_by` are the payloads that change a row, and the columns that other operations change. The row hash in
        an ETag is made of the key, and of what they name and the DTO shows. Leave it out where nobody writes.

        `fixed` are fields that payloads may hold but not change, each with what to do instead, worded to follow the
        field's name.

        `readable` says who may read which rows of the model, `writable` who of those may write them, where that
        differs. One mapping of each model declares this for all its mappings, wherever its rows are shown.

        `hidden` are columns that no answer of any resource shows, no payload sets and no query compares; conditions may use
        them. `nox -s check` names those not shown nor hidden.
        """
        super().__init__(model)
        self.dto = dto
        self.name = dto.__name__
        self.policy = policy_of(readable, writable)
        self._setters: dict[type[msgspec.Struct], Sequence[Setter]] = {}
        self._fields = fields_of(dto)
        self.extra_fields = fields or {}
        """The fields of the DTO that are not columns, by their names."""
        self.related = {name: field.shows for name, field in self.extra_fields.items() if field.shows}
        """The mappings by which fields of the DTO show related rows, by the fields' names."""
        self.links = {
            field.name: msgspec.structs.replace(source.link, pointer=f"/{field.encode_name}")
            for field in self._fields
            if (source := self.extra_fields.get(field.name)) and source.link
        }
        self.fixed = fixed or {}
        self.hidden = frozenset(map(self.name_of, hidden))
        self.shown = [self._column(field) for field in self._fields if field.name not in self.extra_fields]
        """The columns that are fields of the DTO."""
        self.width = len(self._fields)
        self.changed = None if changed_by is None else frozenset(self._names_in(changed_by))
        """What callers change of a row besides its key: attributes and extra fields, by name; None if nobody writes."""
        self.hashed = None if self.changed is None else self._hashed(self.changed)
        """What the row hash covers: attributes and extra fields, by name; None if nobody writes."""

    # SQL is made with the first statement that needs it: that of 300 resources took a fifth of the start-up, and 60 MB.

    @cached_property
    def columns(self) -> list[Label[Any]]:
        """The SQL of the DTO's fields, in their order, under their names."""
        return [self._source(field).sql.label(field.name) for field in self._fields]

    @cached_property
    def row_hash(self) -> ColumnElement[int] | None:
        """A hash of what callers may change of a row; None where nobody writes."""
        if self.hashed is None:
            return None
        columns = [column for key, column in self.columns_by_key.items() if key in self.hashed]
        others = [field.sql for name, field in self.extra_fields.items() if name in self.hashed]
        return row_hash(*columns, *others)

    @cached_property
    def resource_columns(self) -> list[ColumnElement[Any]]:
        """What `to_resource` makes a resource of: `columns`, then the row hash, if there is one."""
        return [*self.columns, *([] if self.row_hash is None else [self.row_hash])]

    @cached_property
    def _readers(self) -> Readers:
        return by_position(self._source(field).read for field in self._fields)

    @cached_property
    def known(self) -> frozenset[str]:
        """The attributes of the model that callers know; errors name no others."""
        return frozenset(column.key for column in self.shown) | (self.changed or frozenset())

    @cached_property
    def shows_key(self) -> bool:
        """Whether the DTO shows the whole key of its row."""
        return {column.key for column in self.key} <= set(self.dto.__struct_fields__)

    def attribute(self, name: str) -> Attribute:
        """The column for a field of a DTO or payload. Raises `MappingError` where there is none."""
        if (column := self.column_of(name)) is not None:
            return column
        raise MappingError(
            f"{self.model.__name__} has no column for the field {name!r} of {self.dto.__qualname__}: say in the mapping's "
            "`fields` what it is, or take it out"
        )

    def key_of(self, resource: DtoT) -> list[object]:
        """The key of the row that a resource shows, as on the wire."""
        return [getattr(resource, column.key) for column in self.key]

    def values_of(self, payload: msgspec.Struct) -> dict[str, object]:
        """The values that a payload sets, as columns bind them, by attributes of the model; those of `links` by fields.

        Raises `ValidationFailed` that names every value which the column's type cannot hold.
        """
        values: dict[str, object] = {}
        errors: list[FieldError] = []
        for setter, value in self._sent(payload):
            try:
                values[setter.key] = None if value is None else setter.write(value)
            except ValueError as error:
                errors.append(FieldError.at(setter.pointer, str(error)))
        for name, link in self.links.items():
            if (keys := getattr(payload, name, msgspec.UNSET)) is not msgspec.UNSET:
                values[name] = link.keys(keys, errors)
        if errors:
            raise ValidationFailed("A field of the body cannot be stored.", errors=tuple(errors))
        return values

    def documents_in(self, payload: msgspec.Struct) -> dict[str, str]:
        """The JSON fields that a payload sends, with their pointers."""
        return {setter.name: setter.pointer for setter, _ in self._sent(payload) if setter.is_document}

    def to_dtos(self, rows: Sequence[Sequence[Any]]) -> list[DtoT]:
        """The DTOs of rows whose values begin with those of `columns`."""
        if not rows:
            return []
        return [*map(self.dto, *read_columns(rows, self._readers)[: self.width])]

    def to_resource(self, row: Sequence[Any]) -> DtoT:
        """The single resource of a row of `resource_columns`; it knows its row hash."""
        (resource,) = self.to_dtos([row])
        resource.stored_row_hash = row[self.width] if self.row_hash is not None else None
        return resource

    def _sent(self, payload: msgspec.Struct) -> Iterator[tuple[Setter, Any]]:
        """The setters of the fields that a payload sends, each with the field's value."""
        kind = type(payload)
        if kind not in self._setters:
            self._setters[kind] = [
                *setters_of(kind, self.attribute, self.extra_fields.keys() | self.fixed.keys())
            ]
        for setter in self._setters[kind]:
            if (value := getattr(payload, setter.name)) is not msgspec.UNSET:
                yield setter, value

    def _column(self, field: msgspec.structs.FieldInfo) -> Attribute:
        column = self.attribute(field.name)
        if column.key in self.hidden:
            raise MappingError(f"{self.dto.__qualname__} shows {field.name!r}, which is hidden")
        if field.encode_name != api_name(column):
            raise MappingError(
                f"{self.dto.__qualname__}.{field.name} is called {field.encode_name!r} on the wire, and "
                f"{api_name(column)!r} in schema.prisma: give it msgspec.field(name={api_name(column)!r})"
            )
        return column

    def _source(self, field: msgspec.structs.FieldInfo) -> Field:
        if field.name in self.extra_fields:
            return self.extra_fields[field.name]
        column = self.attribute(field.name)
        conversion = shown_as(column)
        return Field(conversion.select(column.expression), conversion.read)

    def _names_in(self, changed_by: Iterable[type[msgspec.Struct] | Attribute]) -> Iterator[str]:
        """The names of the columns that are changed, and of the extra fields that a payload sets."""
        for change in changed_by:
            if isinstance(change, InstrumentedAttribute):
                yield change.key
            else:
                for name in set(change.__struct_fields__) - self.fixed.keys():
                    yield name if name in self.extra_fields else self.attribute(name).key

    def _hashed(self, changed: frozenset[str]) -> frozenset[str]:
        """What the row hash covers: the key, and of `changed` what is shown.

        Not what is taken and never shown: a caller could find such a value by trying which one gives the row's ETag.
        """
        # With the key, rows of the same content have different tags.
        key = frozenset(column.key for column in self.key)
        return key | changed & {*self.extra_fields, *(column.key for column in self.shown)}
