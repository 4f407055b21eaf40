"""One resource's DTO over its model: its key, its fields, who may read and write it, and both directions of each value."""

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
"""An item of a list: the DTO of a single resource, unless told."""
Relation: TypeAlias = InstrumentedAttribute[Any]


class MappingError(TypeError):
    """A resource that cannot be served as it is declared; the message names what to change."""


@dataclass(frozen=True, eq=False)
class Field:
    """A field of a DTO that is no column: SQL, and what is left to do in Python."""

    expression: ColumnElement[Any] | Callable[[], ColumnElement[Any]]
    """The SQL, or what makes it when a statement is first made of it."""
    read: Read | None = None
    shows: "Mapping[Any, Any] | None" = None
    """What the related rows are shown as, where it is such."""
    relation: Relation | None = None
    """What leads to the related rows."""
    is_collection: bool = False
    """Whether rows that belong to a row come and go in it: it lists or counts them."""
    link: Link | None = None
    """How payloads that hold the field write it."""
    columns: Sequence[ColumnElement[Any]] = ()
    """What SQL that is made later reads, besides the columns of `shows`."""

    @cached_property
    def sql(self) -> ColumnElement[Any]:
        return self.expression() if callable(self.expression) else self.expression

    @property
    def reads(self) -> Sequence[ColumnElement[Any]]:
        """What names the columns that it reads, besides those of `shows`."""
        return self.columns if callable(self.expression) else [self.expression]


class Mapping(ModelRows[ModelT], Generic[ModelT, DtoT]):
    """What SELECTs, lists, cursors, writes, conflicts and ETags of one resource have in common."""

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
        """Map the fields of a DTO to columns of the model, but for those that are given by name as something else.

        `changed_by` are the payloads that change a row, and the columns that other operations change: of what they name and
        the DTO shows, and of the key, the row hash is made that an ETag carries. Left out where nobody writes.

        `fixed` are fields that payloads may hold and never change, each with what to do instead, as a sentence goes on
        after the field's name.

        `readable` says who may read which rows of the model, `writable` who of those may write them, where that differs.
        One mapping of each model says so for all of them, wherever its rows are shown.
        `hidden` are columns that are neither read nor written here. `nox -s check` finds those that are not shown either.
        """
        super().__init__(model)
        self.dto = dto
        self.name = dto.__name__
        self.policy = policy_of(readable, writable)
        self._setters: dict[type[msgspec.Struct], Sequence[Setter]] = {}
        self._fields = fields_of(dto)
        self.extra_fields = fields or {}
        """The fields of the DTO that are no columns, by their names."""
        self.related = {name: field.shows for name, field in self.extra_fields.items() if field.shows}
        """What the related rows in a field of the DTO are shown as."""
        self.links = {
            field.name: msgspec.structs.replace(source.link, pointer=f"/{field.encode_name}")
            for field in self._fields
            if (source := self.extra_fields.get(field.name)) and source.link
        }
        self.fixed = fixed or {}
        self.hidden = frozenset(column.key for column in hidden)
        self.shown = [self._column(field) for field in self._fields if field.name not in self.extra_fields]
        """The columns that are fields of the DTO."""
        self.width = len(self._fields)
        self.changed = None if changed_by is None else frozenset(self._names_in(changed_by))
        """What callers say of a row besides its key, by attributes of the model and fields; None where nobody writes."""
        self.hashed = None if self.changed is None else self._hashed(self.changed)
        """What the row hash is of, by attributes of the model and fields; None where nobody writes."""

    # SQL is made when the first statement is: that of 300 resources took a fifth of their start, and 60 MB.

    @cached_property
    def columns(self) -> list[Label[Any]]:
        """The fields of the DTO, in their order."""
        return [self._source(field).sql.label(field.name) for field in self._fields]

    @cached_property
    def row_hash(self) -> ColumnElement[int] | None:
        """Tells apart what callers may change of a row."""
        if self.hashed is None:
            return None
        columns = [column for key, column in self.columns_by_key.items() if key in self.hashed]
        others = [field.sql for name, field in self.extra_fields.items() if name in self.hashed]
        return row_hash(*columns, *others)

    @cached_property
    def single(self) -> list[ColumnElement[Any]]:
        """What `to_resource` takes: `columns`, and the row hash where callers change rows."""
        return [*self.columns, *([] if self.row_hash is None else [self.row_hash])]

    @cached_property
    def _readers(self) -> Readers:
        return by_position(self._source(field).read for field in self._fields)

    @cached_property
    def known(self) -> frozenset[str]:
        """What callers know of a row, by attributes of the model: errors name no other."""
        return frozenset(column.key for column in self.shown) | (self.changed or frozenset())

    @cached_property
    def shows_key(self) -> bool:
        """Whether the DTO says which row it is."""
        return {column.key for column in self.key} <= set(self.dto.__struct_fields__)

    def attribute(self, name: str) -> Attribute:
        """The mapped attribute of a DTO's or payload's field; names that Python or SQLAlchemy keeps end in `_`."""
        for key in (name, f"{name}_"):
            if key in self.columns_by_key:
                return self.columns_by_key[key]
        raise MappingError(
            f"{self.model.__name__} has no column for the field {name!r} of {self.dto.__qualname__}: say in the mapping's "
            "`fields` what it is, or take it out"
        )

    def key_of(self, resource: DtoT) -> list[object]:
        """The key of a row, as it is on the wire."""
        return [getattr(resource, column.key) for column in self.key]

    def values_of(self, payload: msgspec.Struct) -> dict[str, object]:
        """What a payload sets of the row, by the attributes of the model and as their columns bind it; `links` by their fields.

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
        """The fields of a payload that hold JSON, of those that are sent, with their pointers."""
        return {setter.name: setter.pointer for setter, _ in self._sent(payload) if setter.is_document}

    def to_dtos(self, rows: Sequence[Sequence[Any]]) -> list[DtoT]:
        """Rows that begin with `columns` as DTOs."""
        if not rows:
            return []
        return [*map(self.dto, *read_columns(rows, self._readers)[: self.width])]

    def to_resource(self, row: Sequence[Any]) -> DtoT:
        """A row of `single` as a single resource, which knows its row hash."""
        (resource,) = self.to_dtos([row])
        resource.stored_row_hash = row[self.width] if self.row_hash is not None else None
        return resource

    def _sent(self, payload: msgspec.Struct) -> Iterator[tuple[Setter, Any]]:
        """What a payload sets, of those of its fields that are sent, each with its value."""
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
        """The columns that are changed, and what else of the DTO a payload sets."""
        for change in changed_by:
            if isinstance(change, InstrumentedAttribute):
                yield change.key
            else:
                for name in set(change.__struct_fields__) - self.fixed.keys():
                    yield name if name in self.extra_fields else self.attribute(name).key

    def _hashed(self, changed: frozenset[str]) -> frozenset[str]:
        """Of what is taken and never shown, nothing: a tag goes out, and whoever tries values finds those that give it."""
        # The key, so that no tag of a row is one of another that says the same.
        key = frozenset(column.key for column in self.key)
        return key | changed & {*self.extra_fields, *(column.key for column in self.shown)}
