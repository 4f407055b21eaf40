"""What must hold of a row after it is written: that the caller may write it, and may read the rows it refers to."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Values
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Label, or_
from sqlalchemy.orm import MANYTOONE

from service.core.database.lookups import is_equal_as_in_python
from service.core.errors import ApiError, Forbidden, ValidationFailed
from service.core.field_errors import FieldCode, FieldError
from service.core.resources.access.policies import Authorization
from service.core.resources.columns.nested_text import nested
from service.core.resources.conditions import Access, Model, RowCondition
from service.core.resources.mapping import Mapping
from service.core.resources.rows.model_rows import attribute_keys_of
from service.core.resources.rows.related import Related, constant
from service.core.resources.writes.conflicts import RefersToNothing
from service.prisma.names import api_name

LABEL = "__check_"
"""What the labels of checks begin with in the result of a statement. No column's name begins so."""


@dataclass(frozen=True, eq=False)
class Check:
    """A condition that a write returns with its row; where it does not hold, the write is undone."""

    condition: ColumnElement[bool]
    model: Model
    """The model of the row that `condition` is about."""
    attributes: tuple[str, ...] = ()
    """The attributes by which the written row refers to that row; empty where it is the written row itself."""


class Checks:
    """The checks of one resource's writes: that the caller may write the row, and read each row that it refers to."""

    def __init__(self, mapping: Mapping[Any, Any]) -> None:
        self.mapping = mapping
        self._is_writable = Check(mapping.is_writable, mapping.model)
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
    ) -> tuple[Check, ...]:
        """The checks that are needed where these attributes of a row are written."""
        rights = authorization.rights
        # What comes from the token is not checked: the caller has not chosen it.
        claimed = self.claimed(authorization)
        chosen = {key: value for key, value in written.items() if key not in claimed}
        needed = [
            check
            for check in self.of_references(chosen)
            if rights.condition(check.model, Access.READ) is not True
        ]
        decisive = {self._keys[name] for name in rights.decisive(self.mapping.model)}
        if decisive and (is_new or not decisive.isdisjoint(written)):
            needed.append(self._is_writable)
        return tuple(needed)

    def of_references(self, written: Values[str, object]) -> tuple[Check, ...]:
        """The checks of the rows that these attributes refer to."""
        named = {key for key, value in written.items() if value is not None}
        return tuple(check for check in self._references if not named.isdisjoint(check.attributes))

    def refuse(self, checks: Sequence[Check], held: Sequence[object]) -> None:
        """Raises `RefersToNothing` for references to nothing that the caller may read, `Forbidden` for other checks."""
        failed = [check for check, holds in zip(checks, held, strict=True) if not holds]
        if unseen := [key for check in failed for key in check.attributes]:
            raise RefersToNothing(unseen)
        if failed:
            raise not_yours(self.mapping)


def columns_of(checks: Iterable[Check]) -> list[Label[bool]]:
    """The checks as columns in the result of a statement, for `refuse`."""
    return [nested(check.condition, Boolean()).label(f"{LABEL}{place}") for place, check in enumerate(checks)]


def not_yours(mapping: Mapping[Any, Any]) -> ApiError:
    """The refusal to write a row that the caller may read."""
    return Forbidden(f"You may not write this {mapping.name}, or could not any more after this change.")


def _references(mapping: Mapping[Any, Any]) -> Iterator[Check]:
    mapper = mapping.model.__mapper__
    for relation in mapper.relationships:
        if relation.direction is MANYTOONE:
            related = Related(relation.class_attribute)
            local = [mapper.get_property_by_column(column) for column, _ in related.pairs]
            is_readable = related.select(constant(1), RowCondition(relation.mapper, Access.READ)).exists()
            refers_to_none = [column.is_(None) for column, _ in related.pairs if column.nullable]
            yield Check(
                or_(*refers_to_none, is_readable), relation.mapper.class_, tuple(each.key for each in local)
            )
