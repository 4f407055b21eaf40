"""Which fields of the API a constraint of the database speaks of."""

import re
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager

from service.core.database.sqlstate import FOREIGN_KEY_VIOLATION, UNIQUE_VIOLATION, driver_error, sqlstate
from service.core.errors import AlreadyExists, FieldError, ValidationFailed
from service.models import Base
from service.prisma.names import camel

_SQLITE = re.compile(r"UNIQUE constraint failed: (.+)")


@contextmanager
def constraints(
    model: type[Base],
    location: str = "",
    *,
    values: Mapping[str, object] | None = None,
    from_token: Collection[str] = (),
) -> Generator[None]:
    """Name the fields of a new or changed row of `model` that a constraint of the database refuses.

    A taken value is `AlreadyExists`; where it is the id, the answer points to `location`. A reference to nothing is
    `ValidationFailed`; SQLite says only that there is one, so that the `values` must tell which. The attributes
    `from_token` were filled with the token's `sub`.
    """
    try:
        yield
    except Exception as error:
        state = sqlstate(error)
        if state == UNIQUE_VIOLATION:
            keys = _attributes(error, model)
            is_id = location and keys == [column.key for column in model.__mapper__.primary_key]
            raise AlreadyExists(
                "Another one with the same unique values exists already.",
                errors=tuple(FieldError(f"/{camel(key)}", "is taken") for key in keys),
                headers={"Location": location} if is_id else None,
            ) from error
        if state == FOREIGN_KEY_VIOLATION:
            keys = _attributes(error, model) or _only_reference(model, values or {})
            raise _refers_to_nothing(keys, from_token) from error
        raise


def _refers_to_nothing(keys: Collection[str], from_token: Collection[str]) -> ValidationFailed:
    errors = tuple(
        FieldError(
            f"/{camel(key)}",
            "is filled with the token's `sub`, which is the id of no user"
            if key in from_token
            else "is the id of nothing that exists",
        )
        for key in keys
    )
    if keys and all(key in from_token for key in keys):
        return ValidationFailed("The token's `sub` is the id of no user.", errors=errors)
    return ValidationFailed("It refers to something that does not exist.", errors=errors)


def _only_reference(model: type[Base], values: Mapping[str, object]) -> list[str]:
    """The attributes that refer to other rows, where these values let only one of those be missing."""
    given = {
        attribute.key: (target.target_fullname, values[attribute.key])
        for attribute in model.__mapper__.column_attrs
        for target in attribute.columns[0].foreign_keys
        if values.get(attribute.key) is not None
    }
    return list(given) if len(set(given.values())) == 1 else []


def _attributes(error: Exception, model: type[Base]) -> list[str]:
    """The attributes that the constraint is on; none where it is not known."""
    driver = driver_error(error)
    if match := _SQLITE.search(str(driver)):
        names = [part.strip().rpartition(".")[2] for part in match[1].split(",")]
    else:
        names = _columns(model, str(getattr(driver, "constraint_name", "")))
    keys = {attribute.columns[0].name: attribute.key for attribute in model.__mapper__.column_attrs}
    return [keys[name] for name in names if name in keys]


def _columns(model: type[Base], constraint: str) -> list[str]:
    for table in Base.metadata.tables.values():
        if table is model.__table__:
            for candidate in (*table.constraints, *table.indexes):
                if candidate.name == constraint:
                    return [column.name for column in getattr(candidate, "columns", ())]
            if constraint == f"{table.name}_pkey":
                return [column.name for column in table.primary_key]
    return []
