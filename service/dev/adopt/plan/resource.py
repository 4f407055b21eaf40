"""Plans each resource: its path, what it shows and takes, and what a person has to know of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import types

from service.dev.adopt.options import Options
from service.dev.adopt.plan.columns import ColumnPlan, columns_of
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.names import folder, paths
from service.dev.adopt.plan.relations import MAX_COUNTS, RelationPlan, relations_of
from service.dev.adopt.plan.secrets import SecretWords
from service.dev.adopt.plan.tenants import readable
from service.prisma.types import AsText, ScalarList

Columns = tuple[ColumnPlan, ...]

NO_KEY = (types.JSON, types.LargeBinary, types.Float, AsText, ScalarList)
"""Types of columns whose values cannot be a key in a path."""

NOT_ASKED = "it has no resource yet, and none was asked for"


@dataclass(frozen=True)
class Known:
    """What callers rely on of a resource since it was written the last time, so that it stays."""

    path: str
    """Without its slash."""
    ways: Collection[str] = ()
    """The columns or relations by which its condition leads from a row to its tenant."""
    has_one_dto: bool = False
    """Whether lists and single rows have one DTO."""


@dataclass(frozen=True)
class ResourcePlan:
    """One model's resource."""

    source: Source
    path: str
    columns: Columns
    read_only: str | None
    """Why callers cannot write it; None where they can."""
    readable: str | None
    """The source of its condition on who may read; None where a person has to decide."""
    parents: tuple[RelationPlan, ...] = ()
    owned: tuple[RelationPlan, ...] = ()
    """The relations to a single row that belongs to this one."""
    linked: tuple[RelationPlan, ...] = ()
    """The implicit many-to-many relations."""
    counted: tuple[RelationPlan, ...] = ()
    late: tuple[str, ...] = ()
    """Columns and many-to-many relations that a person has yet to decide on."""
    unshown: tuple[RelationPlan, ...] = ()
    """Relations that only a single row would show, and that stay out where it shares its DTO with lists: a second DTO
    would give clients other types."""
    no_create: str | None = None
    no_change: str | None = None

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def folder(self) -> str:
        return folder(self.path)

    @property
    def shown(self) -> Columns:
        return tuple(column for column in self.columns if not column.hidden)

    @property
    def hidden(self) -> Columns:
        return tuple(column for column in self.columns if column.hidden)

    @property
    def in_lists(self) -> Columns:
        return tuple(column for column in self.shown if not column.is_large or column.is_key)

    @property
    def alone(self) -> Columns:
        """The columns that a single row shows and an item of a list does not."""
        return tuple(column for column in self.shown if column not in self.in_lists)

    @property
    def nested(self) -> tuple[RelationPlan, ...]:
        """The relations whose rows are shown."""
        return (*self.parents, *self.owned, *self.linked)

    @property
    def written(self) -> tuple[RelationPlan, ...]:
        """The relations whose rows payloads name by their keys."""
        return tuple(relation for relation in self.linked if relation.is_written)

    @property
    def no_delete(self) -> str | None:
        """Why the database refuses each DELETE, which is offered all the same; None where it does not."""
        return self.source.refusals.get("DELETE")

    @property
    def has_item(self) -> bool:
        """Whether a single row shows more than an item of a list."""
        return bool(self.alone or self.owned or self.linked or self.counted)


@dataclass
class Plans:
    """All resources, and the models that get none, each with the reason."""

    resources: list[ResourcePlan] = field(default_factory=list[ResourcePlan])
    left_out: dict[str, str] = field(default_factory=dict[str, str])


