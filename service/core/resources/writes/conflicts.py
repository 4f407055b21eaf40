"""Errors of the database's constraints as errors that name fields of the API."""

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager

from service.core.database.sqlstate import (
    FOREIGN_KEY_VIOLATION,
    NOT_NULL_VIOLATION,
    UNIQUE_VIOLATION,
    driver_error,
    is_malformed,
    sqlstate,
)
from service.core.errors import AlreadyExists, ValidationFailed
from service.core.field_errors import FieldCode, FieldError
from service.core.resources.rows.model_rows import attribute_keys_of
from service.core.resources.rows.related import table_of
from service.core.resources.writes.malformed import malformed
from service.prisma.base import Base
from service.prisma.names import api_name


class RefersToNothing(Exception):  # not yet an error of the API, which `refers_to_nothing` makes of it
    """Attributes of a row refer to rows that do not exist, or that the caller may not read."""

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
    """Name the fields of a row of `model` that is written with `values`, where the database refuses it.

    Raises `AlreadyExists` for a taken value, with the key where the key is taken; `RefersToNothing` for a reference to
    nothing; `ValidationFailed` for a column that nothing fills, and for a text that only the database can read, and
    cannot, with its field where only one is possible. Errors name no attributes that are not `known` to callers, except
    `RefersToNothing`: whoever turns it into an error of the API leaves them out.
    """
    try:
        yield
    except Exception as error:
        state = sqlstate(error)
        if state == UNIQUE_VIOLATION:
            raise _already_exists(error, model, values, known) from error
        if state == FOREIGN_KEY_VIOLATION:
            raise RefersToNothing(_attributes(error, model)) from error
        if state == NOT_NULL_VIOLATION and (name := _empty_column(error, model)) in known:
            # A field that may be left out, since a claim fills it, and the token has none: in local there may be no token.
            said = FieldError.at(_pointer(model, name), "is required", FieldCode.REQUIRED)
            raise ValidationFailed("A field that is required is not given.", errors=[said]) from error
        if is_malformed(error) and (found := malformed(error, model, values)):
            errors = [
                FieldError.at(_pointer(model, name), f"must be what PostgreSQL reads as {kind}")
                for name, kind in found.items()
                if name in known
            ]
            # Where it may be one of several fields, none is named.
            raise ValidationFailed(
                "The database cannot read a value.", errors=errors if len(found) == 1 else ()
            ) from error
        raise


def _empty_column(error: Exception, model: type[Base]) -> str:
    """The attribute whose column must not be NULL; empty where that is a column of another table, which a trigger fills."""
    cause = driver_error(error)
    if getattr(cause, "table_name", None) != table_of(model).name:
        return ""
    return attribute_keys_of(model).get(str(getattr(cause, "column_name", "")), "")


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
    """A message's part that names the other columns of a constraint: each may be right, and all together wrong."""
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

    It names those of the attributes that are `known` to callers.
    """
    said = [key for key in attributes if key in known]
    of_token = {key for key in attributes if subject is not None and values.get(key) == subject}
    errors = tuple(
        FieldError.at(
            _pointer(model, key),
            "is filled with the token's `sub`, which is the id of no user"
            if key in of_token
            else f"names something that does not exist{_together(model, key, said)}",
            FieldCode.NOT_FOUND,
        )
        for key in said
    )
    if attributes and of_token == set(attributes):
        return ValidationFailed("The token's `sub` is the id of no user.", errors=errors)
    return ValidationFailed("It refers to something that does not exist.", errors=errors)


def _attributes(error: Exception, model: type[Base]) -> list[str]:
    """The attributes that the violated constraint is on; none where the constraint is not known."""
    names = _columns(model, str(getattr(driver_error(error), "constraint_name", "")))
    keys = attribute_keys_of(model)
    return [keys[name] for name in names if name in keys]


def _columns(model: type[Base], constraint: str) -> list[str]:
    table = table_of(model)
    for candidate in (*table.constraints, *table.indexes):
        if candidate.name == constraint:
            return [column.name for column in getattr(candidate, "columns", ())]
    return [column.name for column in table.primary_key] if constraint == f"{table.name}_pkey" else []
