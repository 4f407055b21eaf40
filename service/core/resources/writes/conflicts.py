"""Which fields of the API a constraint of the database speaks of."""

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager

from service.core.database.sqlstate import (
    FOREIGN_KEY_VIOLATION,
    UNIQUE_VIOLATION,
    driver_error,
    is_malformed,
    sqlstate,
)
from service.core.errors import AlreadyExists, ValidationFailed
from service.core.field_errors import FieldCode, FieldError
from service.core.resources.rows.related import table_of
from service.core.resources.writes.malformed import malformed
from service.prisma.base import Base
from service.prisma.names import api_name


class RefersToNothing(Exception):  # what a row does, which is an error once its fields are named
    """Attributes of a row name other rows that are not there, or that its caller may not read."""

    def __init__(self, attributes: Collection[str]) -> None:
        super().__init__(*attributes)
        self.attributes = attributes


@contextmanager
def naming_fields(
    model: type[Base],
    *,
    values: Mapping[str, object],
    known: Collection[str],
) -> Generator[None]:
    """Name the fields of a row of `model` that is written with `values`, where a constraint refuses it.

    A taken value is `AlreadyExists`, which knows the key where that is what is taken. A reference to nothing is
    `RefersToNothing`. A text that the database alone can read and cannot is `ValidationFailed`, and named where it is known.
    Of attributes that are not `known` to callers no error says anything; who names what `RefersToNothing` has leaves them out.
    """
    try:
        yield
    except Exception as error:
        state = sqlstate(error)
        if state == UNIQUE_VIOLATION:
            raise _already_exists(error, model, values, known) from error
        if state == FOREIGN_KEY_VIOLATION:
            raise RefersToNothing(_attributes(error, model)) from error
        if is_malformed(error) and (found := malformed(error, model, values)):
            errors = [
                FieldError.at(_pointer(model, name), f"must be what PostgreSQL reads as {kind}")
                for name, kind in found.items()
                if name in known
            ]
            # Of several that it may be, none is named.
            raise ValidationFailed(
                "The database cannot read a value.", errors=errors if len(found) == 1 else ()
            ) from error
        raise


def _already_exists(
    error: Exception, model: type[Base], values: Mapping[str, object], known: Collection[str]
) -> AlreadyExists:
    taken = _attributes(error, model)
    said = [name for name in taken if name in known]
    mapper = model.__mapper__
    key = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
    return AlreadyExists(
        "Another one with the same unique values exists already.",
        errors=tuple(
            FieldError.at(_pointer(model, name), f"is taken{_together(model, name, said)}", FieldCode.TAKEN)
            for name in said
        ),
        key=[values[name] for name in key] if set(taken) == set(key) <= values.keys() else None,
    )


def _pointer(model: type[Base], key: str) -> str:
    return f"/{api_name(getattr(model, key))}"


def _together(model: type[Base], key: str, keys: Collection[str]) -> str:
    """Beside what a column is no key by itself: each may be right, and they together wrong."""
    others = [api_name(getattr(model, other)) for other in keys if other != key]
    return f" together with {' and '.join(others)}" if others else ""


def refers_to_nothing(
    model: type[Base],
    attributes: Collection[str],
    values: Mapping[str, object],
    subject: str | None,
    known: Collection[str],
) -> ValidationFailed:
    """The refusal of a row with these `values`, whose `attributes` refer to nothing; `subject` is the token's `sub`.

    It names those that are `known` to callers.
    """
    said = [key for key in attributes if key in known]
    of_token = {key for key in attributes if subject is not None and values.get(key) == subject}
    errors = tuple(
        FieldError.at(
            _pointer(model, key),
            "is filled with the token's `sub`, which is the id of no user"
            if key in of_token
            else f"is the id of nothing that exists{_together(model, key, said)}",
            FieldCode.NOT_FOUND,
        )
        for key in said
    )
    if attributes and of_token == set(attributes):
        return ValidationFailed("The token's `sub` is the id of no user.", errors=errors)
    return ValidationFailed("It refers to something that does not exist.", errors=errors)


def _attributes(error: Exception, model: type[Base]) -> list[str]:
    """The attributes that the constraint is on; none where it is not known."""
    names = _columns(model, str(getattr(driver_error(error), "constraint_name", "")))
    keys = {attribute.columns[0].name: attribute.key for attribute in model.__mapper__.column_attrs}
    return [keys[name] for name in names if name in keys]


def _columns(model: type[Base], constraint: str) -> list[str]:
    table = table_of(model)
    for candidate in (*table.constraints, *table.indexes):
        if candidate.name == constraint:
            return [column.name for column in getattr(candidate, "columns", ())]
    return [column.name for column in table.primary_key] if constraint == f"{table.name}_pkey" else []
