"""nox -s adopt -- PRISMA_FOLDER: makes a Prisma folder a served, tested API over every one of its models."""

import sys
from collections.abc import Sequence
from compileall import compile_dir
from pathlib import Path
from tempfile import TemporaryDirectory

from service.dev.adopt.adoption import adopt
from service.dev.adopt.arguments import parse
from service.dev.adopt.errors import MergeError
from service.dev.adopt.report.summary import next_step, summary
from service.dev.adopt.stage import CheckoutError, check_clean, copy_checkout, take_over
from service.dev.adopt.steps import StepError, Steps
from service.dev.exit_codes import INTERRUPTED, USAGE_ERROR
from service.dev.folders import LOCAL, ROOT
from service.dev.interrupts import ignore_interrupts, raise_interrupts

KEPT = {"LOCAL_FOLDER": str(LOCAL.absolute())}
"""Tools keep their data from run to run in the checkout, since the copy in which they run is deleted."""
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
            report = adopt(Steps(stage, KEPT), stage, before, given)
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
