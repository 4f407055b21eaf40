"""The steps of an adoption, in the copy of the checkout."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import msgspec

from service.dev.adopt import application_name, example
from service.dev.adopt.arguments import options_of, remembered
from service.dev.adopt.checks import CHECKS, DOCUMENT, in_short, run_checks
from service.dev.adopt.layout import RESOURCES
from service.dev.adopt.options import Options, read_options
from service.dev.adopt.report.breaking import breaking, read_document
from service.dev.adopt.report.report import Report
from service.dev.adopt.report.summary import left_out
from service.dev.adopt.stage import Checksums, changes
from service.dev.adopt.steps import PYTHON, StepError, Steps
from service.dev.mirror.arguments import as_given

NOT_NAMED = "{file} keeps the name that it has, since somebody has changed the words in which the name stood."
EXAMPLE = "{number} files of the example, which an update brought, are removed again, such as {file}."


def adopt(steps: Steps, stage: Path, copied: Checksums, given: argparse.Namespace) -> Report:
    """Adopt in the copy of the checkout what is `given`, and check it; `copied` is what the copy was at first."""
    before = read_options(stage) or Options()
    options = options_of(before, given)
    has_folder = given.path is not None
    is_first = has_folder and not before.name
    if has_folder:
        mirror = (*PYTHON, "service.dev.mirror", str(given.path.resolve()), *as_given(given))
        steps.run("Mirror the Prisma folder", mirror)
    # The example's API document is that of another application, so a first adoption is compared with nothing.
    document = None if is_first else read_document(stage)
    events = _remove_example(stage, is_first=is_first) if has_folder else []
    if has_folder:
        steps.run("Generate the models", (*PYTHON, "service.dev.generator"))
    if is_first:
        application_name.begin(stage)
    if is_first or options.name != before.name:
        left = application_name.rename(stage, options.name, before.name)
        events += [NOT_NAMED.format(file=file) for file in left]
    report = _write_slices(steps, options, given.resource)
    report.remembered = remembered(options, given)
    report.events = [*events, *report.events]
    # A file with conflict markers is no Python, so that nothing could be checked.
    if not report.clashes:
        # Without a change there is nothing to check, and the files of a dry run are never taken over.
        has_changed = not given.dry_run and bool(changes(stage, copied) or report.gone)
        _check(steps, report, is_first=is_first, has_changed=has_changed)
        report.breaking = breaking(document, read_document(stage))
    return report


def _remove_example(stage: Path, *, is_first: bool) -> list[str]:
    """Remove the example, or what an update brought of it; returns what there is to tell of that."""
    if is_first:
        example.take_away(stage)
        _begin_anew(stage / RESOURCES)
        return []
    gone = example.take_away_again(stage)
    return [EXAMPLE.format(number=len(gone), file=gone[0])] if gone else []


def _begin_anew(resources: Path) -> None:
    """Delete the list of resources where it holds none: there is nothing of the team's to merge with."""
    if "service.api" not in resources.read_text("utf-8"):
        resources.unlink()


def _write_slices(steps: Steps, options: Options, models: Sequence[str]) -> Report:
    """Write the slices in a process of its own. Raises `StepError` also where no model can be served."""
    encoded = msgspec.json.encode(options).decode()
    command = (*PYTHON, "service.dev.adopt.slices", encoded, *models)
    report = msgspec.json.decode(steps.run("Write a resource for each model", command), type=Report)
    if not report.resources:
        why = report.left_out or {"schema.prisma": "it has no model"}
        raise StepError("\n".join(["No model of schema.prisma can be served:", *left_out(why)]))
    return report


def _check(steps: Steps, report: Report, *, is_first: bool, has_changed: bool) -> None:
    """Write the API document, and run the checks where anything has changed; the report is given their faults."""
    faults = run_checks(steps, (DOCUMENT,), again=not is_first)
    # Without an API document nobody can tell what breaks clients.
    report.is_read = report.is_read and not faults
    faults += run_checks(steps, CHECKS if has_changed else (), again=not is_first)
    report.faults = in_short(faults, report.gone)
