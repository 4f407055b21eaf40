"""Plans the resources of all models: which get one, and what each shows and takes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import types

from service.dev.adopt.adopted import Adopted
from service.dev.adopt.options import ModelOptionError, Options, in_python
from service.dev.adopt.plan.columns import columns_of
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.paths import paths
from service.dev.adopt.plan.previous import Previous, previous_of
from service.dev.adopt.plan.reasons import NO_TABLE, NOT_ASKED
from service.dev.adopt.plan.relations import MAX_COUNTS, RelationPlan, relations_of
from service.dev.adopt.plan.resource import Columns, ResourcePlan
from service.dev.adopt.plan.secret_words import SecretWords
from service.dev.adopt.plan.tenants import fields_of_tenants, readable
from service.dev.schema import Schema
from service.prisma.types import AsText, ScalarList

NO_KEY = (types.JSON, types.LargeBinary, types.Float, AsText, ScalarList)
"""Types of columns whose values cannot be a key in a path."""


@dataclass
class Plans:
    """All resources, and the models that get none, each with the reason."""

    resources: list[ResourcePlan] = field(default_factory=list[ResourcePlan])
    left_out: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Inputs:
    """What the resources of a checkout are planned from."""

    schema: Schema
    sources: Sequence[Source]
    adopted: Adopted


def plan_all(
    inputs: Inputs,
    options: Options,
    renamed: Mapping[str, str] | None = None,
    waiting: Collection[str] = (),
) -> Plans:
    """Plan the resources of all models of the schema. Raises `ModelOptionError`.

    `renamed` are models, each with its former name; they keep the path that they had under it. `waiting` are models that
    have no resource, where others are asked for.
    """
    sources = inputs.sources
    classes = {source.prisma.name: source.name for source in sources}
    options = in_python(options, classes, fields_of_tenants(sources))
    root = next((source for source in sources if source.name == options.tenant), None)
    if root and len(root.key) > 1:
        raise ModelOptionError(
            f"{root.name} has a key of several columns, and the claim of a token holds one."
        )
    previous = {
        source.name: previous_of(source, inputs.adopted, options, renamed or {}) for source in sources
    }
    plans = plan(sources, options, previous, waiting)
    plans.left_out |= {
        model.name: "@@ignore" if model.is_ignored else NO_TABLE
        for model in inputs.schema.models
        if model.name not in classes
    }
    return plans


def plan(
    sources: Iterable[Source],
    options: Options,
    previous: Mapping[str, Previous],
    waiting: Collection[str] = (),
) -> Plans:
    """Plan a resource for each model; `previous` says, by model, what stays of the one that it has."""
    plans = Plans()
    sources = list(sources)
    secrets = SecretWords.read()
    before = {source.name: previous.get(source.name, Previous()) for source in sources}
    served: dict[type[Any], tuple[Source, Columns]] = {}
    no_create: dict[str, str | None] = {}
    read_only: dict[str, str | None] = {}
    for source in sources:
        undecided = before[source.name].undecided
        every = tuple(columns_of(source, secrets))
        columns = tuple(each for each in every if each.name not in undecided)
        no_create[source.name] = source.refusals.get("INSERT") or _why_no_create(every, undecided)
        read_only[source.name] = _why_read_only(source, every, options)
        reason = _why_left_out(source, columns, options)
        if reason := reason or (NOT_ASKED if source.name in waiting else None):
            plans.left_out[source.name] = reason
        else:
            served[source.mapper.class_] = (source, columns)
    ways = {name: each.ways for name, each in before.items()}
    conditions = readable(sources, options.tenant, plans.left_out, ways)
    kept = {name: each.path for name, each in before.items() if each.path is not None}
    names = paths((source.name for source, _ in served.values()), kept)
    for source, columns in served.values():
        undecided, has_one_dto = before[source.name].undecided, before[source.name].has_one_dto
        linked = tuple(
            replace(each, is_written=each.is_written and each.name not in undecided)
            for each in relations_of(source, source.linked, served)
        )
        # No row of a view, nor how many there are: a write answers before the view can show what was written.
        below = [each for each in relations_of(source, source.children, served) if not each.target.is_view]
        owned = tuple(each for each in below if each.is_one)
        counted = tuple(each for each in below if not each.is_one)[:MAX_COUNTS]
        unshown = (*owned, *linked, *counted) if has_one_dto else ()
        owned, linked, counted = ((), (), ()) if unshown else (owned, linked, counted)
        plans.resources.append(
            ResourcePlan(
                source=source,
                path=names[source.name],
                columns=columns,
                read_only=read_only[source.name],
                readable=conditions.get(source.name),
                parents=tuple(_visible(relations_of(source, source.parents, served), columns)),
                owned=owned,
                linked=linked,
                counted=counted,
                unshown=unshown,
                undecided=tuple(sorted(undecided)),
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


def _why_no_create(columns: Columns, undecided: Collection[str]) -> str | None:
    for column in columns:
        if column.name in undecided and not column.has_default:
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
