"""python -m service.dev.adopt.slices OPTIONS [MODEL...]: writes the slices of this checkout's models, and tells what they are.

A process of its own: the models that it reads were generated a moment ago.
"""

import contextlib
import importlib
import sys
from argparse import ArgumentParser
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from service.dev.adopt.adopted import Adopted, KeptSlice, read_adopted
from service.dev.adopt.errors import MergeError
from service.dev.adopt.merge.checkout import Checkout
from service.dev.adopt.merge.merging import merge
from service.dev.adopt.merge.renamed import renamed_columns, renamed_models
from service.dev.adopt.options import (
    ModelOptionError,
    Options,
    forget,
    in_python,
    read_options,
    refuse_unknown,
    write_options,
)
from service.dev.adopt.plan.foreign_keys import without_foreign_key
from service.dev.adopt.plan.late import (
    has_one_dto,
    hidden_in,
    known_columns,
    late_columns,
    late_links,
    placed,
    with_reasons,
)
from service.dev.adopt.plan.models import sources_of
from service.dev.adopt.plan.names import path_of, wire_of
from service.dev.adopt.plan.requested import refuse_left_out, waiting_of
from service.dev.adopt.plan.resource import Known, Plans, ResourcePlan, plan
from service.dev.adopt.plan.soft_delete import marks_deleted
from service.dev.adopt.plan.tenants import fields_of_tenants, meant_as_field, ways_in
from service.dev.adopt.render.slices import render
from service.dev.adopt.report.report import NO_TABLE, Line, Told
from service.dev.exit_codes import USAGE_ERROR
from service.dev.schema import read_schema
from service.models import tables
from service.prisma.enums import PrismaEnum
from service.prisma.migrations import MIRROR

QUIET = frozenset({"written"})
"""Kinds of events that are not told, since the table of resources shows them."""
UNHIDDEN = "it was hidden until now"


def plans_of(
    options: Options, renamed: Mapping[str, str] | None = None, waiting: Collection[str] = ()
) -> Plans:
    """Plan the resources of this checkout's models. Raises `ModelOptionError`, or `MergeError`.

    `renamed` are models, each with its former name; they keep the path that they had under it.
    """
    schema = read_schema(MIRROR)
    sources = list(sources_of(schema))
    options = in_python(
        options, {source.prisma.name: source.name for source in sources}, fields_of_tenants(sources)
    )
    root = next((source for source in sources if source.name == options.tenant), None)
    if root and len(root.mapper.primary_key) > 1:
        raise ModelOptionError(
            f"{root.name} has a key of several columns, and the claim of a token holds one."
        )
    adopted = read_adopted(Checkout(Path()).read)
    late = late_columns(sources, options, renamed or {})
    known: dict[str, Known] = {}
    for source in sources:
        if old := adopted.slices.get((renamed or {}).get(source.name, source.name)):
            # A model that is not in `late` is written as a new one is.
            if stays := source.name in late:
                late[source.name].update(late_links(source, old))
            path = path_of(Path(old.folder).name)
            known[source.name] = Known(path, _ways_in(old), stays and has_one_dto(old))
    plans = plan(sources, options, late, known, waiting)
    served = {source.prisma.name for source in sources}
    plans.left_out |= {
        model.name: "@@ignore" if model.is_ignored else NO_TABLE
        for model in schema.models
        if model.name not in served
    }
    return plans


def told(plans: Plans, before: Mapping[str, KeptSlice] = MappingProxyType({})) -> Told:
    """What there is to tell of the models. `before` are, by model, the slices that were written the last time."""
    return Told(
        [_line(each, before.get(each.name)) for each in plans.resources],
        plans.left_out,
        without_foreign_key=without_foreign_key(each.source for each in plans.resources),
    )


def _line(each: ResourcePlan, old: KeptSlice | None) -> Line:
    hidden = hidden_in(old) if old else set[str]()
    doubts = {column.wire: UNHIDDEN if column.name in hidden else column.doubt for column in each.shown}
    writes = not each.read_only
    lacks = {"create": each.no_create, "update": each.no_change} if writes else {}
    waiting = [one for one in each.linked if writes and one.name in each.late]
    shown = [one.wire for one in each.linked if not one.is_written and one not in waiting]
    return Line(
        model=each.name,
        path=f"/{each.path}",
        access=f"read ({each.read_only})" if each.read_only else "read and write",
        hidden={column.wire: column.hidden or "" for column in each.hidden},
        doubtful={name: doubt for name, doubt in doubts.items() if doubt},
        lacks={what: why for what, why in lacks.items() if why},
        waiting=[wire_of(one.beside) for one in waiting],
        unshown=[one.wire if one.is_one else wire_of(one.beside) for one in each.unshown],
        notes=[
            *([f"no ids in writes: {', '.join(shown)}"] if writes and shown else []),
            *([f"a DELETE fails: {each.no_delete}"] if writes and each.no_delete else []),
        ],
        # By now a DELETE may be the team's own.
        marks=[] if old or not writes else [column.wire for column in each.shown if marks_deleted(column)],
    )