def plan(
    sources: Iterable[Source],
    options: Options,
    undecided: Mapping[str, Collection[str]],
    known: Mapping[str, Known] | None = None,
    waiting: Collection[str] = (),
) -> Plans:
    """Plan a resource for each model.

    `undecided` are, by model, the columns that a person has yet to decide on, and the many-to-many relations that
    writes do not take yet. `waiting` are models that have no resource, where others are asked for.
    """
    plans = Plans()
    known = known or {}
    secrets = SecretWords.read()
    served: dict[type[Any], tuple[Source, Columns]] = {}
    no_create: dict[str, str | None] = {}
    read_only: dict[str, str | None] = {}
    sources = list(sources)
    for source in sources:
        late = undecided.get(source.name, ())
        every = tuple(columns_of(source.mapper, source.prisma, secrets))
        columns = tuple(each for each in every if each.name not in late)
        no_create[source.name] = source.refusals.get("INSERT") or _why_no_create(every, late)
        read_only[source.name] = _why_read_only(source, every, options)
        reason = _why_left_out(source, columns, options)
        if reason := reason or (NOT_ASKED if source.name in waiting else None):
            plans.left_out[source.name] = reason
        else:
            served[source.mapper.class_] = (source, columns)
    ways = {name: each.ways for name, each in known.items()}
    conditions = readable(sources, options.tenant, plans.left_out, ways)
    names = paths(
        (source.name for source, _ in served.values()), {name: each.path for name, each in known.items()}
    )
    for source, columns in served.values():
        late = undecided.get(source.name, ())
        linked = tuple(
            replace(each, is_written=each.is_written and each.name not in late)
            for each in relations_of(source, served, "MANYTOMANY")
        )
        # No row of a view, nor how many there are: a write answers before the view can show what was written.
        below = [each for each in relations_of(source, served, "ONETOMANY") if not each.target.is_view]
        owned = tuple(each for each in below if each.is_one)
        counted = tuple(each for each in below if not each.is_one)[:MAX_COUNTS]
        has_one_dto = source.name in known and known[source.name].has_one_dto
        unshown = (*owned, *linked, *counted) if has_one_dto else ()
        owned, linked, counted = ((), (), ()) if unshown else (owned, linked, counted)
        plans.resources.append(
            ResourcePlan(
                source=source,
                path=names[source.name],
                columns=columns,
                read_only=read_only[source.name],
                readable=conditions.get(source.name),
                parents=tuple(_visible(relations_of(source, served, "MANYTOONE"), columns)),
                owned=owned,
                linked=linked,
                counted=counted,
                unshown=unshown,
                late=tuple(sorted(undecided.get(source.name, ()))),
                no_create=no_create[source.name],
                no_change=source.refusals.get("UPDATE")
                or (None if any(each.is_written for each in linked) else why_no_change(columns)),
            )
        )
    return plans


def _why_left_out(source: Source, columns: Columns, options: Options) -> str | None:
    if options.only and source.name not in options.only:
        return "not among --only"
    if source.name in options.leave_out:
        return "--except"
    if source.prisma.is_ignored:
        return "@@ignore"
    if source.is_view and not source.prisma.id_fields:
        return "the view has no key: give a column @unique in schema.prisma"
    for column in columns:
        if column.is_key and column.hidden:
            return f"its key {column.wire} is {column.hidden}"
        if column.is_key and isinstance(column.kind, NO_KEY):
            return f"its key {column.wire} is of a type that no path holds"
    return None


def _why_read_only(source: Source, columns: Columns, options: Options) -> str | None:
    if source.is_view:
        return "a view"
    refused = source.refusals.keys() | ({"INSERT"} if _why_no_create(columns, ()) else set[str]())
    if refused == {"INSERT", "UPDATE", "DELETE"}:
        return source.refusals["UPDATE"]
    return "--read-only" if source.name in options.read_only else None


def _why_no_create(columns: Columns, late: Collection[str]) -> str | None:
    for column in columns:
        if column.name in late and not column.has_default:
            return f"{column.wire} is new and required"
        if not column.has_default and (column.hidden or column.is_moved_by_database):
            why = column.hidden or "of a type that Prisma does not write"
            return f"{column.wire} is required and {why}"
    return None


def why_no_change(columns: Columns) -> str | None:
    if any(each.is_changed for each in columns):
        return None
    if all(each.is_key for each in columns):
        return "all of a row is its key"
    return "what a row has beside its key is hidden, or nobody's to change"


def _visible(relations: Iterable[RelationPlan], columns: Columns) -> Iterator[RelationPlan]:
    """The relations to parents whose foreign keys are shown, in all of their columns."""
    shown = {column.name for column in columns if not column.hidden}
    return (relation for relation in relations if shown.issuperset(relation.local))
