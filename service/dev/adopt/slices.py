"""python -m service.dev.adopt.slices OPTIONS: writes the slices of this checkout's models, and tells what it planned.

A process of its own: the models that it reads were generated a moment ago.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from service.dev.adopt.merge import MergeError, merge
from service.dev.adopt.merge.checkout import Checkout
from service.dev.adopt.merge.store import read_adopted
from service.dev.adopt.models import Source, sources_of
from service.dev.adopt.names import path_of
from service.dev.adopt.options import Options, write_options
from service.dev.adopt.render import render
from service.dev.adopt.resource import Choice, Plans, ResourcePlan, plan
from service.dev.adopt.tenants import readable
from service.dev.schema import read_schema
from service.models import tables
from service.prisma.enums import PrismaEnum
from service.prisma.migrations import MIRROR

NO_CLASS = "the migrations make no such table or view, or nothing in the database identifies its rows"
QUIET = frozenset({"written"})
"""What the table says already."""


class ModelOptionError(LookupError):
    """An option names a model that the schema lacks, or that it cannot mean; the message says which."""


class Line(msgspec.Struct):
    """What became of one model."""

    model: str
    path: str
    access: str
    hidden: dict[str, str]
    """Each column with the reason."""
    doubtful: dict[str, str]
    """The columns that are shown and may hold secrets, each with the reason."""
    undecided: list[str]
    """New columns."""
    is_decided: bool
    """Whether it says whose rows are whose."""
    notes: list[str]


class Told(msgspec.Struct):
    """What the command prints."""

    lines: list[Line]
    left_out: dict[str, str]
    events: list[str] = []
    """What became of files that were there."""
    clashes: list[str] = []
    breaking: list[str] = []


def plans_of(options: Options) -> Plans:
    """Raises `ModelOptionError`, or `MergeError`."""
    schema = read_schema(MIRROR)
    sources = list(sources_of(schema))
    options = _in_python(options, {source.prisma.name: source.name for source in sources})
    root = next((source for source in sources if source.name == options.tenant), None)
    if root and len(root.mapper.primary_key) > 1:
        raise ModelOptionError(
            f"{root.name} has a key of several columns, and the claim of a token holds one."
        )
    choice = Choice(options.only, options.leave_out, options.read_only, options.tenant)
    conditions = readable(sources, options.tenant)
    adopted = read_adopted(Checkout(Path()).read)
    kept = {name: path_of(Path(each.folder).name) for name, each in adopted.slices.items()}
    plans = plan(sources, choice, conditions, _late(sources, options), kept)
    served = {source.prisma.name for source in sources}
    plans.left_out |= {
        model.name: "@@ignore" if model.is_ignored else NO_CLASS
        for model in schema.models
        if model.name not in served
    }
    return plans


def told(plans: Plans) -> Told:
    return Told([_line(each) for each in plans.resources], plans.left_out)


def _late(sources: Iterable[Source], options: Options) -> dict[str, set[str]]:
    """The columns that came since the models were written: where they go is for a person to say."""
    late: dict[str, set[str]] = {}
    for source in sources:
        if (known := options.columns.get(source.name)) is not None:
            late[source.name] = {str(each.key) for each in source.mapper.column_attrs} - set(known)
    return late


def _in_python(options: Options, classes: Mapping[str, str]) -> Options:
    """With the classes of the models that are named: Python has no `Base` and no `None` of a model's.

    Raises `ModelOptionError`.
    """
    known = {name: name for name in classes.values()} | dict(classes)
    named = {*options.only, *options.leave_out, *options.read_only, options.tenant or ""} - {""}
    if unknown := sorted(named - known.keys()):
        raise ModelOptionError(
            f"schema.prisma has no model {', '.join(unknown)}. It has {', '.join(sorted(classes))}."
        )
    return replace(
        options,
        only=[known[name] for name in options.only],
        leave_out=[known[name] for name in options.leave_out],
        read_only=[known[name] for name in options.read_only],
        tenant=options.tenant and known[options.tenant],
    )


def _line(each: ResourcePlan) -> Line:
    writes = not each.read_only
    notes = [f"no create: {each.no_create}"] if writes and each.no_create else []
    notes += [f"no update: {each.no_change}"] if writes and each.no_change else []
    shown = [one.wire for one in each.linked if not one.is_written]
    notes += [f"no ids in writes: {', '.join(shown)}"] if writes and shown else []
    return Line(
        model=each.name,
        path=f"/{each.path}",
        access=f"read ({each.read_only})" if each.read_only else "read and write",
        hidden={column.wire: column.hidden or "" for column in each.hidden},
        doubtful={column.wire: column.doubt for column in each.shown if column.doubt},
        undecided=[*(f"{each.name}.{name}" for name in each.late)],
        is_decided=each.readable is not None,
        notes=notes,
    )


def main() -> int:
    options = msgspec.json.decode(sys.argv[1], type=Options)
    is_dry = "--dry-run" in sys.argv
    try:
        plans = plans_of(options)
    except (ModelOptionError, MergeError) as error:
        print(error, file=sys.stderr)
        return 2
    said = told(plans)
    if not is_dry:
        enums = [
            name
            for name, kind in vars(tables).items()
            if isinstance(kind, type) and issubclass(kind, PrismaEnum)
        ]
        outcome = merge(Path(), render(plans.resources, enums))
        said.events = [event.sentence for event in outcome.events if event.kind not in QUIET]
        said.clashes = list(map(str, outcome.clashes))
        said.breaking = outcome.breaking
        columns = {
            each.name: sorted(str(one.key) for one in each.source.mapper.column_attrs)
            for each in plans.resources
        }
        write_options(Path(), msgspec.structs.replace(options, columns=columns | dict(options.columns)))
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
