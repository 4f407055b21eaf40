"""nox -s adopt -- PRISMA_FOLDER: makes a Prisma folder a served, tested API over every one of its models."""

import argparse
import sys
from collections.abc import Sequence
from compileall import compile_dir
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from service.dev.adopt import application_name, example
from service.dev.adopt.arguments import options_of, parse, remembered
from service.dev.adopt.checks import in_short, run_checks
from service.dev.adopt.errors import MergeError
from service.dev.adopt.layout import RESOURCES
from service.dev.adopt.options import Options, read_options
from service.dev.adopt.report.breaking import breaking, read_document
from service.dev.adopt.report.report import Report
from service.dev.adopt.report.summary import left_out, next_step, summary
from service.dev.adopt.stage import (
    CheckoutError,
    Checksums,
    changes,
    check_clean,
    copy_checkout,
    take_over,
)
from service.dev.adopt.steps import StepError, Steps
from service.dev.exit_codes import INTERRUPTED, USAGE_ERROR
from service.dev.folders import LOCAL, ROOT
from service.dev.interrupts import ignore_interrupts, raise_interrupts
from service.dev.mirror.arguments import as_given

PYTHON = (sys.executable, "-O", "-m")
"""Steps run with `-O`, as nox runs this process: the generator of models then starts 2.5 s sooner."""
DOCUMENT = ("Write the API document", (*PYTHON, "service.dev.openapi"))
CHECKS: Sequence[tuple[str, Sequence[str]]] = (
    ("Check style", (*PYTHON, "ruff", "check", "--quiet", "--output-format=concise")),
    ("Check layout", (*PYTHON, "ruff", "format", "--check", "--quiet")),
    ("Check the house's rules", (str(Path(sys.executable).with_name("lint-imports")), "--no-cache")),
    (
        "Check types",
        (str(Path(sys.executable).with_name("pyright")), "--pythonpath", sys.executable, "service"),
    ),
)
KEPT = {"LOCAL_FOLDER": str(LOCAL.absolute())}
"""Tools keep their data from run to run in the checkout, since the copy in which they run is deleted."""
NOT_NAMED = "{file} keeps the name that it has, since somebody has changed the words in which the name stood."
EXAMPLE = "{number} files of the example, which an update brought, are removed again, such as {file}."
TO_MEND = 1


def main(arguments: Sequence[str]) -> int:
    given = parse(arguments)
    raise_interrupts()
    try:
        if not given.dry_run:
            check_clean(ROOT)
        with TemporaryDirectory(prefix="adopt-") as folder:
            stage = Path(folder, "checkout")
            before = copy_checkout(ROOT, stage)
            report = _adopt(Steps(stage, KEPT), stage, before, given)
            print(summary(report))
            if given.dry_run:
                print("Nothing was written: this is what would be.")
                return 0
            ignore_interrupts()
            changed = take_over(stage, ROOT, before)
            # Under PYTHONDONTWRITEBYTECODE each start would compile all modules: an eighth of it with 300 resources.
            compile_dir(ROOT / "service", quiet=2, optimize=0)
    except (CheckoutError, MergeError, StepError, OSError) as error:
        print(f"{error}\nNothing was changed.", file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        print("Interrupted.\nNothing was changed.", file=sys.stderr)
        return INTERRUPTED
    print(next_step(report, changed))
    return TO_MEND if report.clashes or report.faults else 0


def _adopt(steps: Steps, stage: Path, copied: Checksums, given: argparse.Namespace) -> Report:
    before = read_options(stage) or Options()
    path: Path | None = given.path
    if path is not None:
        mirror = (*PYTHON, "service.dev.mirror", str(path.resolve()), *as_given(given))
        steps.run("Mirror the Prisma folder", mirror)
    options = options_of(before, given)
    is_first = path is not None and not before.name
    # The example's API document is that of another application, so a first adoption is compared with nothing.
    document = None if is_first else read_document(stage)
    events: list[str] = []
    if is_first:
        example.take_away(stage)
        _begin_anew(stage / RESOURCES)
    elif path is not None and (gone := example.take_away_again(stage)):
        events.append(EXAMPLE.format(number=len(gone), file=gone[0]))
    if path is not None:
        steps.run("Generate the models", (*PYTHON, "service.dev.generator"))
    if is_first:
        application_name.begin(stage)
    if is_first or options.name != before.name:
        events += [
            NOT_NAMED.format(file=file) for file in application_name.rename(stage, options.name, before.name)
        ]
    encoded = msgspec.json.encode(options).decode()
    wanted: list[str] = given.resource or []
    said = steps.run(
        "Write a resource for each model", (*PYTHON, "service.dev.adopt.slices", encoded, *wanted)
    )
    report = msgspec.json.decode(said, type=Report)
    report.remembered = remembered(options, given)
    report.events = [*events, *report.events]
    if not report.resources:
        why = report.left_out or {"schema.prisma": "it has no model"}
        raise StepError("\n".join(["No model of schema.prisma can be served:", *left_out(why)]))
    # A file with conflict markers is no Python, so that nothing could be checked.
    if not report.clashes:
        # Without a change there is nothing to check, and the files of a dry run are never taken over.
        checks = CHECKS if not given.dry_run and (changes(stage, copied) or report.gone) else ()
        faults = run_checks(steps, (DOCUMENT,), again=not is_first)
        # Without an API document nobody can tell what breaks clients.
        report.is_read = report.is_read and not faults
        report.faults = in_short([*faults, *run_checks(steps, checks, again=not is_first)], report.gone)
        report.breaking = breaking(document, read_document(stage))
    return report


def _begin_anew(resources: Path) -> None:
    """Delete the list of resources where it holds none: there is nothing of the team's to merge with."""
    if "service.api" not in resources.read_text("utf-8"):
        resources.unlink()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
