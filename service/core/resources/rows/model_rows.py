"""The rows of a model, whatever is shown of them: their key, their columns by name, and who may read them."""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import Column, ColumnElement
from sqlalchemy.orm import MANYTOONE, InstrumentedAttribute, RelationshipProperty
from sqlalchemy.sql.elements import NamedColumn

from service.core.database.lookups import Key, is_equal_as_in_python, key_is_bound
from service.core.resources.columns.conversions import Conversion, Convert, conversion_of
from service.core.resources.columns.exact import as_stored, exactly
from service.core.resources.columns.key_conversions import key_conversion_of
from service.core.resources.conditions import Access, RowCondition
from service.core.resources.rows.related import table_of
from service.prisma.base import Base, ViewBase

ModelT = TypeVar("ModelT", bound=Base | ViewBase)
Attribute: TypeAlias = InstrumentedAttribute[Any]
"""A model's attribute for a column of its table, as in `Page.title`."""


def table_column(attribute: Attribute) -> "Column[Any]":
    """The column of the table itself. What is asked of the attribute makes SQLAlchemy copy the column.

    Raises `TypeError` for a relation.
    """
    if isinstance(attribute.property, RelationshipProperty):
        raise TypeError(f"{attribute} is no column")
    return attribute.property.columns[0]


def is_in_key(column: Attribute) -> bool:
    """Whether rows are found by the column: it is part of a primary key, or refers to other rows."""
    mapper, held = column.class_.__mapper__, table_column(column)
    if held in mapper.primary_key or held.foreign_keys:
        return True
    # The database may have no foreign key for a relation.
    return any(
        held in relation.local_columns for relation in mapper.relationships if relation.direction is MANYTOONE
    )


def shown_as(column: Attribute) -> Conversion:
    """How values of a column are converted: without loss, where rows are found by it."""
    return (key_conversion_of if is_in_key(column) else conversion_of)(table_column(column).type)


class ModelRows(Generic[ModelT]):
    """What all mappings of a model have in common."""

    def __init__(self, model: type[ModelT]) -> None:
        self.model = model
        self.columns_by_key = _columns_of(model)
        self.key = _key_of(model)
        self.table = table_of(model)

    def column_of(self, name: str) -> Attribute | None:
        """The column for a field of a DTO or payload, if any; names that Python or SQLAlchemy reserve end in `_`."""
        return self.columns_by_key.get(name, self.columns_by_key.get(f"{name}_"))

    def name_of(self, column: Attribute) -> str:
        """The name of one of the model's columns. Raises `TypeError` for a column of another model."""
        if self.columns_by_key.get(column.key) is not column:
            raise TypeError(f"{column} is no column of {self.model.__name__}")
        return column.key

    @cached_property
    def is_readable(self) -> RowCondition:
        return RowCondition(self.model.__mapper__, Access.READ)

    @cached_property
    def is_writable(self) -> RowCondition:
        return RowCondition(self.model.__mapper__, Access.WRITE)

    @property
    def key_is_bound(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions for the row whose key is bound by `bound_key`."""
        return key_is_bound(self.key)

    @property
    def this_row(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions for the row whose key is bound, if the caller may read it."""
        return (*self.key_is_bound, self.is_readable)

    def key_values(self, key: Sequence[object], *, is_new: bool = False) -> Key | None:
        """The values of the key as its columns bind them; None where they cannot be the key of any row.

        A new row's key is cut to what its columns can hold, where it is finer.
        """
        writes = self._new_key_writes if is_new else self.key_writes
        try:
            return tuple([write(value) for write, value in zip(writes, key, strict=True)])
        except ValueError:
            return None

    @cached_property
    def is_key_exact(self) -> bool:
        """Whether no two spellings of a key find the same row, as they do in a `citext` or a `CHAR`."""
        return is_equal_as_in_python(self.key)

    @cached_property
    def key_writes(self) -> list[Convert]:
        """For each column of the key, a function that converts a value to what the column binds."""
        return [exactly(table_column(column).type) for column in self.key]

    @cached_property
    def _new_key_writes(self) -> list[Convert]:
        return [as_stored(table_column(column).type) for column in self.key]


@cache
def table_columns_of(model: type[Base | ViewBase]) -> Mapping[str, NamedColumn[Any]]:
    """The columns of a model's table, by the model's attributes."""
    return {attribute.key: attribute.columns[0] for attribute in model.__mapper__.column_attrs}


@cache
def attribute_keys_of(model: type[Base | ViewBase]) -> Mapping[str, str]:
    """A model's attributes, by the names of the table's columns."""
    return {column.name: key for key, column in table_columns_of(model).items()}


@cache
def _columns_of(model: type[Base | ViewBase]) -> Mapping[str, Attribute]:
    return {key: getattr(model, key) for key in table_columns_of(model)}


@cache
def _key_of(model: type[Base | ViewBase]) -> tuple[Attribute, ...]:
    mapper = model.__mapper__
    keys = (mapper.get_property_by_column(column).key for column in mapper.primary_key)
    return tuple(_columns_of(model)[key] for key in keys)
