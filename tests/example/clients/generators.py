"""The tools that users of the API generate clients with: how each is called, checked, and put to the test."""

import sys
from pathlib import Path
from typing import NamedTuple, TypeAlias

from service.dev.openapi import FILE as DOCUMENT

HERE = Path(__file__).parent
Command: TypeAlias = tuple[str, ...]


class Generator(NamedTuple):
    name: str
    generate: Command
    check: Command
    """The compiler's word on what was generated, and on the program that uses it."""
    round: Command
    """A program that makes a whole round of calls with it."""
    needs: Command = ()
    """Programs that have to be installed for it, beside Node."""
    folder: Path = HERE
    """Where it is checked and run."""


_TSC = ("tsc", "--project", "tsconfig.json")
_OPENAPI_GENERATOR = (
    *(str(Path(sys.executable).with_name("openapi-generator-cli")), "generate"),
    *("--input-spec", str(DOCUMENT)),
)

GENERATORS = (
    Generator(
        "openapi-typescript",
        ("openapi-typescript", str(DOCUMENT), "--output", "generated/api.ts"),
        _TSC,
        ("node", "generated/built/typescript/round.js"),
    ),
    Generator(
        "prisma",
        ("prisma", "generate", "--schema=generated/prisma/schema.prisma"),
        _TSC,
        ("node", "generated/built/prisma/same-rows.js"),
    ),
    Generator(
        "orval",
        ("orval", "--config", "orval/orval.config.ts"),
        _TSC,
        ("node", "generated/built/orval/round.js"),
    ),
    Generator(
        "hey-api",
        ("openapi-ts", "--file", "hey-api/openapi-ts.config.ts", "--no-log-file"),
        ("tsc", "--project", "hey-api/tsconfig.json"),
        ("node", "generated/built/hey-api/round.js"),
    ),
    Generator(
        "openapi-python-client",
        (
            *(sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", "--meta=none"),
            *("--path", str(DOCUMENT), "--output-path=generated/data_api_client"),
            "--config=python/generator.yaml",
        ),
        (
            *(sys.executable, "-m", "mypy", "--strict", "--explicit-package-bases"),
            *("generated/data_api_client", "python/round.py"),
        ),
        (sys.executable, "python/round.py"),
    ),
    Generator(
        "openapi-generator-typescript-fetch",
        (
            *(*_OPENAPI_GENERATOR, "--generator-name=typescript-fetch"),
            *("--output=generated/fetch", "--config=fetch/generator.yaml"),
        ),
        ("tsc", "--project", "fetch/tsconfig.json"),
        ("node", "generated/built/fetch/round.js"),
    ),
    Generator(
        "openapi-generator-go",
        (*_OPENAPI_GENERATOR, "--generator-name=go", "--output=generated/go", "--config=go/generator.yaml"),
        ("go", "vet", ".", "dataapi"),
        ("go", "run", "."),
        needs=("go",),
        folder=HERE / "go",
    ),
)
