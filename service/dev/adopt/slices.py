"""python -m service.dev.adopt.slices OPTIONS [MODEL...]: writes the slices of this checkout's models, and reports what they are.

A process of its own: the models that it reads were generated a moment ago.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from service.dev.adopt.adopted import Adopted, KeptSlice, read_adopted
from service.dev.adopt.errors import MergeError
from service.dev.adopt.merge.checkout import Checkout
from service.dev.adopt.merge.merging import merge
from service.dev.adopt.merge.renamed import renamed_models
from service.dev.adopt.options import (
    ModelOptionError,
    Options,
    forget,
    read_options,
    refuse_unknown,
    write_options,
)
from service.dev.adopt.plan.decided import decided_before, decided_now
from service.dev.adopt.plan.models import sources_of
from service.dev.adopt.plan.plans import Inputs, Plans, plan_all
from service.dev.adopt.plan.requested import refuse_left_out, waiting_of
from service.dev.adopt.plan.tenants import fields_of_tenants, meant_as_field
from service.dev.adopt.render.slices import render
from service.dev.adopt.report.as_written import correct, with_reasons
from service.dev.adopt.report.changes import new_models, other_ways, perhaps_renamed
from service.dev.adopt.report.planned import report_of
from service.dev.adopt.report.report import Report
from service.dev.exit_codes import USAGE_ERROR
from service.dev.schema import read_schema
from service.models import tables
from service.prisma.enums import PrismaEnum
from service.prisma.migrations import MIRROR

QUIET = frozenset({"written"})
"""Kinds of events that are not told, since the table of resources shows them."""


def write_slices(options: Options, models: Sequence[str]) -> Report:
    """Write the slices of all models; those of `models` as if they were new. Raises `ModelOptionError`, or `MergeError`."""
    root = Path()
    read = Checkout(root).read
    schema = read_schema(MIRROR)
    inputs = Inputs(schema, list(sources_of(schema)), read_adopted(read))
    sources, adopted = inputs.sources, inputs.adopted
    there = {name for each in sources for name in (each.name, each.prisma.name)}
    refuse_unknown(models, there | {model.name for model in schema.models})
    names = {each.prisma.name: each.name for each in sources}
    asked = [names.get(name, name) for name in models]
    before = read_options(root) or Options()
    options, forgotten = forget(options, before, there, fields_of_tenants(sources))
    options = replace(options, columns=decided_before(options, adopted, asked))
    plans = plan_all(inputs, options)
    enums = _enums()
    rendered = render(plans.resources, enums)
    renamed = renamed_models(adopted, rendered, read)
    waiting = waiting_of(plans, adopted, renamed, asked)
    if renamed or waiting:
        plans = plan_all(inputs, options, renamed, waiting)
        rendered = render(plans.resources, enums)
    refuse_left_out(asked, plans)
    guesses = perhaps_renamed(plans, inputs, options, renamed)
    outcome = merge(root, rendered, plans.left_out, asked)
    planned = {each.name for each in plans.resources}
    write_options(root, replace(options, columns=decided_now(options, sources, planned, renamed)))
    report = report_of(plans, _before(plans, adopted, renamed))
    report.forgotten = forgotten
    report.tenant = meant_as_field(sources, options.tenant)
    report.events = [*new_models(plans, inputs, renamed), *other_ways(plans, inputs, renamed), *guesses]
    report.events += [event.sentence for event in outcome.events if event.kind not in QUIET]
    report.clashes = list(map(str, outcome.clashes))
    report.gone = outcome.gone
    correct(report)
    report.undecided_columns = with_reasons(report.undecided_columns, sources)
    return report


def _before(plans: Plans, adopted: Adopted, renamed: Mapping[str, str]) -> dict[str, KeptSlice]:
    """By model, the slices that were written the last time."""
    former = {each.name: renamed.get(each.name, each.name) for each in plans.resources}
    return {name: adopted.slices[old] for name, old in former.items() if old in adopted.slices}


def _enums() -> list[str]:
    return [
        name for name, kind in vars(tables).items() if isinstance(kind, type) and issubclass(kind, PrismaEnum)
    ]


def main() -> int:
    parser = ArgumentParser(prog="python -m service.dev.adopt.slices", description=__doc__)
    parser.add_argument("options", type=partial(msgspec.json.decode, type=Options), help="as JSON")
    parser.add_argument("models", metavar="MODEL", nargs="*", help="must be there")
    given = parser.parse_args()
    try:
        report = write_slices(given.options, given.models)
    except (ModelOptionError, MergeError) as error:
        print(error, file=sys.stderr)
        return USAGE_ERROR
    sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
