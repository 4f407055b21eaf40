"""python -m tests.adopted [SCHEMA...]: copies of the checkout adopt the schemas of tests/prisma, and what they serve conforms.

A copy is a checkout of its own, as a team's is, without the example. Without a name, all schemas whose resources differ
in kind. In one of the copies all else is checked and tested too: it needs the example nowhere.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from service.dev.adopt.stage import copy_checkout
from service.dev.migrate import migrate
from service.dev.postgres import embedded_postgres
from service.prisma.migrations import read_migrations

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "tests" / "prisma" / "schemas"
LINT = "tests.example.clients.lint"
DOCUMENTS = ROOT / "tests" / "example" / "clients" / "generated" / "adopted"
WHOLE = "relations"
KINDS = (WHOLE, "keys", "lower_case", "names", "schemas", "types", "views")
# Models are given by Prisma's names: for some of them, Python needs another.
OPTIONS = {"relations": ("--tenant", "Tenant"), "names": ("--read-only", "Base")}
# The schema that is adopted without its migrations, as after `prisma db push`: its tables come from a database.
PUSHED = "types"
PYTHON = (sys.executable, "-m")
GENERATE = (sys.executable, "-O", "-m")
GIT = ("git", "-c", "user.name=adopted", "-c", "user.email=adopted@localhost", "-c", "commit.gpgsign=false")
CONFORMS = tuple(
    f"tests/conformance/test_{name}.py" for name in ("application", "fuzz", "kept_answers", "strangers")
)
# Schemathesis runs on PostgreSQL alone: what it finds in a schema, it finds there.
FUZZED_ONCE = ("-k", "not (test_nothing_breaks_it and sqlite)")
# One database is enough: whether a test needs the example does not depend on it.
THE_REST = ("-m", "not slow", "-k", "not sqlite", "--ignore=tests/prisma", "--ignore=tests/faults")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.adopted", description=__doc__)
    parser.add_argument("schemas", nargs="*", help=f"of tests/prisma/schemas (default: {' '.join(KINDS)})")
    names = parser.parse_args(arguments).schemas or KINDS
    # Copies are adopted in parallel, because most of what adoption does takes one core.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        failed = [
            name for name, passed in zip(names, pool.map(_adopt_and_test, names), strict=True) if not passed
        ]
    if failed:
        print("Failed:", *failed)
    elif (ROOT / "tests" / "example").is_dir():
        documents = [str(DOCUMENTS / name / "openapi.json") for name in names]
        return subprocess.run((*PYTHON, LINT, *documents), cwd=ROOT, check=False).returncode
    return bool(failed)


def _adopt_and_test(name: str) -> bool:
    """Whether all commands in a copy succeed; their output is printed at the end, in one piece."""
    said: list[str] = []
    passed = True
    with TemporaryDirectory(prefix="adopted-") as folder, _schema(name, Path(folder)) as (prisma, adopt):
        checkout = Path(folder) / "checkout"
        copy_checkout(ROOT, checkout)
        commands = _commands(name, prisma, adopt)
        while passed and (command := next(commands, None)):
            done = subprocess.run(
                command,
                cwd=checkout,
                env=os.environ | {"LOCAL_FOLDER": str(checkout / ".local")},
                check=False,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            passed = done.returncode == 0
            is_module = sys.executable in command and "-m" in command
            shown = command[command.index("-m") + 1 :] if is_module else command
            said += [f"> {name} {' '.join(shown)}", done.stdout]
        (DOCUMENTS / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(checkout / "service" / "openapi.json", DOCUMENTS / name)
    print("\n".join(said), flush=True)
    return passed


@contextmanager
def _schema(name: str, folder: Path) -> Generator[tuple[str, Sequence[str]]]:
    """The Prisma folder of a schema, and the command that adopts it."""
    adopt = (*GENERATE, "service.dev.adopt")
    if name != PUSHED:
        yield str(SCHEMAS / name), adopt
        return
    prisma = folder / "pushed" / "prisma"
    shutil.copytree(SCHEMAS / name, prisma, ignore=shutil.ignore_patterns("migrations"))
    with embedded_postgres(folder / "postgres", keep=False) as server:
        asyncio.run(migrate(server, server.url(), read_migrations(SCHEMAS / name)))
        yield str(prisma), ("env", f"DATABASE_URL={server.url()}", *adopt)


def _commands(name: str, prisma: str, adopt: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (
        ("git", "init", "--quiet"),
        ("git", "add", "--all"),
        (*GIT, "commit", "--quiet", "-m", "Clone"),
    )
    yield (*adopt, prisma, *OPTIONS.get(name, ()))
    # Adoption leaves the bytecode of what is served.
    yield ("sh", "-c", "ls service/__pycache__/resources.cpython-3??.pyc")
    yield from (("git", "add", "--all"), (*GIT, "commit", "--quiet", "-m", "Adopt"))
    # A second adoption must change nothing.
    yield (*adopt, prisma)
    yield ("git", "diff", "--exit-code", "--stat")
    yield (*GENERATE, "service.dev.generator", "--check")
    yield (*PYTHON, "service.dev.openapi", "--check")
    yield (*PYTHON, "pytest", "-q", *CONFORMS, *(() if name == WHOLE else FUZZED_ONCE))
    if name == WHOLE:
        yield (str(Path(sys.executable).with_name("pyright")), "--pythonpath", sys.executable)
        yield (str(Path(sys.executable).with_name("deptry")), ".")
        yield (*PYTHON, "service.dev.mirror", "--verify")
        yield (*PYTHON, "pytest", "-q", "-n", "2", *THE_REST, *(f"--ignore={path}" for path in CONFORMS))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
