"""Reads of a row by its key of one or several columns, as a statement for one key and as one for many keys."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, any_, bindparam, func, select, tuple_, types

from service.core.database.statement import AnySelect, Expression, Shape
from service.prisma.types import ScalarList

Key: TypeAlias = tuple[object, ...]
Row: TypeAlias = Sequence[Any]

ASSUMED_KEYS = 10
_NAMES = tuple(f"__key_{at}" for at in range(32))
"""The names of a key's bind parameters. No column may have such a name, since SQLAlchemy would set that column.

There are 32, since no index of PostgreSQL has more columns.
"""

_EQUAL_AS_IN_PYTHON = (
    types.Integer,
    types.SmallInteger,
    types.BigInteger,
    types.String,
    types.VARCHAR,
    types.Text,
    types.TEXT,
    types.Uuid,
    types.UUID,
)


class Lookup:
    """A SELECT that lacks its condition on the key, the columns of the key, and the shape that tells it from others."""

    def __init__(self, shape: Shape, build: Callable[[], AnySelect], key: Sequence[Expression]) -> None:
        self.shape = shape
        self.one_shape = (shape, "one")
        self.many_shape = (shape, "many")
        self.build = build
        self.key = tuple(key)
        self.is_joinable = is_equal_as_in_python(self.key)
        self._has_uuid = any(isinstance(column.type, types.Uuid) for column in self.key)

    def one(self) -> AnySelect:
        """The statement for the row whose key `bound_key` binds."""
        return self.build().where(*key_is_bound(self.key))

    def many(self) -> AnySelect:
        """The statement for the rows whose keys `bound_keys` binds; each row ends with its key."""
        arrays = [bindparam(_NAMES[at], type_=ScalarList(column.type)) for at, column in enumerate(self.key)]
        if len(arrays) == 1:
            is_meant = self.key[0] == any_(arrays[0])
        else:
            is_meant = tuple_(*self.key).in_(select(*map(func.unnest, arrays)))
        return self.build().add_columns(*self.key).where(is_meant)

    def canonical(self, key: Sequence[object]) -> Key:
        """The key in the form that all its spellings share. Raises `ValueError` for a wrong UUID."""
        if not self._has_uuid:
            return tuple(key)
        return tuple(
            UUID(str(value)) if isinstance(column.type, types.Uuid) else value
            for column, value in zip(self.key, key, strict=True)
        )


def is_equal_as_in_python(key: Sequence[Expression]) -> bool:
    """Whether Python tells keys apart as the database does, which it does not with `citext` or `numeric`."""
    return all(
        type(column.type) in _EQUAL_AS_IN_PYTHON and not getattr(column.type, "collation", None)
        for column in key
    )


def key_is_bound(columns: Sequence[Expression]) -> tuple[ColumnElement[bool], ...]:
    """The conditions that select the row whose key `bound_key` binds."""
    return tuple(column == bindparam(_NAMES[at], type_=column.type) for at, column in enumerate(columns))


def bound_key(key: Key) -> dict[str, object]:
    """The values of a key, by the names of their bind parameters."""
    return dict(zip(_NAMES, key, strict=False))


def bound_keys(keys: Sequence[Key]) -> dict[str, object]:
    """The values of many keys, as one array for each key column.

    Fewer than ten keys are filled up with the last one, whose row is still found once. PostgreSQL takes an array
    that it does not know to hold ten values; fewer would look cheaper to it, so that it would plan anew each time.
    """
    padded = [*keys, *[keys[-1]] * (ASSUMED_KEYS - len(keys))]
    return bound_key(tuple(list(values) for values in zip(*padded, strict=True)))
