"""What must hold of a row after it is written: that the caller may write it, and may read the rows it refers to."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Values
from typing import Any

import msgspec
from sqlalchemy import Boolean, ColumnElement, Label, literal, or_
from sqlalchemy.orm import MANYTOONE
from sqlalchemy.sql.visitors import replacement_traverse

from service.core.database.lookups import is_equal_as_in_python
from service.core.errors import ApiError, Forbidden, ValidationFailed
from service.core.field_errors import FieldCode, FieldError
from service.core.resources.access.policies import Authorization
from service.core.resources.columns.nested_text import nested
from service.core.resources.conditions import Access, Model, RowCondition
from service.core.resources.mapping import Mapping
from service.core.resources.rows.model_rows import attribute_keys_of
from service.core.resources.rows.related import Related
from service.core.resources.writes.conflicts import RefersToNothing
from service.prisma.names import api_name

LABEL = "__check_"
"""What the labels of checks begin with in the result of a statement. No column's name begins so."""


class Reference(msgspec.Struct, frozen=True):
    """The attributes by which a row refers to a row of `model`, and the condition that the caller may read that one."""

    attributes: tuple[str, ...]
    model: Model
    condition: ColumnElement[bool]


class Checks:
    """Conditions that a write of one resource returns with its row; where one does not hold, the write is undone."""

    def __init__(self, mapping: Mapping[Any, Any]) -> None:
        self.mapping = mapping
        self._references = list(_references(mapping))
        self._keys = attribute_keys_of(mapping.model)

    def claimed(self, authorization: Authorization) -> dict[str, object]:
        """The values that a new row takes from the token's claims, by the attributes of the model."""
        given = authorization.claimed(self.mapping.model)
        return {self._keys[name]: value for name, value in given.items()}

    def refusal_of(
        self, authorization: Authorization, values: Values[str, object]
    ) -> ValidationFailed | None:
        """The refusal of values that differ from those of the token's claims; None where none does.

        Where the database may take two for equal that look different, as in a `citext`, it decides: see `needed`.
        """
        errors = [
            FieldError.at(
                f"/{api_name(self.mapping.columns_by_key[name])}",
                "is what the token says; leave it out, or send the same",
                FieldCode.READ_ONLY,
            )
            for name, value in self.claimed(authorization).items()
            if name in values
            and values[name] != value
            and is_equal_as_in_python([self.mapping.columns_by_key[name]])
        ]
        return (
            ValidationFailed(f"This {self.mapping.name} would belong to somebody else.", errors=errors)
            if errors
            else None
        )

    def needed(
        self, authorization: Authorization, written: Values[str, object], *, is_new: bool
    ) -> tuple[int, ...]:
        """The numbers of the checks that are needed where these attributes of a row are written."""
        rights, model = authorization.rights, self.mapping.model
        # What comes from the token is not checked: the caller has not chosen it.
        named = {key for key, value in written.items() if value is not None} - self.claimed(
            authorization
        ).keys()
        found = [
            number
            for number, reference in enumerate(self._references)
            if not named.isdisjoint(reference.attributes)
            and rights.condition(reference.model, Access.READ) is not True
        ]
        decisive = {self._keys[name] for name in rights.decisive(model)}
        if decisive and (is_new or not decisive.isdisjoint(written)):
            found.append(len(self._references))
        return tuple(found)

    def columns(self, needed: Sequence[int]) -> list[Label[bool]]:
        """The checks as columns in the result of a statement, for `refuse`."""
        conditions = [*(each.condition for each in self._references), self.mapping.is_writable]
        return [nested(conditions[number], Boolean()).label(f"{LABEL}{number}") for number in needed]

    def of_references(self, needed: Sequence[int]) -> tuple[int, ...]:
        """Those of the checks that are about rows which the row refers to."""
        return tuple(number for number in needed if number < len(self._references))

    def attributes_of(self, reference: int) -> tuple[str, ...]:
        return self._references[reference].attributes

    def references(self, written: Values[str, object]) -> tuple[int, ...]:
        """The numbers of the checks of rows that these attributes refer to, whoever may read these rows."""
        return tuple(
            number
            for number, reference in enumerate(self._references)
            if any(written.get(key) is not None for key in reference.attributes)
        )

    def columns_with(
        self, needed: Sequence[int], values: Values[Any, ColumnElement[Any]]
    ) -> list[ColumnElement[bool]]:
        """`columns` for a row that is not stored so: `values` stand in place of its table's columns."""

        def put(element: Any, **_: object) -> ColumnElement[Any] | None:
            return values.get(element) if getattr(element, "table", None) is self.mapping.table else None

        return [replacement_traverse(column, {}, put) for column in self.columns(needed)]

    def refuse(self, needed: Sequence[int], held: Sequence[object]) -> None:
        """Raises `RefersToNothing` for references to nothing that the caller may read, `Forbidden` for other checks."""
        failed = [number for number, holds in zip(needed, held, strict=True) if not holds]
        if unseen := self.of_references(failed):
            raise RefersToNothing([key for number in unseen for key in self.attributes_of(number)])
        if failed:
            raise not_yours(self.mapping)


def not_yours(mapping: Mapping[Any, Any]) -> ApiError:
    """The refusal to write a row that the caller may read."""
    return Forbidden(f"You may not write this {mapping.name}, or could not any more after this change.")


def _references(mapping: Mapping[Any, Any]) -> Iterator[Reference]:
    mapper = mapping.model.__mapper__
    for relation in mapper.relationships:
        if relation.direction is MANYTOONE:
            related = Related(relation.class_attribute)
            local = [mapper.get_property_by_column(column) for column, _ in related.pairs]
            is_readable = related.select(literal(1), RowCondition(relation.mapper, Access.READ)).exists()
            refers_to_none = [column.is_(None) for column, _ in related.pairs if column.nullable]
            yield Reference(
                tuple(each.key for each in local), relation.mapper.class_, or_(*refers_to_none, is_readable)
            )
