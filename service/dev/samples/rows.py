"""Makes up rows that fit together: each refers to rows that exist, and no two share a value that must be unique."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias

import sqlalchemy as sa

from service.dev.samples.checked import Form, draw
from service.dev.samples.listed import sample_of
from service.dev.samples.order import AnyTable, Reference, references
from service.dev.samples.values import NoSampleError
from service.prisma.types import AsText, plain_type

Row: TypeAlias = dict[str, Any]
"""Values by the names of columns."""

TRIES = 40
"""How many numbers are tried for one row, and how many combinations of parents for each number."""
KEPT = 100
"""How many rows of a parent's table are considered."""
KEPT_DEFAULTS = (sa.String, sa.Uuid, sa.LargeBinary, sa.JSON)
"""The types of columns that keep their default in the database; others get a made-up value, so that rows differ."""


class Samples:
    """Makes up rows of several tables, and knows those that exist so far."""

    def __init__(self) -> None:
        self.rows: dict[AnyTable, list[Row]] = defaultdict(list)
        self._numbers: Counter[AnyTable] = Counter()
        self._taken: dict[tuple[AnyTable, tuple[str, ...]], set[tuple[object, ...]]] = defaultdict(set)

    def next(self, table: AnyTable, form: Form = Form.FULL) -> Row:
        """Make up another row. Raises `NoSampleError`."""
        keys = [key for key in references(table) if key.is_filled]
        for key in keys:
            if key.is_required and not self._referable(key):
                raise NoSampleError(f"needs a {key.table.name}, of which there is none")
        for _ in range(TRIES):
            number = self._numbers[table]
            self._numbers[table] += 1
            drawn = draw(table, form, number, self.rows[table])
            plain = {
                column.name: (
                    drawn.values[column.name] if column.name in drawn.values else sample_of(column, number)
                )
                for column in table.columns
                if not is_left_out(column) and not (may_be_empty(column) and column.name in drawn.without)
            }
            given = [
                key
                for key in keys
                if not (key.may_be_empty and any(column.name in drawn.without for column in key.columns))
            ]
            for chosen in islice(self._choices(given, number, {}), TRIES):
                row = plain | _unreferred(table, chosen) | chosen
                if self._is_free(table, row):
                    return row
        raise NoSampleError("no further row would keep the unique columns unique")

    def keep(self, table: AnyTable, row: Mapping[str, Any]) -> None:
        """Remember a stored row, for later rows to refer to."""
        self.rows[table].append(dict(row))

    def reserve(self, table: AnyTable, row: Row) -> None:
        """Let no other row have the unique values of this one."""
        for names in uniques(table):
            self._taken[table, names].add(tuple(_hashable(row.get(name)) for name in names))

    def release(self, table: AnyTable, row: Row) -> None:
        """Let other rows have the unique values of this one, which was refused."""
        for names in uniques(table):
            self._taken[table, names].discard(tuple(_hashable(row.get(name)) for name in names))

    def _is_free(self, table: AnyTable, row: Row) -> bool:
        for names in uniques(table):
            values = tuple(_hashable(row.get(name)) for name in names)
            if None not in values and values in self._taken[table, names]:
                return False
        self.reserve(table, row)
        return True

    def _choices(self, keys: Sequence[Reference], number: int, row: Row) -> Iterator[Row]:
        """The values by which a row may refer to others; references that share a column agree on its value."""
        if not keys:
            yield row
            return
        first, *others = keys
        # Two references to one table begin with different rows: nobody follows themselves.
        for values in self._rows_for(first, number + len(others)):
            if all(row.get(name, value) == value for name, value in values.items()):
                yield from self._choices(others, number, row | values)
        if not first.is_required:
            yield from self._choices(others, number, row)

    def _rows_for(self, key: Reference, number: int) -> list[Row]:
        """The values that a reference may have, without those that are taken; which is first depends on the number."""
        table, held = key.columns[0].table, {column.name for column in key.columns}
        alone = [names for names in uniques(table) if held.issuperset(names)]
        found = [
            row
            for row in self._referable(key)
            if all(
                tuple(_hashable(row[name]) for name in names) not in self._taken[table, names]
                for names in alone
            )
        ]
        start = number % len(found) if found else 0
        return found[start:] + found[:start]

    def _referable(self, key: Reference) -> list[Row]:
        """The values that a reference may have, taken or not."""
        found = [
            {
                column.name: row.get(referred.name)
                for column, referred in zip(key.columns, key.referred, strict=True)
            }
            for row in self.rows[key.table][:KEPT]
        ]
        return [row for row in found if None not in row.values()]


def reason_against(table: AnyTable) -> str | None:
    """Why no row of a table can be made up; None where one can."""
    for column in table.columns:
        if not is_left_out(column) and not may_be_empty(column):
            try:
                sample_of(column, 0)
            except NoSampleError as error:
                return f"{column.name} must be given, and {error}"
    return None


def unfillable(tables: Iterable[AnyTable]) -> dict[AnyTable, str]:
    return {table: reason for table in tables if (reason := reason_against(table))}


def is_left_out(column: "sa.Column[Any]") -> bool:
    """Whether a row leaves a column out: the database or a default fills it, or it stays NULL for lack of a sample."""
    if column.computed is not None or column.identity is not None:
        return True
    if column.table.autoincrement_column is column and not column.foreign_keys:
        return True
    kind = plain_type(column.type)
    if isinstance(kind, sa.DateTime | sa.Date | sa.Time) and not column.primary_key:
        return False
    if column.default is not None:
        return True
    if column.server_default is None:
        return _is_unknown(column) and column.nullable is True
    counted = not isinstance(column.server_default, sa.DefaultClause) or column.autoincrement is True
    if counted or column.primary_key or isinstance(column.type, AsText):
        return True
    # SQLAlchemy's enums are strings, too.
    return isinstance(kind, KEPT_DEFAULTS) and not isinstance(kind, sa.Enum) and not _says_nothing(column)


def may_be_empty(column: "sa.Column[Any]") -> bool:
    return bool(column.nullable) or column.server_default is not None


def uniques(table: AnyTable, *, among_all: bool = False) -> list[tuple[str, ...]]:
    """The names of columns that are unique together, the key's first; `among_all` leaves out partial indexes."""
    found = [tuple(column.name for column in table.primary_key)]
    found += [
        tuple(column.name for column in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint)
    ]
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        names = tuple(each.name for each in index.expressions if isinstance(each, sa.Column))
        is_partial = index.dialect_options["postgresql"]["where"] is not None
        if index.unique and len(names) == len(index.expressions) and not (among_all and is_partial):
            found.append(names)
    return [names for names in dict.fromkeys(found) if names]


def _unreferred(table: AnyTable, chosen: Row) -> Row:
    """None for each nullable column of a reference for which no row was chosen."""
    referring = {column for key in references(table) for column in key.columns}
    return {
        column.name: None
        for column in referring
        if column.nullable and column.computed is None and column.name not in chosen
    }


def _says_nothing(column: "sa.Column[Any]") -> bool:
    """Whether its default is an empty text: of rows without a name nobody sees which is which."""
    default = column.server_default
    return isinstance(default, sa.DefaultClause) and str(default.arg).startswith("''")


def _is_unknown(column: "sa.Column[Any]") -> bool:
    try:
        sample_of(column, 0)
    except NoSampleError:
        return True
    return False


def _hashable(value: object) -> object:
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value
