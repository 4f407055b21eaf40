"""python -m tests.adopted [SCHEMA...]: copies of the checkout adopt the schemas of tests/prisma, and what they serve conforms.

A copy is a checkout of its own, as a team's is. Without a name, all schemas whose resources differ in kind.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from service.dev.adopt.stage import copy_checkout

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "tests" / "prisma" / "schemas"
KINDS = ("keys", "names", "relations", "schemas", "types", "views")
GIT = ("git", "-c", "user.name=adopted", "-c", "user.email=adopted@localhost")
PYTHON = (sys.executable, "-m")
TENANTS = {"relations": ("--tenant", "Tenant")}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.adopted", description=__doc__)
    parser.add_argument("schemas", nargs="*", help=f"of tests/prisma/schemas (default: {' '.join(KINDS)})")
    for name in parser.parse_args(arguments).schemas or KINDS:
        with TemporaryDirectory(prefix="adopted-") as folder:
            code = _adopt_and_test(name, Path(folder) / "checkout")
        if code:
            print(f"{name} failed")
            return code
    return 0


def _adopt_and_test(name: str, checkout: Path) -> int:
    copy_checkout(ROOT, checkout)
    for command in (
        ("git", "init", "--quiet"),
        ("git", "add", "--all"),
        (*GIT, "commit", "--quiet", "-m", "Clone"),
    ):
        subprocess.run(command, cwd=checkout, check=True)
    commands = (
        (*PYTHON, "service.dev.adopt", str(SCHEMAS / name), *TENANTS.get(name, ())),
        ("git", "add", "--all"),
        (*GIT, "commit", "--quiet", "-m", "Adopt"),
        # Adopted once more, nothing is to change.
        (*PYTHON, "service.dev.adopt", str(SCHEMAS / name)),
        ("git", "diff", "--exit-code", "--stat"),
        (*PYTHON, "service.dev.generator", "--check"),
        (*PYTHON, "service.dev.openapi", "--check"),
        (
            *PYTHON,
            "pytest",
            "-q",
            "-n",
            "2",
            "tests/conformance/test_application.py",
            "tests/conformance/test_kept_answers.py",
        ),
    )
    for command in commands:
        print(">", name, *command[2 if command[0] == sys.executable else 0 :], flush=True)
        environment = os.environ | {"LOCAL_FOLDER": str(checkout / ".local")}
        if code := subprocess.run(command, cwd=checkout, env=environment, check=False).returncode:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
