"""nox -s clients: lints the API document, generates clients from it, and has them call a served API."""

import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator

from service.dev.openapi import FILE as DOCUMENT
from tests.example.clients.contract.judge import judge
from tests.example.clients.generators import GENERATORS, Generator
from tests.example.clients.lint import lint
from tests.example.clients.programs import HERE, MissingProgram, call, install, need
from tests.example.clients.served import served

GENERATED = HERE / "generated"
SCHEMA = HERE.parents[2] / "migrations-readonly" / "schema.prisma"
LEFT_OUT = "Left out: {0}, which needs {1}. Install that, then run this again."


def main() -> int:
    """0 where all that could be tried went well; with CI in the environment, nothing may be left out."""
    must_be_complete = bool(os.environ.get("CI"))
    try:
        install()
    except MissingProgram as missing:
        print(LEFT_OUT.format("all of it", missing))
        return int(must_be_complete)
    generators = list(_generators())
    if must_be_complete and len(generators) < len(GENERATORS):
        return 1
    lint(DOCUMENT)
    make(generators)
    judge(DOCUMENT, GENERATED / "contract")
    with served() as environment:
        for generator in generators:
            call(*generator.round, folder=generator.folder, **environment)
    print("Generated, compiled and made its round:", ", ".join(generator.name for generator in generators))
    return 0


def _generators() -> Iterator[Generator]:
    """Those that can be tried here; says why another cannot."""
    for generator in GENERATORS:
        try:
            need(*generator.needs)
        except MissingProgram as missing:
            print(LEFT_OUT.format(generator.name, missing))
        else:
            yield generator


def make(generators: list[Generator]) -> None:
    """Generate the clients, then have compilers check them and the programs that use them, each project once."""
    shutil.rmtree(GENERATED, ignore_errors=True)
    # Prisma looks for its client beside the schema.
    (GENERATED / "prisma").mkdir(parents=True)
    shutil.copy(SCHEMA, GENERATED / "prisma")
    for generator in generators:
        call(*generator.generate)
    for check, folder in dict.fromkeys((generator.check, generator.folder) for generator in generators):
        call(*check, folder=folder)


if __name__ == "__main__":
    ArgumentParser(prog="nox -s clients", description=__doc__).parse_args()
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        print(f"Failed: {' '.join(error.cmd)}")
        sys.exit(1)
