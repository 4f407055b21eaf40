"""A row's columns and the values that a write binds for them: whether they differ, and what is set."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, case, cast, false, func, not_, null, or_
from sqlalchemy.sql.elements import NamedColumn
from sqlalchemy.types import TypeEngine

from service.core.resources.columns.comparisons import in_milliseconds, same_json
from service.core.resources.columns.exact import tells_apart
from service.core.resources.columns.key_conversions import is_finer_than_shown
from service.core.resources.mapping import Mapping, MappingError
from service.core.resources.rows.model_rows import is_in_key, table_columns_of
from service.core.resources.writes.bind_names import bound
from service.prisma.types import ScalarList, is_json

JSON_NULL = "null"


class BoundColumns:
    """The columns by the model's attributes, each with the new value that `bound_values` binds under its attribute."""

    def __init__(self, mapping: Mapping[Any, Any]) -> None:
        self._mapping = mapping
        self.by_key = table_columns_of(mapping.model)

    @cached_property
    def _may_look_alike(self) -> set[str]:
        """Columns in which different values may look alike to callers.

        Finer moments than they see, one document written in several ways, JSON's null and SQL's, NULL and empty lists.
        """
        return {
            key
            for key, column in self._mapping.columns_by_key.items()
            if (is_finer_than_shown(column.type) and not is_in_key(column))
            or _holds_documents(column.type)
            or (self.by_key[key].nullable and isinstance(column.type, ScalarList))
        }

    def column(self, key: str) -> NamedColumn[Any]:
        """The column of an attribute. Raises `MappingError` where there is none, as where a resource's own code misspells it."""
        if (column := self.by_key.get(key)) is None:
            raise MappingError(
                f"{self._mapping.model.__name__} has no column {key!r}, for which a write has a value. Values that code of a "
                "resource sets, in `from_token` and `deletion_marks` too, go by the attributes of the model"
            )
        return column

    def value(self, key: str) -> ColumnElement[Any]:
        """The new value that is bound for a column."""
        return bindparam(bound(key), type_=self.column(key).type)

    def set_to(self, keys: Iterable[str]) -> dict[str, Any]:
        """The columns set to their bound values, as `values()` of a statement takes them."""
        return {self.column(key).name: self.value(key) for key in keys}

    def change_to(self, keys: Iterable[str]) -> dict[str, Any]:
        """`set_to`, where a stored value stays that looks the same to callers as the bound one."""
        return {
            self.column(key).name: case((self._looks_alike(key), self.by_key[key]), else_=self.value(key))
            if key in self._may_look_alike
            else self.value(key)
            for key in keys
        }

    def differ(self, changes: Iterable[str]) -> ColumnElement[bool]:
        """Whether one of these columns differs from its bound value."""
        return or_(*(self.is_other(key) for key in changes))

    def is_other(self, key: str) -> ColumnElement[bool]:
        column = self.column(key)
        if tells_apart(column.type):
            is_other = column.is_distinct_from(self.value(key))
        else:
            is_other = cast(column, Text).is_distinct_from(cast(self.value(key), Text))
        return and_(is_other, not_(self._looks_alike(key))) if key in self._may_look_alike else is_other

    def _looks_alike(self, key: str) -> ColumnElement[bool]:
        """Whether callers see the bound value already: one that is sent back as it was shown is no change."""
        value, column = self.value(key), self.by_key[key]
        alike: list[ColumnElement[bool]] = []
        if isinstance(column.type, ScalarList):
            alike.append(and_(column.is_(null()), func.cardinality(value) == 0))
        elif is_json(column.type):
            alike.append(and_(value.is_(null()), func.coalesce(cast(column, Text) == JSON_NULL, false())))
        else:
            alike.append(func.coalesce(in_milliseconds(column) == value, false()))
        if _holds_documents(column.type):
            alike.append(func.coalesce(same_json(column, value), false()))
        return or_(*alike)


def _holds_documents(kind: TypeEngine[Any]) -> bool:
    return is_json(kind.item if isinstance(kind, ScalarList) else kind)