def came(plans: Plans, adopted: Adopted, renamed: Mapping[str, str]) -> list[str]:
    """A line that names the new models, where there were others: in a long table nobody sees which these are."""
    new = [
        each.name for each in plans.resources if each.name not in adopted.slices and each.name not in renamed
    ]
    return [f"New, each with a resource now: {', '.join(new)}."] if new and adopted.slices else []


def moved(plans: Plans, adopted: Adopted, renamed: Mapping[str, str]) -> list[str]:
    """A line for each model whose way to the tenant is another column or relation, since the former is gone."""
    said: list[str] = []
    for each in plans.resources:
        old = adopted.slices.get(renamed.get(each.name, each.name))
        before = _ways_in(old) if old else []
        now = [*ways_in(f"readable={(each.readable or '').replace('§', '')}")]
        if before and now and not {*now} <= {*before}:
            said.append(
                f"{each.name}.{now[0]} says whose its rows are; until now {before[0]} did. Is that so?"
            )
    return said


def _ways_in(old: KeptSlice) -> list[str]:
    return [way for file in old.files.values() for way in ways_in(file.text)]


def alike(plans: Plans, adopted: Adopted, options: Options, renamed: Mapping[str, str]) -> list[str]:
    """A line for each new column that may be a renamed one: no schema says whether it is."""
    waiting = {each.name: each for each in plans.resources if each.late}
    if not waiting:
        return []
    everything = plans_of(replace(options, columns={}), renamed)
    whole = render([each for each in everything.resources if each.name in waiting], []).slices
    said: list[str] = []
    for model, each in waiting.items():
        former = renamed.get(model, model)
        pairs = renamed_columns(adopted.slices[former], whole[model], former, model)
        said += [
            f"{model}.{wire_of(came)} is new, and the only one of the type of {wire_of(went)}, which is gone. If it is that "
            f"under another name, put `{came}` where `{went}` was, see git diff; it waits until then."
            for came, went in pairs.items()
            if came in each.late
        ]
    return said


def tell_as_written(said: Told) -> bool:
    """Replace what was planned by what the merged code says; returns whether that could be imported."""
    # With conflict markers it is no Python.
    if said.clashes or not _is_importable("service.resources"):
        return False
    from service.dev.adopt.report.as_written import look  # noqa: PLC0415  # it imports what was written a moment ago

    look(said)
    return True


def _is_importable(module: str) -> bool:
    importlib.invalidate_caches()
    # Where the team's code names what the schema no longer has, the next step says so, with the place.
    with contextlib.suppress(Exception):
        importlib.import_module(module)
        return True
    return False


def main() -> int:
    parser = ArgumentParser(prog="python -m service.dev.adopt.slices", description=__doc__)
    parser.add_argument("options", type=partial(msgspec.json.decode, type=Options), help="as JSON")
    parser.add_argument("models", metavar="MODEL", nargs="*", help="must be there")
    given = parser.parse_args()
    options: Options = given.options
    models: list[str] = given.models
    try:
        schema = read_schema(MIRROR)
        sources = list(sources_of(schema))
        there = {name for each in sources for name in (each.name, each.prisma.name)}
        refuse_unknown(models, there | {model.name for model in schema.models})
        names = {each.prisma.name: each.name for each in sources}
        asked = [names.get(name, name) for name in models]
        options, forgotten = forget(
            options, read_options(Path()) or Options(), there, fields_of_tenants(sources)
        )
        read = Checkout(Path()).read
        adopted = read_adopted(read)
        options = replace(options, columns=known_columns(options, adopted, asked))
        plans = plans_of(options)
        enums = [
            name
            for name, kind in vars(tables).items()
            if isinstance(kind, type) and issubclass(kind, PrismaEnum)
        ]
        rendered = render(plans.resources, enums)
        renamed = renamed_models(adopted, rendered, read)
        waiting = waiting_of(plans, adopted, renamed, asked)
        if renamed or waiting:
            plans = plans_of(options, renamed, waiting)
            rendered = render(plans.resources, enums)
        refuse_left_out(asked, plans)
        guesses = alike(plans, adopted, options, renamed)
        outcome = merge(Path(), rendered, plans.left_out, asked)
    except (ModelOptionError, MergeError) as error:
        print(error, file=sys.stderr)
        return USAGE_ERROR
    write_options(Path(), replace(options, columns=placed(options, sources, plans, renamed)))
    before = {each.name: adopted.slices.get(renamed.get(each.name, each.name)) for each in plans.resources}
    said = told(plans, {name: old for name, old in before.items() if old})
    said.forgotten = forgotten
    said.tenant = meant_as_field(sources, options.tenant)
    said.events = [*came(plans, adopted, renamed), *moved(plans, adopted, renamed), *guesses]
    said.events += [event.sentence for event in outcome.events if event.kind not in QUIET]
    said.clashes = list(map(str, outcome.clashes))
    said.gone = outcome.gone
    said.is_read = tell_as_written(said)
    said.columns = with_reasons(said.columns, sources)
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
