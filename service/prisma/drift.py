"""Compares a live database, as others have read it, with the models and the mirrored migrations. It runs no query."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import SchemaType, TypeEngine

from service.prisma.migrations import MigrationState, compare
from service.prisma.types import plain_type

DIALECT = postgresql.dialect()
DIALECT.ischema_names = {}
"""Used only to write types as words. With its own `ischema_names` it refuses an enum named like a type: `interval`."""
SHORT_NAMES = {"varchar": "character varying", "char": "character", "float": "double precision"}
"""SQLAlchemy's words for types which PostgreSQL's catalogue calls otherwise."""
_QUOTED = re.compile(r'^"([a-z_][a-z0-9_$]*)"')
_COLLATION = re.compile(r' COLLATE "[^"]*"')
_SCHEMA = re.compile(r'^(?:"[^"]*"|\w+)\.')
NOT_READABLE = "(which this role may not read: GRANT USAGE on its schema and SELECT on it)"
FILTERED = (
    "row-level security hides rows from this role, and may refuse its writes, in {tables}: ALTER ROLE ... BYPASSRLS, or a policy "
    "for this role there (FOR ALL USING (true) WITH CHECK (true)), since `readable` and `writable` say here who sees what"
)

NOTHING = compare([], [])
"""The state of migrations where they cannot be compared."""
ColumnName: TypeAlias = tuple[str, str]


def column_name(column: "sa.Column[Any]") -> ColumnName:
    """The full name of the column's table, and the column's own name."""
    return column.table.fullname, column.name


@dataclass(frozen=True)
class LiveColumn:
    """A column as the database has it; where `type` is None, only its name is known."""

    type: str | None = None
    nullable: bool = True
    must_be_given: bool = False
    """Whether an INSERT that leaves it out fails."""
    labels: tuple[str, ...] = ()
    """The values of the column's enum."""
    is_readable: bool = True
    """Whether the role that connects may read it."""


@dataclass
class LiveTable:
    """A table or view as the database has it."""

    is_view: bool = False
    columns: dict[str, LiveColumn] = field(default_factory=dict[str, LiveColumn])
    is_filtered: bool = False
    """Whether row-level security applies to the role that connects, and no policy lets it read every row."""

    @property
    def is_readable(self) -> bool:
        """Whether the role that connects may read all of it."""
        return all(column.is_readable for column in self.columns.values())


@dataclass(frozen=True)
class Drift:
    """How a database differs from what this code was made for."""

    missing: tuple[str, ...] = ()
    """The tables and columns that a resource needs, but that are not there or may not be read."""
    differences: tuple[str, ...] = ()
    """What else is not as expected, a sentence each."""
    migrations: MigrationState = NOTHING
    readable: frozenset[str] = frozenset()
    """The full names of the tables of which the role that connects may read every column."""


def find_drift(
    tables: Iterable[sa.Table],
    live: Mapping[str, LiveTable],
    needed: Collection[ColumnName],
    migrations: MigrationState | str,
) -> Drift:
    """How the database differs from `tables`.

    `live` has its tables by their full names; `migrations` may be a sentence that says why they cannot be compared.
    """
    missing: list[str] = []
    differences: list[str] = []
    filtered: list[str] = []
    for table in tables:
        there = live.get(table.fullname)
        is_needed = any(column_name(column) in needed for column in table.columns)
        if there is None:
            # The name as a plain str, since JSON cannot write SQLAlchemy's own subclass of it.
            whole = missing if is_needed else differences
            whole.append(f"{table.name}" if is_needed else f"{table.name} is missing")
            continue
        if is_needed and not any(column.is_readable for column in there.columns.values()):
            missing.append(f"{table.name} {NOT_READABLE}")
            continue
        if there.is_filtered:
            filtered.append(table.name)
        for column in table.columns:
            name = f"{table.name}.{column.name}"
            found = there.columns.get(column.name)
            if found and not found.is_readable and column_name(column) in needed:
                missing.append(f"{name} {NOT_READABLE}")
            elif found:
                differences += [f"{name} {what}" for what in _differences(column, found, view=there.is_view)]
            elif column_name(column) in needed:
                missing.append(name)
            else:
                differences.append(f"{name} is missing")
        differences += [
            f"{table.name}.{name} is not known here, and inserts must give it"
            for name, found in there.columns.items()
            if found.must_be_given and name not in table.columns
        ]
    if filtered:
        differences.append(FILTERED.format(tables=", ".join(sorted(filtered))))
    readable = frozenset(name for name, there in live.items() if there.is_readable)
    if isinstance(migrations, str):
        return Drift(tuple(missing), (*differences, migrations), readable=readable)
    return Drift(tuple(missing), (*differences, *_of_migrations(migrations)), migrations, readable)


def _differences(column: "sa.Column[object]", found: LiveColumn, *, view: bool) -> Iterator[str]:
    if found.type is None:
        return
    expected = type_name(column.type)
    if expected != same_words(found.type):
        yield f"is {found.type} where the models say {expected}"
    elif not _in_its_own_schema(column.type) and (schema := _SCHEMA.match(found.type)):
        yield (
            f"is {found.type}, and statements with it fail until this role's search_path leads there: "
            f"ALTER ROLE ... SET search_path = public, {schema[0].removesuffix('.')}"
        )
    elif labels := _enum_labels(column.type):
        if gone := [label for label in labels if label not in found.labels]:
            yield f"cannot hold {', '.join(gone)}"
        if new := [label for label in found.labels if label not in labels]:
            yield f"can hold {', '.join(new)}, which the models do not know"
    if found.nullable is not column.nullable and not view:
        yield "can be NULL" if found.nullable else "can no longer be NULL"


def _of_migrations(state: MigrationState) -> Iterator[str]:
    for names, what in (
        (state.missing, "are not applied"),
        (state.unfinished, "were begun and not finished"),
        (state.unknown, "are applied and not mirrored here"),
        (state.changed, "were applied in another form than the mirror's"),
    ):
        if names:
            yield f"migrations {what}: {', '.join(names)}"


def type_name(kind: TypeEngine[Any]) -> str:
    """The type as PostgreSQL's catalogue writes it, without a schema."""
    return same_words(_COLLATION.sub("", kind.compile(DIALECT)))


def same_words(name: str) -> str:
    # PostgreSQL quotes other words than SQLAlchemy does.
    bare = _QUOTED.sub(r"\1", _SCHEMA.sub("", name))
    if bare.startswith('"'):
        return bare
    word = re.match(r"[a-z_]*", bare := bare.lower().replace(", ", ","))
    assert word is not None  # noqa: S101  # the pattern matches an empty word as well
    return SHORT_NAMES.get(word[0], word[0]) + bare[word.end() :]


def _in_its_own_schema(kind: TypeEngine[object]) -> bool:
    """Whether statements name the type's schema: they do for enums and domains, not for an extension's types."""
    item = _item(kind)
    return isinstance(item, SchemaType) or isinstance(plain_type(item), sa.Enum)


def _enum_labels(kind: TypeEngine[object]) -> list[str]:
    item = plain_type(_item(kind))
    return item.enums if isinstance(item, sa.Enum) else []


def _item(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type of a list's items, or of the column itself."""
    return getattr(kind, "item", kind)
