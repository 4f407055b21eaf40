"""Which fields of the API a unique constraint of the database speaks of."""

import re
from collections.abc import Generator
from contextlib import contextmanager

from service.core.database.sqlstate import UNIQUE_VIOLATION, driver_error, sqlstate
from service.core.errors import AlreadyExists, FieldError
from service.models import Base
from service.prisma.names import camel

_SQLITE = re.compile(r"UNIQUE constraint failed: (.+)")


@contextmanager
def unique(model: type[Base], location: str = "") -> Generator[None]:
    """Turn a violated unique constraint of `model` into `AlreadyExists`, which names the fields.

    Where the id itself is taken, the answer points to `location`.
    """
    try:
        yield
    except Exception as error:
        if sqlstate(error) != UNIQUE_VIOLATION:
            raise
        keys = _attributes(error, model)
        is_id = location and keys == [column.key for column in model.__mapper__.primary_key]
        raise AlreadyExists(
            "Another one with the same unique values exists already.",
            errors=tuple(FieldError(f"/{camel(key)}", "is taken") for key in keys),
            headers={"Location": location} if is_id else None,
        ) from error


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
